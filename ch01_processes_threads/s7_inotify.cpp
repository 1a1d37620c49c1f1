// s7_inotify.cpp -- how a folder's events become changes of one file.
#include "ch01_processes_threads/s7_inotify.hpp"

#include <array>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <sys/inotify.h>
#include <system_error>

#include "common/io/io_operation.hpp"
#include "common/io/off_thread.hpp"

#include "ch01_processes_threads/s7_polling.hpp"

namespace ch01 {
namespace {

constexpr std::uint32_t kWritten = IN_CLOSE_WRITE | IN_MOVED_TO;
constexpr std::uint32_t kGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

// What the system's words for it would have one look for in the wrong place.
const char* explained(const std::error_code& error) {
  return error == std::errc::no_space_on_device
             ? " (this user's inotify watches are used up: fs.inotify.max_user_watches)"
             : "";
}

void count_one(watch::Sender<Count>& changes) {
  changes.send_modify([](Count& count) { ++count; });
}

}  // namespace

IoResult<Inotify> Inotify::watch_folder(const std::string& folder) {
  const std::string what = "watch the folder " + folder;
  base::Descriptor opened(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  constexpr std::uint32_t kWatched = kWritten | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  if (!opened || ::inotify_add_watch(opened.get(), folder.c_str(), kWatched) < 0) {
    const auto error = async::detail::last_error();
    return async::detail::io_failure(error, what + explained(error));
  }
  auto source = async::detail::add_source(Reactor::current(), std::move(opened),
                                          async::detail::Readiness::assumed(), what);
  if (!source) return std::unexpected(source.error());
  return Inotify(*std::move(source));
}

FileNews news_of(std::span<const std::byte> events, const std::string& name) {
  bool changed = false;
  bool is_gone = false;
  while (events.size() >= sizeof(inotify_event)) {
    inotify_event event{};
    std::memcpy(&event, events.data(), sizeof event);
    events = events.subspan(sizeof event);
    const std::string_view padded(reinterpret_cast<const char*>(events.data()), event.len);
    events = events.subspan(event.len);
    const auto of = padded.substr(0, padded.find('\0'));
    is_gone |= (event.mask & kGone) != 0;
    // An overflow: the system has forgotten some, and this may have been among them.
    changed |= (event.mask & IN_Q_OVERFLOW) != 0 || ((event.mask & kWritten) != 0 && of == name);
  }
  return is_gone ? FileNews::folder_is_gone : changed ? FileNews::changed : FileNews::none;
}

Async<IoResult<void>> inotify_file(std::string path, watch::Sender<Count> changes) {
  const auto file = std::filesystem::path(path);
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  auto watched = Inotify::watch_folder(folder);
  if (!watched) co_return std::unexpected(watched.error());
  // Behind the first event that could come: a file that is made between the two is seen by one, or by both.
  auto job = [path] { return look_at(path); };
  const auto first_look = co_await async::detail::off_thread(std::move(job));
  if (!first_look) co_return std::unexpected(first_look.error());
  if (first_look->stamp) count_one(changes);
  alignas(inotify_event) std::array<std::byte, 4096> buffer;
  while (!changes.is_closed()) {
    const auto count = co_await watched->read(buffer);
    if (!count) co_return std::unexpected(count.error());
    const FileNews news = news_of(std::span(buffer).first(*count), file.filename().string());
    if (news == FileNews::folder_is_gone) {
      co_return async::detail::io_failure(std::make_error_code(std::errc::no_such_file_or_directory),
                                          "watch the folder " + folder);
    }
    if (news == FileNews::changed) count_one(changes);
  }
  co_return IoResult<void>();
}

}  // namespace ch01

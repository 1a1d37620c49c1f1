// s7_polling.cpp -- how a file is looked at every 100 ms.
#include "ch01_processes_threads/s7_polling.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <sys/stat.h>
#include <utility>

#include "common/io/off_thread.hpp"
#include "common/time/sleep.hpp"

namespace ch01 {
namespace {

std::int64_t nanoseconds_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The clock with which the system stamps files.
std::int64_t stamp_of_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return nanoseconds_of(now);
}

}  // namespace

IoResult<FileLook> look_at(const std::string& path) {
  const std::int64_t before = stamp_of_now();
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileLook();
    return async::detail::io_failure(async::detail::last_error(), "look at " + path);
  }
  const FileStamp stamp{nanoseconds_of(status.st_mtim), status.st_ino, status.st_size};
  return FileLook{stamp, is_settled(stamp.modified_ns, before, stamp_of_now())};
}

Async<IoResult<void>> poll_file(std::string path, watch::Sender<Count> changes) {
  std::optional<FileStamp> last;
  while (!changes.is_closed()) {
    auto job = [path] { return look_at(path); };
    const auto look = co_await async::detail::off_thread(std::move(job));
    if (!look) co_return std::unexpected(look.error());
    if (!look->stamp) last.reset();  // made again, it has changed
    if (look->stamp && look->is_settled && look->stamp != last) {
      last = look->stamp;
      changes.send_modify([](Count& count) { ++count; });
    }
    co_await sleep(std::chrono::milliseconds(100));
  }
  co_return IoResult<void>();
}

}  // namespace ch01

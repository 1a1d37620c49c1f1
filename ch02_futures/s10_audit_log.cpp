// s10_audit_log.cpp -- the demos: twelve tasks and a locked file; and what cannot be written.
#include "ch02_futures/s10_audit_log.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

#include "common/demo/or_throw.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/future/join_all.hpp"

namespace ch02 {
namespace {

using async::demo::or_throw;
using async::demo::TemporaryFolder;
using async::demo::text_of;

using Reading = std::optional<Mutex<LogFile>::Guard>;

// Somebody reads a file for a while, and has it locked: two tasks, so that others come in between.
Async<> begin_reading(AsyncFileHandle file, Reading& reading) {
  reading = file->try_lock();
  co_return;
}
Async<> end_reading(Reading& reading) {
  reading.reset();
  co_return;
}

// True if all twelve entries are written.
Async<bool> log_six_names(Executor& executor, AsyncFileHandle login, AsyncFileHandle logout) {
  Reading reading;
  std::vector<FileJoinHandle> handles;
  for (const std::string name : {"one", "two", "three", "four", "five", "six"}) {
    if (name == "four") executor.spawn(begin_reading(login, reading)).detach();
    if (name == "six") executor.spawn(end_reading(reading)).detach();
    handles.push_back(write_log(executor, login, name));
    handles.push_back(write_log(executor, logout, name));
  }
  const auto results = co_await join_all(std::move(handles));
  co_return std::ranges::all_of(results, [](const auto& result) { return result && *result && **result; });
}

std::string on_one_line(const std::string& path) {
  std::istringstream words(text_of(path));
  std::string line;
  for (std::string word; words >> word;) line += " " + word;
  return line;
}

}  // namespace

bool audit_log_demo(const demo::Options&) {
  const TemporaryFolder folder;
  const std::string login = folder.path_of("login.txt"), logout = folder.path_of("logout.txt");
  (void)or_throw(LogFile::open(login)).append("yesterday");
  Executor executor;
  const demo::WaitingFor waiting("twelve entries");
  const bool written =
      executor.block_on(log_six_names(executor, or_throw(get_handle(login)), or_throw(get_handle(logout))));
  println("login.txt: ", on_one_line(login));
  println("logout.txt:", on_one_line(logout));
  return written && on_one_line(login) == " yesterday one two three six four five" &&
         on_one_line(logout) == " one two three four five six";
}

bool audit_log_errors_demo(const demo::Options&) {
  const auto no_folder = get_handle("/no-such-folder/login.txt");
  const auto is_folder = get_handle("/");
  println(no_folder ? "opened" : no_folder.error());
  println(is_folder ? "opened" : is_folder.error());

  Executor executor;
  const auto full = or_throw(get_handle("/dev/full"));  // a file of the system's: it opens, and has no room
  const auto result = executor.block_on(write_log(executor, full, "one"));
  println(*result ? "written" : result->error());
  return !no_folder && !is_folder && !*result;
}

}  // namespace ch02

// s11_ordered_log.cpp -- the demo: two callers in turn, one queue, one writer.
#include "ch02_futures/s11_ordered_log.hpp"

#include <vector>

#include "common/demo/or_throw.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/join.hpp"
#include "common/future/yield_now.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02::ordered {
namespace {

using async::demo::or_throw;
using async::demo::TemporaryFolder;
using async::demo::text_of;

using Names = std::vector<std::string>;

// Calls, then lets the other one call. `calls` gets the line of each call, as the file should have them.
Async<> call(Sender<std::string> log, Names names, std::string& calls) {
  for (const std::string& name : names) {
    if (write_log(log, name)) calls += name + "\n";
    co_await yield_now();
  }
}

// How many entries the writer wrote.
Async<std::size_t> log_six_names(Executor& executor, LogFile file, std::string& calls) {
  auto [log, entries] = unbounded<std::string>();
  auto writer = executor.spawn(write_entries(std::move(entries), std::move(file)));
  auto web = executor.spawn(call, log.clone(), Names{"one", "three", "five"}, std::ref(calls));
  auto app = executor.spawn(call, std::move(log), Names{"two", "four", "six"}, std::ref(calls));
  (void)co_await join(std::move(web), std::move(app));
  const auto result = co_await writer;
  co_return or_throw(result.value());
}

}  // namespace

bool ordered_log_demo(const demo::Options&) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("login.txt");
  std::string calls;
  Executor executor;
  const demo::WaitingFor waiting("the writer");
  const std::size_t written =
      executor.block_on(log_six_names(executor, or_throw(LogFile::open(path)), calls));
  const bool ordered = text_of(path) == calls;
  println("entries: ", written, ", in the order of the calls: ", demo::yes_or_no(ordered));
  return written == 6 && ordered;
}

}  // namespace ch02::ordered

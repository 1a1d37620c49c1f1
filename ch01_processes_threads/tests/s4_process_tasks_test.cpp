// s4_process_tasks_test.cpp -- one thread, many children, none of them waited for by a thread.
#include "ch01_processes_threads/s4_process_tasks.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch01_processes_threads/s2_delay_server.hpp"

namespace ch01 {
namespace {

const std::string kChild = CH01_CONNECTION;

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

// Question: four children run, and each waits for a reply from this very thread, which waits for the
// children. Why do they not all wait for ever? The server answers none before it has heard from all four.
// Predict: how many threads has this process meanwhile? Break in `Barrier::Wait::poll`, and look at `info
// threads`.
TEST(ProcessTasksTest, OneThread_ServesTheChildrenThatItWaitsFor) {
  const Deadline deadline("the thread is blocked by a child");
  const demo::CapturedLines printed;
  Barrier all_run(4);
  const std::size_t threads_before = threads_of_this_process();
  std::size_t threads_meanwhile = 0, blocking = 0;
  const auto root = [&]() -> Async<std::vector<Ended>> {
    auto hold = [&](Duration) -> Async<> {
      (void)co_await all_run.wait();
      threads_meanwhile = threads_of_this_process();
      blocking = Handle::current().metrics().blocking_threads;
    };
    const DelayServer server(Duration::zero(), hold);
    co_return co_await run_children(kChild, std::vector<std::string>(4, server.url("/posts/1")));
  };
  const auto ends = run_async_main(root, RuntimeFlavor::current_thread);
  ASSERT_EQ(ends.size(), 4u);
  for (const Ended& each : ends) EXPECT_TRUE(each && each->success());
  // Fewer, if one of another test was still on its way out: who joins a thread may be quicker than its end.
  EXPECT_LE(threads_meanwhile, threads_before);
  EXPECT_EQ(blocking, 0u);
  EXPECT_EQ(printed.lines(),
            std::vector<std::string>(
                4, "Process completed with output: {\"id\": 1, \"title\": \"waiting is no work\"}"));
}

TEST(ProcessTasksTest, FailedStart_IsAValueAmongTheOthers) {
  const Deadline deadline("a child never ended");
  const demo::CapturedLines printed;
  const auto ends =
      run_async_main(run_children("./no-such-program", std::vector<std::string>(2, "http://localhost/")),
                     RuntimeFlavor::current_thread);
  ASSERT_EQ(ends.size(), 2u);
  for (const Ended& each : ends) {
    ASSERT_FALSE(each);
    EXPECT_EQ(each.error().message(), "run \"./no-such-program\": No such file or directory");
  }
  EXPECT_TRUE(printed.lines().empty());
}

TEST(ProcessTasksTest, Child_ThatFails_KeepsItsCode) {
  const Deadline deadline("a child never ended");
  const demo::CapturedLines printed;
  const auto ends =
      run_async_main(run_children(kChild, std::vector<std::string>{"no-url"}), RuntimeFlavor::multi_thread);
  EXPECT_EQ(ends.at(0).value().code(), 1);
  EXPECT_EQ(printed.lines().size(), 1u);
}

}  // namespace
}  // namespace ch01

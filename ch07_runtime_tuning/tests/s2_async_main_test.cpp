// s2_async_main_test.cpp -- run_async_main: who polls main's future, and who the tasks.
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

using namespace async;

Async<std::pair<std::string, std::string>> threads_of_main_and_task() {
  const auto here = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
  auto task = spawn(here);
  const auto there = co_await task;
  co_return std::pair(std::string(base::thread_name()), *there);
}

// Question: on which threads do main's future and a task run, on either flavour?
// Predict the four names. Break in `threads_of_main_and_task`.
TEST(AsyncMainTest, CurrentThread_RunsAllOnTheCallingThread) {
  const Deadline deadline("main never ended");
  const auto [main, task] = run_async_main(threads_of_main_and_task, RuntimeFlavor::current_thread);
  EXPECT_EQ(main, "main");
  EXPECT_EQ(task, "main");
}

TEST(AsyncMainTest, MultiThread_RunsTasksOnItsWorkers) {
  const Deadline deadline("main never ended");
  const auto [main, task] = run_async_main(threads_of_main_and_task);
  EXPECT_EQ(main, "main");
  EXPECT_EQ(task, "runtime-worker");
}

TEST(AsyncMainTest, ExceptionOfMain_ComesOut) {
  const Deadline deadline("main never ended");
  const auto fails = []() -> Async<int> {
    throw std::runtime_error("no bread");
    co_return 0;
  };
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    EXPECT_THROW(run_async_main(fails, flavor), std::runtime_error);
  }
}

}  // namespace
}  // namespace ch07

// s8_task_local_test.cpp -- a task-local value: seen wherever the task is polled, and by nobody else.
#include "ch07_runtime_tuning/s8_task_local.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch07_runtime_tuning/s3_high_low.hpp"
#include "ch07_runtime_tuning/s4_moved_task.hpp"

namespace ch07 {
namespace {

// Read this one first.
// Question: two tasks of one thread take turns, each in a scope of its own. What does each see?
// Predict. Break in `whose`: what would a thread_local say?
TEST(TaskLocalOfRuntimeTest, TasksInTurns_EachSeeTheirOwn) {
  const Deadline deadline("the tasks never ended");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const auto log = run_async_main(
        []() -> Async<std::vector<std::string>> {
          auto one = spawn(request.scope("first", work()));
          auto two = spawn(request.scope("second", work()));
          auto log_of_one = co_await one;
          const auto log_of_two = co_await two;
          log_of_one->insert(log_of_one->end(), log_of_two->begin(), log_of_two->end());
          co_return *log_of_one;
        },
        flavor);
    EXPECT_EQ(log, (std::vector<std::string>{"first", "first", "first", "second", "second", "second"}));
    EXPECT_EQ(whose(), "nobody's");
  }
}

// Question: a task changes its thread in the middle of a scope. What does it see there?
TEST(TaskLocalOfRuntimeTest, TaskThatChangesItsThread_TakesItsValueAlong) {
  const Deadline deadline("the task never crossed");
  const Runtime runtime = numbered_runtime("worker", 2);
  Crossing crossing;
  const auto crosses = [&crossing]() -> Async<std::string> {
    co_await crossing.cross();
    co_return whose();
  };
  auto handle = runtime.spawn(request.scope("42", crosses()));
  move_to_other_worker(runtime, crossing);
  EXPECT_EQ(block_on(handle), "42");
  EXPECT_NE(crossing.thread_before, crossing.thread_after);
}

TEST(TaskLocalOfRuntimeTest, SpawnedTask_InheritsNothing) {
  const Deadline deadline("the tasks never ended");
  const std::string child = run_async_main([]() -> Async<std::string> {
    auto inside = request.scope("third", spawn_from_within());
    co_return co_await inside;
  });
  EXPECT_EQ(child, "nobody's");
}

TEST(TaskLocalOfRuntimeTest, InnerScope_HidesTheOuterOne) {
  const auto inner = []() -> Async<std::string> {
    const std::string before = whose();
    const std::string inside = request.sync_scope("inner", whose);
    co_return before + " " + inside + " " + whose();
  };
  EXPECT_EQ(block_on(request.scope("outer", inner())), "outer inner outer");
}

TEST(TaskLocalOfRuntimeTest, OutsideOfAScope_AskingIsAnError) {
  EXPECT_EQ(request.try_get(), nullptr);
  EXPECT_THROW((void)request.get(), std::logic_error);
}

}  // namespace
}  // namespace ch07

// join_handle_test.cpp -- JoinHandle: dropped, the task runs on; awaited, it gives the value or a JoinError.
#include "common/task/join_handle.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

static_assert(Future<JoinHandle<int>> && Future<JoinHandle<>>);
static_assert(!std::is_copy_constructible_v<JoinHandle<int>>, "the output has one owner");
static_assert(std::is_nothrow_move_constructible_v<JoinHandle<int>>);

Async<int> toast(int slices) {
  if (slices == 0) throw std::runtime_error("no bread");
  co_return slices;
}

// Question: an exception leaves a task. Who gets it? Predict what the second task sees, and whether the
// executor goes on. Break in `TaskCell::poll`.
TEST(JoinHandleTest, AnException_ArrivesAsJoinError_AndTheExecutorLivesOn) {
  ManualExecutor executor;
  auto failing = executor.spawn(toast, 0);
  bool told = false;
  executor
      .spawn([&, failing = std::move(failing)]() mutable -> Async<> {
        const auto result = co_await failing;
        EXPECT_FALSE(result.has_value());
        EXPECT_TRUE(result.error().is_exception());
        EXPECT_EQ(result.error().message(), "no bread");
        told = true;
      })
      .detach();
  auto next = executor.spawn(toast, 2);
  EXPECT_EQ(executor.step()->ran, Ran::finished);  // also a task that threw
  executor.run_until_stalled();
  EXPECT_TRUE(told);
  EXPECT_TRUE(next.is_finished());
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST(JoinHandleTest, AbortOfAWaitingTask_ArrivesAsCancelled) {
  ManualExecutor executor;
  auto handle = executor.spawn(pending<int>());
  bool told = false;
  auto joiner = executor.spawn([&]() -> Async<> {
    const auto result = co_await handle;
    told = !result && result.error().is_cancelled();
  });
  executor.run_until_stalled();
  handle.abort();
  EXPECT_FALSE(handle.is_finished());  // asked for; done in a step
  executor.run_until_stalled();
  EXPECT_TRUE(told);
}

TEST(JoinHandleTest, AbortAfterTheEnd_KeepsTheValue) {
  ManualExecutor executor;
  auto handle = executor.spawn(ready(4));
  (void)executor.step();
  handle.abort();
  handle.abort();
  EXPECT_EQ(executor.queued(), 0u);
  Context cx(Waker::noop());
  EXPECT_EQ(*handle.poll(cx).value(), 4);
  handle.abort();  // after the result: nothing
  EXPECT_TRUE(handle.is_finished());
}

TEST(JoinHandleTest, Dropped_LetsTheTaskRunToItsEnd) {
  ManualExecutor executor;
  Strings strings;
  {
    auto handle = executor.spawn([&] { return Puppet(strings); });
  }
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  strings.finish = true;
  strings.waker.wake_by_ref();
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(strings.outputs.made, 1u);
  EXPECT_EQ(strings.outputs.ended, 1u);
}

TEST(JoinHandleTest, Id_TellsTasksApartAndStaysAfterTheResult) {
  ManualExecutor executor;
  auto first = executor.spawn(ready(1));
  auto second = executor.spawn(ready(2));
  EXPECT_LT(first.id(), second.id());
  const TaskId id = first.id();
  executor.run_until_stalled();
  Context cx(Waker::noop());
  EXPECT_TRUE(first.poll(cx).is_ready());
  EXPECT_EQ(first.id(), id);
}

}  // namespace

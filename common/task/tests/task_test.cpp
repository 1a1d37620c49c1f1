// task_test.cpp -- Task: dropped, it cancels; awaited, it gives the value or throws what the task threw.
#include "common/task/task.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/small_stack.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

static_assert(Future<Task<int>> && Future<Task<>>);
static_assert(std::is_same_v<Task<int>::Output, int>);
static_assert(!std::is_copy_constructible_v<Task<int>> && std::is_nothrow_move_constructible_v<Task<int>>);

Async<int> toast(int slices) {
  if (slices == 0) throw std::out_of_range("no bread");
  co_return slices;
}

TEST(TaskTest, Awaited_GivesTheValue) {
  ManualExecutor executor;
  auto inner = executor.spawn_task(toast, 3);
  int got = 0;
  auto outer = executor.spawn_task([&]() -> Async<> { got = co_await inner; });
  executor.run_until_stalled();
  EXPECT_EQ(got, 3);
  EXPECT_TRUE(inner.is_finished());
}

// Predict the type that the catch sees: the exception itself, or something around it?
TEST(TaskTest, AwaitedAfterAnException_ThrowsThatException) {
  ManualExecutor executor;
  auto inner = executor.spawn_task(toast, 0);
  bool caught = false;
  auto outer = executor.spawn_task([&]() -> Async<> {
    try {
      (void)co_await inner;
    } catch (const std::out_of_range&) {
      caught = true;
    }
  });
  executor.run_until_stalled();
  EXPECT_TRUE(caught);
  EXPECT_TRUE(outer.is_finished());
}

TEST(TaskTest, AwaitedAfterCancel_ThrowsTaskCancelled) {
  ManualExecutor executor;
  auto inner = executor.spawn_task(pending<int>());
  bool caught = false;
  auto outer = executor.spawn_task([&]() -> Async<> {
    try {
      (void)co_await inner;
    } catch (const TaskCancelled&) {
      caught = true;
    }
  });
  executor.run_until_stalled();
  inner.cancel();
  executor.run_until_stalled();
  EXPECT_TRUE(caught);
}

// Question: a Task is dropped while its future waits. In whose hands is the future destroyed?
// Predict: inside the line that drops, or in the executor's next step? Break in `Runnable::cancel`.
TEST(TaskTest, Dropped_HasItsFutureDestroyedByTheExecutor) {
  ManualExecutor executor;
  Strings strings;
  {
    auto task = executor.spawn_task([&] { return Puppet(strings); });
    (void)executor.step();
  }
  EXPECT_EQ(strings.futures.ended, 0u);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(strings.futures.ended, 1u);
  EXPECT_EQ(strings.polls, 1u);
}

TEST(TaskTest, MoveAssignment_CancelsTheOldTask) {
  ManualExecutor executor;
  Strings old_strings, new_strings;
  auto task = executor.spawn_task([&] { return Puppet(old_strings); });
  task = executor.spawn_task([&] { return Puppet(new_strings); });
  auto& same = task;
  task = std::move(same);
  executor.run_until_stalled();
  EXPECT_EQ(old_strings.futures.ended, 1u);
  EXPECT_EQ(old_strings.polls, 0u);
  EXPECT_EQ(new_strings.polls, 1u);
  EXPECT_EQ(new_strings.futures.live(), 1u);
}

TEST(TaskTest, Detached_RunsOn) {
  ManualExecutor executor;
  Strings strings;
  executor.spawn_task([&] { return Puppet(strings); }).detach();
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  strings.finish = true;
  strings.waker.wake_by_ref();
  EXPECT_EQ(executor.step()->ran, Ran::finished);
}

TEST(TaskTest, MoveOnlyOutput_IsMovedOut) {
  ManualExecutor executor;
  auto task =
      executor.spawn_task([]() -> Async<std::unique_ptr<int>> { co_return std::make_unique<int>(9); });
  (void)executor.step();
  Context cx(Waker::noop());
  EXPECT_EQ(*task.poll(cx).value(), 9);
}

TEST(TaskTest, VoidOutput_IsReadyOrThrows) {
  ManualExecutor executor;
  auto good = executor.spawn_task([]() -> Async<> { co_return; });
  auto bad = executor.spawn_task([]() -> Async<> {
    throw std::out_of_range("no bread");
    co_return;
  });
  executor.run_until_stalled();
  Context cx(Waker::noop());
  EXPECT_TRUE(good.poll(cx).is_ready());
  EXPECT_THROW((void)bad.poll(cx), std::out_of_range);
}

// Each task owns the next one. Predict the depth of the call stack when the first is dropped.
TEST(TaskTest, AChainOfTasksThatOwnEachOther_IsCancelledWithoutRecursion) {
  on_small_stack([] {
    constexpr std::size_t kTasks = 100'000;
    ManualExecutor executor;
    auto chain = executor.spawn_task(pending());
    for (std::size_t i = 1; i < kTasks; ++i) {
      chain = executor.spawn_task([inner = std::make_unique<Task<>>(std::move(chain))] { return pending(); });
    }
    EXPECT_EQ(executor.run_until_stalled(), kTasks);
    {
      const auto dropped = std::move(chain);
    }
    EXPECT_EQ(executor.run_until_stalled(), kTasks);
    EXPECT_EQ(executor.unfinished(), 0u);
  });
}

}  // namespace

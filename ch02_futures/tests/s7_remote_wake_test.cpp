// s7_remote_wake_test.cpp -- woken from outside: two polls, or one if the data came first.
#include "ch02_futures/s7_remote_wake.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02 {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

SharedState new_state() { return std::make_shared<base::Locked<MyFutureState>>(); }

// Question: the future waits for data. Who polls it until the data is there? Predict how often it is polled.
// Break in `MyFuture::poll`; then in `provide`, and follow the wake to the queue.
TEST(RemoteWakeTest, DataFromOutside_TakesExactlyTwoPolls) {
  FreshLines printed;
  SharedState state = new_state();
  ManualExecutor executor;
  auto waits = executor.spawn(MyFuture(state));
  auto [tx, rx] = bounded<std::monostate>(1);
  auto triggers = executor.spawn(trigger(std::move(rx), state));

  EXPECT_EQ(executor.run_until_stalled(), 2u);
  EXPECT_EQ(printed.take(), Lines{"Polling the future"});
  EXPECT_EQ(executor.queued(), 0u) << "nobody polls what nobody woke";

  EXPECT_TRUE(tx.try_send(std::monostate()));
  EXPECT_EQ(executor.queued(), 1u) << "the trigger alone";
  EXPECT_EQ(executor.step()->task, triggers.id());
  EXPECT_EQ(executor.queued(), 1u) << "and now whom it woke";
  const auto step = executor.step();
  EXPECT_EQ(step->task, waits.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_EQ(printed.take(), Lines{"Polling the future"});
  EXPECT_EQ(state->lock()->polls, 2);
  Context cx(Waker::noop());
  EXPECT_EQ(*waits.poll(cx).value(), "Hello from the outside");
}

TEST(RemoteWakeTest, DataBeforeTheFirstPoll_TakesOnePoll) {
  FreshLines printed;
  SharedState state = new_state();
  CountingTask task;
  MyFuture future(state);
  provide(state, "early");
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_EQ(task.poll(future).value(), "early");
  EXPECT_EQ(task.kept_wakers(), 0u);
}

// Question: two tasks poll the same future, one after the other. Whom does the data wake?
TEST(RemoteWakeTest, PolledByAnotherTask_WakesThatOne) {
  FreshLines printed;
  SharedState state = new_state();
  CountingTask before, newest;
  MyFuture future(state);
  EXPECT_TRUE(before.poll(future).is_pending());
  EXPECT_EQ(before.kept_wakers(), 1u);
  EXPECT_TRUE(newest.poll(future).is_pending());
  EXPECT_EQ(before.kept_wakers(), 0u) << "who does not wait any more is not kept";

  provide(state, "late");
  EXPECT_EQ(before.take_wakes(), 0u);
  EXPECT_EQ(newest.take_wakes(), 1u);
  EXPECT_EQ(newest.kept_wakers(), 0u);
  EXPECT_EQ(newest.poll(future).value(), "late");
}

TEST(RemoteWakeTest, FutureDroppedWhileItWaits_DataComesToNobody) {
  FreshLines printed;
  SharedState state = new_state();
  CountingTask task;
  {
    MyFuture future(state);
    EXPECT_TRUE(task.poll(future).is_pending());
  }
  provide(state, "for nobody");
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(RemoteWakeTest, TriggerWithoutASender_BringsNothing) {
  FreshLines printed;
  SharedState state = new_state();
  ManualExecutor executor;
  auto waits = executor.spawn(MyFuture(state));
  {
    auto [tx, rx] = bounded<std::monostate>(1);
    executor.spawn(trigger(std::move(rx), state)).detach();
    executor.run_until_stalled();
  }
  EXPECT_EQ(executor.run_until_stalled(), 1u) << "the trigger, which ends";
  EXPECT_EQ(executor.unfinished(), 1u);
  EXPECT_FALSE(state->lock()->data);
}

// The data may come before, during or after the first poll: it arrives in at most two.
TEST(RemoteWakeTest, DataFromAnotherThread_IsNeverMissed) {
  const Deadline deadline("the data never came");
  FreshLines printed;
  for (int round = 0; round < 200; ++round) {
    SharedState state = new_state();
    const base::Thread outside([state]() mutable { provide(state, "Hello from the outside"); });
    EXPECT_EQ(block_on(MyFuture(state)), "Hello from the outside");
    EXPECT_LE(state->lock()->polls, 2);
  }
}

}  // namespace
}  // namespace ch02

// s3_counter_future_test.cpp -- five polls, four wakes, and two tasks in turn.
#include "ch02_futures/s3_counter_future.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02 {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

static_assert(Future<CounterFuture>);

// Read this one first.
// Question: two tasks, one thread. Does the first count to five before the second begins?
// Predict: which task does the third step poll? Break in `CounterFuture::poll`, and look at the queue before
// and after.
TEST(CounterFutureTest, TwoTasks_ArePolledInTurn) {
  PausedClock clock;
  FreshLines printed;
  CounterFuture counter_one, counter_two;
  ManualExecutor executor;
  auto one = executor.spawn(by_ref(counter_one));
  auto two = executor.spawn(by_ref(counter_two));
  EXPECT_EQ(counter_one.count(), 0) << "spawn polls nothing";

  auto step = executor.step();
  EXPECT_EQ(step->task, one.id());
  EXPECT_EQ(step->ran, Ran::woken) << "it woke itself during the poll, and stands behind the other one now";
  EXPECT_EQ(counter_one.count(), 1);
  EXPECT_EQ(counter_two.count(), 0);
  EXPECT_EQ(executor.queued(), 2u);

  EXPECT_EQ(executor.step()->task, two.id());
  EXPECT_EQ(printed.take(), (Lines{"polling with result: 1", "polling with result: 1"}));

  EXPECT_EQ(executor.step()->task, one.id());
  EXPECT_EQ(executor.step()->task, two.id());
  EXPECT_EQ(printed.take(), (Lines{"polling with result: 2", "polling with result: 2"}));

  EXPECT_EQ(executor.run_until_stalled(), 6u);
  EXPECT_EQ(printed.take(),
            (Lines{"polling with result: 3", "polling with result: 3", "polling with result: 4",
                   "polling with result: 4", "polling with result: 5", "polling with result: 5"}));
  EXPECT_EQ(now(), Instant(10s));
  Context cx(Waker::noop());
  EXPECT_EQ(*one.poll(cx).value(), 5);
  EXPECT_EQ(*two.poll(cx).value(), 5);
}

// Question: who calls the waker? Predict how many calls there are, and how many clones.
TEST(CounterFutureTest, EachPendingPoll_WakesOnceAndKeepsNoWaker) {
  PausedClock clock;
  FreshLines printed;
  CountingTask task;
  CounterFuture counter;
  for (int poll = 1; poll < 5; ++poll) {
    EXPECT_TRUE(task.poll(counter).is_pending());
    EXPECT_EQ(task.take_wakes(), 1u);
    EXPECT_EQ(now(), Instant(poll * 1s));
  }
  EXPECT_EQ(task.poll(counter).value(), 5);
  EXPECT_EQ(task.take_wakes(), 0u) << "nothing is left to poll for";
  EXPECT_EQ(task.clones(), 0u);
}

TEST(CounterFutureTest, Aborted_IsNotPolledAgain) {
  PausedClock clock;
  FreshLines printed;
  CounterFuture counter;
  ManualExecutor executor;
  auto handle = executor.spawn(by_ref(counter));
  executor.step();
  handle.abort();
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(counter.count(), 1);
}

}  // namespace
}  // namespace ch02

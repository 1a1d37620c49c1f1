// s5_no_waker_test.cpp -- a future that breaks the contract of poll, and what finds it out.
#include "ch02_futures/s5_no_waker.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/timeout.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02::no_waker {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

// Question: it says Pending and wakes nobody. When is it polled again?
// Predict: what is in the queue after two steps, and what brings it back? Break in `Runnable::run`.
TEST(NoWakerTest, TwoTasks_ArePolledOnceAndNeverAgain) {
  PausedClock clock;
  FreshLines printed;
  ManualExecutor executor;
  auto one = executor.spawn(CounterFuture());
  auto two = executor.spawn(CounterFuture());

  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(printed.take(), (Lines{"polling with result: 1", "polling with result: 1"}));

  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(executor.unfinished(), 2u) << "two tasks that nobody will ever poll";
  EXPECT_FALSE(clock.advance_to_next()) << "no timer either";
  clock.advance(1h);
  EXPECT_FALSE(executor.step());
  EXPECT_FALSE(one.is_finished() || two.is_finished());
}

TEST(NoWakerTest, Poll_NeitherWakesNorKeepsTheWaker) {
  PausedClock clock;
  FreshLines printed;
  CountingTask task;
  CounterFuture counter;
  EXPECT_TRUE(task.poll(counter).is_pending());
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(NoWakerTest, Timeout_FindsItOut) {
  PausedClock clock;
  FreshLines printed;
  CounterFuture counter;
  ManualExecutor executor;
  auto limited = executor.spawn(timeout(15s, by_ref(counter)));
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now(), Instant(15s));
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  Context cx(Waker::noop());
  EXPECT_FALSE(limited.poll(cx).value().value()) << "timed out";
  EXPECT_EQ(counter.count(), 2)
      << "the wake of the timer is the only one; the timeout asks its future once more";
}

// Where nobody holds the handle either, nobody can ever wake it: the task knows, and is destroyed at once.
TEST(NoWakerTest, WithoutAHandle_ItIsCancelledAfterItsPoll) {
  PausedClock clock;
  FreshLines printed;
  ManualExecutor executor;
  executor.spawn(CounterFuture()).detach();
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(executor.unfinished(), 0u);
}

// Another future of the same task wakes it: then it is polled too, and comes to its end by luck.
TEST(NoWakerTest, PolledForAnotherReason_ItCounts) {
  PausedClock clock;
  FreshLines printed;
  CountingTask task;
  CounterFuture counter;
  for (int poll = 1; poll < 5; ++poll) EXPECT_TRUE(task.poll(counter).is_pending());
  EXPECT_EQ(task.poll(counter).value(), 5);
}

}  // namespace
}  // namespace ch02::no_waker

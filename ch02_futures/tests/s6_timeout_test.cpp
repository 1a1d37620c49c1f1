// s6_timeout_test.cpp -- three seconds for a task of ten: when it is polled, what comes out, when it is gone.
#include "ch02_futures/s6_timeout.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/task/tests/counted.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

using Ran = Runnable::Ran;

// Question: a timeout of three seconds around a sleep of ten. How often is the task polled, and who wakes it?
// Predict: what does the second poll ask first, the task or the timer? Break in `Timeout::poll`.
TEST(TimeoutTest, SlowTask_IsDestroyedAtThreeSeconds) {
  PausedClock clock;
  Counts counts;
  ManualExecutor executor;
  const auto slow = [](Counted) -> Async<const char*> { co_return co_await slow_task(); };
  auto handle = executor.spawn(timeout(3s, slow(Counted(counts))));
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(executor.queued(), 0u);

  clock.advance(2999ms);
  EXPECT_EQ(executor.queued(), 0u) << "not a moment too early";
  EXPECT_EQ(counts.live(), 1u);
  clock.advance(1ms);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(counts.live(), 0u);

  Context cx(Waker::noop());
  const auto result = handle.poll(cx).value().value();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().after, 3s);
  EXPECT_FALSE(clock.advance_to_next()) << "the sleep of ten seconds is off the clock";
}

TEST(TimeoutTest, EnoughTime_GivesTheValue) {
  PausedClock clock;
  Executor executor;
  const auto result = executor.block_on(timeout(11s, slow_task()));
  ASSERT_TRUE(result);
  EXPECT_STREQ(*result, "Slow Task Completed");
  EXPECT_EQ(now(), Instant(10s)) << "the timer is not waited for";
}

// Both are due at ten seconds. What is ready in time counts.
TEST(TimeoutTest, ExactlyEnoughTime_GivesTheValue) {
  PausedClock clock;
  Executor executor;
  EXPECT_TRUE(executor.block_on(timeout(10s, slow_task())));
  EXPECT_FALSE(executor.block_on(timeout(10s - 1ns, slow_task())));
}

TEST(TimeoutTest, NoTime_StillPollsOnce) {
  PausedClock clock;
  Executor executor;
  EXPECT_FALSE(executor.block_on(timeout(0s, slow_task())));
  EXPECT_EQ(now(), Instant(0s));
}

}  // namespace
}  // namespace ch02

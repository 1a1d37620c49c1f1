// s2_async_sleep_test.cpp -- AsyncSleep is never early, may be late, and is polled all the while.
#include "ch03_queues/s2_async_sleep.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch03_queues/counter_future.hpp"

namespace ch03 {
namespace {

using Ran = Runnable::Ran;

// Read this one first.
// Question: who wakes an AsyncSleep, and when?
// Predict what each step gives. Break in `AsyncSleep::poll`.
TEST(AsyncSleepTest, IsNeverEarlyAndAlwaysInTheQueue) {
  PausedClock clock;
  ManualExecutor executor;
  auto task = executor.spawn_task(AsyncSleep(1s));
  EXPECT_EQ(executor.step()->ran, Ran::woken);  // no time has passed: pending, and in the queue again
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  clock.advance(1s - 1ns);
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  clock.advance(1ns);
  EXPECT_EQ(executor.queued(), 1u);  // nobody had to wake it: it never left
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_TRUE(block_on(task));
}

// Question: how often is each of them polled while nothing happens?
// Predict both numbers. Break in `Sleep::poll`.
TEST(AsyncSleepTest, IsPolledWithoutEnd_WhereTheClockWakesTheOtherOnce) {
  PausedClock clock;
  ManualExecutor executor;
  auto busy = executor.spawn_task(AsyncSleep(1s));
  EXPECT_EQ(executor.run_until_stalled(1000), 1000u);  // the thread would never come to rest
  busy.cancel();
  EXPECT_EQ(executor.run_until_stalled(), 1u);

  auto patient = executor.spawn_task(sleep(1s));
  EXPECT_EQ(executor.run_until_stalled(), 1u);  // one poll, which registers the waker
  clock.advance(1s);
  EXPECT_EQ(executor.run_until_stalled(), 1u);  // and one because it is over
  EXPECT_TRUE(patient.is_finished());
}

// Question: in front of it in the queue stands a task whose polls take a second. When is it over?
// Predict. Break in `blocking_sleep`.
TEST(AsyncSleepTest, IsLate_ByAsLongAsOthersTakeTheThread) {
  PausedClock clock;
  const demo::CapturedLines printed;
  ManualExecutor executor;
  auto counter = executor.spawn_task(CounterFuture());
  Instant over_at;
  const auto sleeper = [&]() -> Async<> {
    AsyncSleep sleep(1500ms);
    co_await sleep;
    over_at = now();
  };
  auto task = executor.spawn_task(sleeper());
  EXPECT_EQ(executor.run_until_stalled(), 6u);  // three polls of each, in turn
  EXPECT_EQ(over_at.time_since_epoch(), 3s);  // it began behind the first, and should have been over at 2.5 s
}

TEST(AsyncSleepTest, NoTimeAtAll_IsOverAtTheFirstPoll) {
  const PausedClock clock;
  ManualExecutor executor;
  for (const Duration duration : {Duration(0), Duration(-1s)}) {
    auto task = executor.spawn_task(AsyncSleep(duration));
    EXPECT_EQ(executor.step()->ran, Ran::finished);
  }
}

TEST(AsyncSleepTest, DroppedInTheMiddle_LeavesNothing) {
  const PausedClock clock;  // checks at its end that nobody sleeps by it
  ManualExecutor executor;
  {
    auto task = executor.spawn_task(AsyncSleep(1s));
  }
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(executor.queued(), 0u);
}

}  // namespace
}  // namespace ch03

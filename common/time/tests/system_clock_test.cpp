// system_clock_test.cpp -- real and scaled time: never early, fired by its own thread, ended without a hang.
#include "common/time/system_clock.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "common/base/tests/cpu_of_others.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join_all.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

TEST(SystemClockTest, RealTime_IsThereWithoutBeingMade) {
  EXPECT_EQ(&Clock::current(), &SystemClock::real_time());
  const Instant start = now();
  block_on(sleep(2ms));
  EXPECT_GE(now() - start, 2ms);
}

TEST(SystemClockTest, ASpeedOfAThousand_MakesASecondAMillisecond) {
  const auto began = std::chrono::steady_clock::now();
  SystemClock clock(1000);
  const Instant start = now();
  block_on(sleep(30s));
  EXPECT_GE(now() - start, 30s);
  blocking_sleep(30s);
  EXPECT_GE(now() - start, 60s);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 60ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);  // either of them, unscaled
}

TEST(SystemClockTest, EarlierSleep_ThatComesLaterIsNotHeldUpByTheLongOne) {
  const Deadline deadline("the short sleep waited for the long one");
  SystemClock clock;
  auto longer = sleep(24h);
  Context cx(Waker::noop());
  EXPECT_TRUE(longer.poll(cx).is_pending());
  // Many times: the clock's thread may not have begun to wait for the long one when the short one comes.
  for (int i = 0; i < 20; ++i) block_on(sleep(1ms));
  EXPECT_TRUE(longer.poll(cx).is_pending());
}

// Were the deadline to overflow it would lie in the past, and the clock's thread would look again and again.
TEST(SystemClockTest, TheEndOfTime_DoesNotOverflow) {
  SystemClock clock;
  auto forever = sleep(Duration::max());
  Context cx(Waker::noop());
  EXPECT_TRUE(forever.poll(cx).is_pending());
  block_on(sleep(1ms));  // starts the thread: for the end of time alone nobody need look
  EXPECT_GT(clock.real(forever.deadline()), std::chrono::steady_clock::now());
  EXPECT_LT(cpu_of_other_threads(), kHardlyAny);
}

TEST(SystemClockTest, ManySleeps_AreAllWoken) {
  const Deadline deadline("a sleeper was never woken");
  SystemClock clock(100);
  const Instant start = now();
  std::vector<Sleep> sleeps;
  for (int i = 0; i < 500; ++i) sleeps.push_back(sleep(std::chrono::milliseconds(i)));
  (void)block_on(join_all(std::move(sleeps)));
  EXPECT_GE(now() - start, 499ms);
}

TEST(SystemClockTest, SleepsThatAreDroppedWhileTheyAreFired_LeaveNothing) {
  const Deadline deadline("the clock's thread never ended");
  CountingWaker counted;
  {
    SystemClock clock(1000);
    for (int i = 0; i < 2000; ++i) {
      auto slept = sleep(std::chrono::milliseconds(i % 3));
      const Waker waker = counted.waker();
      Context cx(waker);
      (void)slept.poll(cx);
    }
  }
  EXPECT_EQ(counted.live(), 0u);
}

// For whoever sleeps by it and is no thread of this clock: a worker of a runtime, in the system's poll.
TEST(SystemClockTest, RealTimeOfAnInstant_IsNeverBeforeIt) {
  SystemClock clock(1000);
  EXPECT_EQ(clock.speed(), 1000);
  const Instant start = now();
  const auto real = clock.real(start + 5s);
  EXPECT_LE(real, std::chrono::steady_clock::now() + 5ms + 1ns);
  base::sleep_thread_until(real);
  EXPECT_GE(now(), start + 5s);
  const auto end = clock.real(Instant::max());  // no further than an hour: it looks again then
  EXPECT_LE(end, std::chrono::steady_clock::now() + 1h + 1ns);
}

TEST(SystemClockTest, ResetToEarlierWhileItWaits_IsHeardByTheThreadThatFires) {
  const Deadline deadline("the thread slept on until the old deadline");
  SystemClock clock;
  auto slept = sleep(24h);
  Context cx(Waker::noop());
  // Many times: the clock's thread may not have begun to wait for it when it is reset.
  for (int i = 0; i < 20; ++i) {
    slept.reset(from_now(24h));
    EXPECT_TRUE(slept.poll(cx).is_pending());
    block_on(sleep(1ms));  // the thread was awake, and looks now until when it may sleep
    slept.reset(from_now(1ms));
    block_on(slept);
    EXPECT_TRUE(slept.is_elapsed());
  }
}

TEST(SystemClockDeathTest, SpeedOfZero_IsRefused) { EXPECT_DEATH(SystemClock(0), "whole number from 1 on"); }

TEST(SystemClockDeathTest, ClockThatDiesUnderASleeper_SaysSo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // it starts a thread, which a fork of several must not
  EXPECT_DEATH(
      {
        auto clock = std::make_unique<SystemClock>();
        auto slept = sleep(24h);
        Context cx(Waker::noop());
        (void)slept.poll(cx);
        clock.reset();
      },
      "destroyed while somebody sleeps by it");
}

}  // namespace

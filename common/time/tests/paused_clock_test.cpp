// paused_clock_test.cpp -- with threads: the clock moves only when all wait, one sleeper at a time; stalls are told.
#include "common/time/paused_clock.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/pending.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

TEST(PausedClockTest, Current_WhileItLivesAndInThreadsThatAreStartedMeanwhile) {
  Clock& before = Clock::current();
  {
    PausedClock clock;
    EXPECT_EQ(&Clock::current(), &clock);
    Clock* seen = nullptr;
    base::Thread([&] { seen = &Clock::current(); }).join();
    EXPECT_EQ(seen, &clock);
    base::Thread(base::Bystander{}, [&] { seen = &Clock::current(); }).join();
    EXPECT_NE(seen, &clock);
  }
  EXPECT_EQ(&Clock::current(), &before);
}

TEST(PausedClockTest, BlockingSleep_TakesExactlyItsTimeAndNoRealOne) {
  const auto began = std::chrono::steady_clock::now();
  PausedClock clock;
  blocking_sleep(24h);
  EXPECT_EQ(now(), Instant(24h));
  blocking_sleep(-1s);
  blocking_sleep(0s);
  EXPECT_EQ(now(), Instant(24h));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1h);
}

// Predict the order: both sleep until 2 s. Who began to wait first?
TEST(PausedClockTest, SleepersOfOneDeadline_WakeInTheOrderInWhichTheyBeganToWait) {
  for (int round = 0; round < 50; ++round) {
    const Deadline deadline("the sleepers never woke");
    PausedClock clock;
    base::Locked<std::vector<std::string>> log;
    base::Thread first([&] {
      blocking_sleep(1s);
      blocking_sleep(1s);  // waits for 2 s since the time was 1 s
      log.lock()->push_back("at 1 s");
    });
    base::Thread second([&] {
      blocking_sleep(2s);  // since the beginning
      log.lock()->push_back("at 0 s");
    });
    first.join();
    second.join();
    EXPECT_EQ(*log.lock(), (std::vector<std::string>{"at 0 s", "at 1 s"}));
    EXPECT_EQ(now(), Instant(2s));
  }
}

// One at a time: what a sleeper does until it waits again is never beside another one's.
TEST(PausedClockTest, ManySleepers_NeverRunTwoAtOnce) {
  const Deadline deadline("the sleepers never woke");
  PausedClock clock;
  base::Atomic<int> running = 0, most = 0;
  std::vector<base::Thread> threads;
  base::Atomic<int> ready = 0;
  base::Parker all_ready;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (++ready == 4) all_ready.unpark();
      for (int round = 0; round < 200; ++round) {
        blocking_sleep(1s);
        most.store(std::max(most.load(), ++running));
        base::Parker nobody;
        EXPECT_FALSE(nobody.park_until(std::chrono::steady_clock::now()));  // gives the others a chance
        --running;
      }
    });
  }
  all_ready.park();
  threads.clear();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(now(), Instant(200s));
}

TEST(PausedClockTest, BusyThread_HoldsTimeStill) {
  const Deadline deadline("the sleeper never woke");
  PausedClock clock;
  base::Atomic<bool> woke = false;
  base::Thread sleeper([&] {
    blocking_sleep(1s);
    woke = true;
  });
  // This thread is busy: however long it is, nothing moves.
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(now(), Instant(0s));
  EXPECT_FALSE(woke);
  sleeper.join();
  EXPECT_TRUE(woke);
}

TEST(PausedClockTest, ThreadsThatWakeEachOther_KeepTheClockWhereItIs) {
  const Deadline deadline("the threads never ended");
  PausedClock clock;
  base::Parker ping, pong;
  base::Thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      ping.park();
      pong.unpark();
    }
  });
  base::Thread sleeper([&] { blocking_sleep(1s); });
  for (int i = 0; i < 1000; ++i) {
    ping.unpark();
    pong.park();
    ASSERT_EQ(now(), Instant(0s)) << i;  // at every moment one of the two was busy
  }
  other.join();
  sleeper.join();
  EXPECT_EQ(now(), Instant(1s));
}

TEST(PausedClockTest, AllBlockedAndNoTimer_IsAStall) {
  const Deadline deadline("nobody noticed");
  PausedClock clock;
  base::Parker parker;
  int stalls = 0;
  clock.on_stall([&] {
    ++stalls;
    parker.unpark();  // so that the test ends: what was impossible happens
  });
  parker.park();
  EXPECT_EQ(stalls, 1);
  blocking_sleep(1s);  // and the count is right afterwards
  EXPECT_EQ(now(), Instant(1s));
}

TEST(PausedClockDeathTest, StallThatNobodyHandles_StopsTheProgramWithAMessage) {
  EXPECT_DEATH(
      {
        PausedClock clock;
        block_on(pending<void>());
      },
      "all threads wait for each other: nothing can happen any more");
}

TEST(PausedClockTest, Advance_IsOfThisClockAlsoUnderAnother) {
  PausedClock outer;
  outer.advance(10s);
  {
    PausedClock inner;
    outer.advance(1s);
    EXPECT_EQ(inner.now(), Instant(0s));
  }
  EXPECT_EQ(outer.now(), Instant(11s));
}

// The one that blocks last finds no timer; by then somebody outside has woken another one, which sleeps now.
TEST(PausedClockTest, WakesByABystander_AreNoStall) {
  const Deadline deadline("the clock stands still");
  for (int round = 0; round < 300; ++round) {
    PausedClock clock;
    base::Atomic<int> stalls = 0;
    base::Parker first, second;
    base::Thread sleeper([&] {
      first.park();
      blocking_sleep(1s);
      second.unpark();
    });
    clock.on_stall([&] { ++stalls; });  // before the bystander comes it is one, and nothing is lost by it
    base::Thread outside(base::Bystander{}, [&] { first.unpark(); });
    second.park();
    sleeper.join();
    EXPECT_EQ(clock.now(), Instant(1s));
    EXPECT_LE(stalls, 1);
  }
}

TEST(PausedClockTest, Advance_FiresInOrderAndEndsExactlyThere) {
  PausedClock clock;
  auto early = sleep(1s), late = sleep(5s);
  Context cx(Waker::noop());
  EXPECT_TRUE(early.poll(cx).is_pending());
  EXPECT_TRUE(late.poll(cx).is_pending());
  clock.advance(3s);
  EXPECT_EQ(now(), Instant(3s));
  EXPECT_TRUE(early.poll(cx).is_ready());
  EXPECT_TRUE(late.poll(cx).is_pending());
  EXPECT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now(), Instant(5s));
  EXPECT_FALSE(clock.advance_to_next());
  EXPECT_EQ(now(), Instant(5s));
}

}  // namespace

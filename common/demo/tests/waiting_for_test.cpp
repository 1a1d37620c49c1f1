// waiting_for_test.cpp -- what stands still is told, and what does not is left alone.
#include "common/demo/waiting_for.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/demo/demo.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/system_clock.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using namespace std::chrono_literals;

class WaitingForDeathTest : public ::testing::Test {
 protected:
  WaitingForDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

const auto kEndsWithThree = ::testing::ExitedWithCode(3);

TEST(WaitingForTest, WhatComesInTime_IsWaitedForInPeace) {
  base::Parker came;
  base::Thread comes([&] { came.unpark(); });
  {
    const WaitingFor waiting("the thread");
    came.park();
  }
  const WaitingFor waiting("nothing");
}

TEST_F(WaitingForDeathTest, NothingComes_EndsWithThreeAndSaysWhatItWaitedFor) {
  EXPECT_EXIT(
      {
        const WaitingFor waiting("a guest who never comes", 50ms);
        base::Parker().park();
      },
      kEndsWithThree, "^stalled: waited 50 ms for a guest who never comes\n$");
}

TEST_F(WaitingForDeathTest, Speed_DoesNotShortenTheLimit) {
  EXPECT_EXIT(
      {
        const SystemClock clock(1'000'000);
        const WaitingFor waiting("a guest", 60ms);
        base::Parker().park();
      },
      kEndsWithThree, "waited 60 ms for a guest");
}

TEST_F(WaitingForDeathTest, PausedClock_IsNotHeldUpByTheWatchAndDoesNotHurryIt) {
  EXPECT_EXIT(
      {
        const PausedClock clock;
        const WaitingFor waiting("a guest", 20s);
        blocking_sleep(1h);  // the clock jumps: who watches is not waited for
        const WaitingFor other("another guest", 50ms);
        for (;;) {
        }
      },
      kEndsWithThree, "waited 50 ms for another guest");
}

TEST_F(WaitingForDeathTest, Stall_NamesTheInnermostOfEachThread) {
  EXPECT_EXIT(
      {
        PausedClock clock;
        clock.on_stall(report_stall);
        const WaitingFor outer("the party to begin");
        {
          const WaitingFor over("what is long over");
        }
        const WaitingFor inner("the host");
        base::Thread guest([] {
          const WaitingFor waiting("the door to open");
          base::Parker().park();
        });
        guest.join();
      },
      kEndsWithThree,
      "^stalled: everybody waits, nothing can happen any more; waiting for: the host, the door to open\n$");
}

TEST_F(WaitingForDeathTest, StallWhereNobodySaysWhatHeWaitsFor_IsToldAllTheSame) {
  EXPECT_EXIT(
      {
        PausedClock clock;
        clock.on_stall(report_stall);
        base::Parker().park();
      },
      kEndsWithThree, "^stalled: everybody waits, nothing can happen any more\n$");
}

TEST(OptionsTest, Limit_FollowsTheSpeedButNotBelowFiftyMilliseconds) {
  EXPECT_EQ(Options{.speed = 1}.limit(2s), 2s);
  EXPECT_EQ(Options{.speed = 10}.limit(2s), 200ms);
  EXPECT_EQ(Options{.speed = 1000}.limit(2s), 50ms);
  EXPECT_EQ(Options{.speed = 1}.limit(20ms), 50ms);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo

// parker_test.cpp -- the token: handed over before or after the thread sleeps, at most one, with a deadline.
#include "common/base/parker.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"

namespace {

using async::base::Atomic;
using async::base::Parker;
using async::base::Thread;
using std::chrono::steady_clock;

constexpr auto kFarAway =
    std::chrono::minutes(10);  // never waited for: if it were, the test's time limit strikes

// Predict: nobody unparks after the park. Does this test end?
TEST(ParkerTest, UnparkBeforePark_IsNotLost) {
  Parker parker;
  parker.unpark();
  parker.park();
}

TEST(ParkerTest, UnparkFromAnotherThread_EndsThePark) {
  Parker parker;
  int written = 0;
  Thread other([&] {
    written = 1;
    parker.unpark();
  });
  parker.park();
  EXPECT_EQ(written, 1);  // what came before the unpark is seen after the park
}

TEST(ParkerTest, TwoUnparks_AreOneToken) {
  Parker parker;
  parker.unpark();
  parker.unpark();
  parker.park();
  EXPECT_FALSE(parker.park_until(steady_clock::now()));
}

TEST(ParkerTest, DeadlineThatHasPassed_ReturnsFalseAtOnce) {
  Parker parker;
  EXPECT_FALSE(parker.park_until(steady_clock::now() - std::chrono::seconds(1)));
}

TEST(ParkerTest, TokenThatIsThere_BeatsADeadlineThatHasPassed) {
  Parker parker;
  parker.unpark();
  EXPECT_TRUE(parker.park_until(steady_clock::now() - std::chrono::seconds(1)));
  EXPECT_FALSE(parker.park_until(steady_clock::now()));  // and it was taken
}

TEST(ParkerTest, UnparkFromAnotherThread_EndsAParkWithADeadline) {
  Parker parker;
  Thread other([&] { parker.unpark(); });
  EXPECT_TRUE(parker.park_until(steady_clock::now() + kFarAway));
}

TEST(ParkerTest, TwoThreadsTakeTurns_EveryTokenArrives) {
  constexpr int kTurns = 10'000;
  Parker ping, pong;
  Atomic<int> turns = 0;
  Thread other([&] {
    for (int i = 0; i < kTurns; ++i) {
      ping.park();
      ++turns;
      pong.unpark();
    }
  });
  for (int i = 0; i < kTurns; ++i) {
    ping.unpark();
    pong.park();
    ASSERT_EQ(turns.load(), i + 1);
  }
}

}  // namespace

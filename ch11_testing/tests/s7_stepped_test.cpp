// s7_stepped_test.cpp -- row 11.7: two futures that want one lock, polled one step at a time.
#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/println.hpp"
#include "common/testing/expect_poll.hpp"
#include "common/testing/stepped.hpp"
#include "common/time/paused_clock.hpp"

#include "ch11_testing/s7_mutex_locker.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;

// The book's sequence, step by step. Its clock is real; this one is moved by hand.
TEST(SteppedLockerTest, TheBooksSequence) {
  PausedClock clock;
  const auto mutex = std::make_shared<Mutex<int>>(0);
  Stepped first(async_mutex_locker(mutex));
  Stepped second(async_mutex_locker(mutex));
  EXPECT_PENDING(first.poll());
  EXPECT_PENDING(second.poll());
  for (int i = 0; i < 10; ++i) {
    EXPECT_PENDING(second.poll());
    clock.advance(1ms);
  }
  EXPECT_READY(first.poll());
  clock.advance(3ms);
  EXPECT_PENDING(second.poll());  // why? see below
  first.drop();
  clock.advance(1ms);
  EXPECT_READY(second.poll());
  EXPECT_EQ(**mutex->try_lock(), 2);
  demo::println("both have counted: 2");
}

// Question: the first future is ready, and still there. Who has the lock?
// Predict: the book says, the first one, until it is dropped. Break in `Mutex::BasicGuard::unlock`.
// It is not so, neither here nor with tokio: the guard is a local of the coroutine, and goes when that
// returns. The second future is woken at that moment. The poll that follows is pending because it has only
// now begun its own sleep.
TEST(SteppedLockerTest, TheLockGoesWhenTheFirstIsReady_NotWhenItIsDropped) {
  PausedClock clock;
  const auto mutex = std::make_shared<Mutex<int>>(0);
  Stepped first(async_mutex_locker(mutex));
  Stepped second(async_mutex_locker(mutex));
  EXPECT_PENDING(first.poll());
  EXPECT_PENDING(second.poll());
  clock.advance(1ms);
  EXPECT_TRUE(first.is_woken());
  EXPECT_FALSE(second.is_woken()) << "the first one has the lock";

  EXPECT_READY(first.poll());
  EXPECT_TRUE(second.is_woken())
      << "the lock is the second one's, in the moment in which the first one is ready";
  demo::println("the first is ready, and not dropped: the second is woken: ", second.is_woken());

  clock.advance(3ms);
  EXPECT_PENDING(second.poll());
  EXPECT_EQ(second.wakes(), 1u);
  demo::println("3 ms later it is polled, and pending: it has the lock, and sleeps");

  clock.advance(1ms);
  EXPECT_TRUE(second.is_woken()) << "by its own sleep, and nothing else";
  EXPECT_READY(second.poll());
  demo::println("1 ms later the second is ready, and the first was never dropped");
}

// Polled in vain it stays where it is, and nobody is woken for that.
TEST(SteppedLockerTest, PolledTenTimesInVain_TheSecondKeepsItsPlace) {
  PausedClock clock;
  const auto mutex = std::make_shared<Mutex<int>>(0);
  Stepped first(async_mutex_locker(mutex));
  Stepped second(async_mutex_locker(mutex));
  Stepped third(async_mutex_locker(mutex));
  for (auto* each : {&first, &second, &third}) EXPECT_PENDING(each->poll());
  for (int i = 0; i < 10; ++i) EXPECT_PENDING(third.poll());
  EXPECT_EQ(third.kept_wakers(), 1u);
  clock.advance(1ms);
  EXPECT_READY(first.poll());
  EXPECT_TRUE(second.is_woken());
  EXPECT_FALSE(third.is_woken());
}

// The other order of polling, and the opposite effect.
TEST(SteppedLockerTest, WhoIsPolledFirst_HasTheLockFirst) {
  PausedClock clock;
  const auto mutex = std::make_shared<Mutex<int>>(0);
  Stepped first(async_mutex_locker(mutex));
  Stepped second(async_mutex_locker(mutex));
  EXPECT_PENDING(second.poll());
  EXPECT_PENDING(first.poll());
  clock.advance(1ms);
  EXPECT_TRUE(second.is_woken());
  EXPECT_FALSE(first.is_woken());
}

// A future that is dropped while it has the lock gives it to the next one.
TEST(SteppedLockerTest, ADroppedFuture_LetsGoOfItsLock) {
  PausedClock clock;
  const auto mutex = std::make_shared<Mutex<int>>(0);
  Stepped first(async_mutex_locker(mutex));
  Stepped second(async_mutex_locker(mutex));
  EXPECT_PENDING(first.poll());
  EXPECT_PENDING(second.poll());
  first.drop();
  EXPECT_TRUE(second.is_woken());
}

}  // namespace
}  // namespace ch11

// wake_counter_test.cpp -- WakeCounter: wakes and kept wakers are counted, also from another thread.
#include "common/testing/wake_counter.hpp"

#include <gtest/gtest.h>
#include <utility>

#include "common/base/thread.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

TEST(WakeCounterTest, WakesAreCounted_OfBothKinds) {
  WakeCounter counter;
  Waker waker = counter.waker();
  EXPECT_EQ(counter.wakes(), 0u);
  waker.wake_by_ref();
  EXPECT_EQ(counter.wakes(), 1u);
  std::move(waker).wake();
  EXPECT_EQ(counter.wakes(), 2u);
}

TEST(WakeCounterTest, KeptWakersAreCounted_UntilTheyEnd) {
  WakeCounter counter;
  Waker waker = counter.waker();
  EXPECT_EQ(counter.kept(), 1u);
  {
    const Waker clone = waker.clone();
    EXPECT_EQ(counter.kept(), 2u);
  }
  EXPECT_EQ(counter.kept(), 1u);
  std::move(waker).wake();
  EXPECT_EQ(counter.kept(), 0u);
}

TEST(WakeCounterTest, AnotherThreadsWake_IsSeenWithWhatItDidBefore) {
  WakeCounter counter;
  int written = 0;
  base::Thread other([&written, waker = counter.waker()]() mutable {
    written = 5;
    std::move(waker).wake();
  });
  while (counter.wakes() == 0) base::yield_thread();
  EXPECT_EQ(written, 5);
}

TEST(WakeCounterTest, ItsWakers_WakeTheSameTask) {
  const WakeCounter counter;
  const WakeCounter other;
  const Waker waker = counter.waker();
  EXPECT_TRUE(waker.will_wake(counter.waker()));
  EXPECT_TRUE(waker.will_wake(waker.clone()));
  EXPECT_FALSE(waker.will_wake(other.waker()));
}

TEST(WakeCounterTest, AWaker_MayOutliveItsCounter) {
  Waker waker;
  {
    const WakeCounter counter;
    waker = counter.waker();
  }
  waker.wake_by_ref();
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

// stepped_test.cpp -- Stepped, EXPECT_PENDING and EXPECT_READY: what a future does between two polls is seen.
#include "common/testing/stepped.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/mutex.hpp"
#include "common/testing/expect_poll.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;

Async<int> three_after(Duration duration) {
  co_await sleep(duration);
  co_return 3;
}

// Question: a future sleeps. Which poll is worth it, and how is that known?
// Predict: how many wakers has the clock? Break in `Sleep::poll`.
TEST(SteppedTest, ASleeper_IsWokenOnce_WhenItsTimeHasCome) {
  PausedClock clock;
  Stepped future(three_after(1s));
  EXPECT_EQ(future.kept_wakers(), 0u);
  EXPECT_PENDING(future.poll());
  EXPECT_PENDING(future.poll());
  EXPECT_EQ(future.kept_wakers(), 1u);
  EXPECT_FALSE(future.is_woken()) << "asked in vain";
  clock.advance(1s);
  EXPECT_TRUE(future.is_woken());
  EXPECT_EQ(future.kept_wakers(), 0u);
  EXPECT_READY(future.poll(), 3);
  EXPECT_FALSE(future.is_woken()) << "not since its latest poll";
  EXPECT_TRUE(future.is_finished());
  EXPECT_EQ(future.wakes(), 1u);
  EXPECT_EQ(future.polls(), 3u);
}

TEST(SteppedTest, AFutureThatYields_IsWokenInItsOwnPoll) {
  Stepped future([] { return yield_now(); });
  EXPECT_PENDING(future.poll());
  EXPECT_TRUE(future.is_woken());
  EXPECT_READY(future.poll());
}

TEST(SteppedTest, AnImmovableFuture_IsBuiltInItsPlace_AndDropped) {
  Mutex<int> mutex(0);
  auto held = mutex.try_lock();
  Stepped waits([&] { return mutex.lock(); });
  EXPECT_PENDING(waits.poll());
  waits.drop();
  EXPECT_EQ(waits.kept_wakers(), 0u) << "it has left the line";
  held.reset();
  EXPECT_TRUE(mutex.try_lock());
}

TEST(SteppedTest, TheCapturesOfALambdaCoroutine_AreKept) {
  Stepped future([text = std::string(100, 'x')]() -> Async<std::size_t> {
    co_await yield_now();
    co_return text.size();
  });
  EXPECT_PENDING(future.poll());
  EXPECT_READY(future.poll(), 100u);
}

TEST(SteppedTest, AWaker_MayOutliveIt) {
  Waker kept;
  {
    Stepped future([&] {
      return poll_fn([&](Context& cx) -> Poll<void> {
        kept = cx.waker().clone();
        return Pending();
      });
    });
    EXPECT_PENDING(future.poll());
  }
  std::move(kept).wake();
}

TEST(SteppedTest, AnException_ComesOutOfThePoll_AndEndsIt) {
  Stepped future([]() -> Async<> {
    co_await yield_now();
    throw std::runtime_error("out of coffee");
  });
  EXPECT_PENDING(future.poll());
  EXPECT_THROW((void)future.poll(), std::runtime_error);
  EXPECT_TRUE(future.is_finished());
}

TEST(SteppedDeathTest, PolledAfterItsEnd_StopsTheProgram) {
  Stepped future(ready(1));
  EXPECT_READY(future.poll(), 1);
  EXPECT_DEATH((void)future.poll(), "after it finished");
  future.drop();
  EXPECT_DEATH((void)future.poll(), "after it was dropped");
}

TEST(ExpectPollTest, WhatDoesNotHold_FailsAndSaysWhatWasAnswered) {
  Poll<int> five = Ready(5);
  Poll<int> not_yet = Pending();
  Poll<void> done = Ready();
  EXPECT_NONFATAL_FAILURE(EXPECT_PENDING(five), "five\n  answered: Ready with 5\n  expected: Pending");
  EXPECT_NONFATAL_FAILURE(EXPECT_PENDING(done), "done\n  answered: Ready\n  expected: Pending");
  EXPECT_NONFATAL_FAILURE(EXPECT_READY(not_yet), "not_yet\n  answered: Pending\n  expected: Ready");
  EXPECT_NONFATAL_FAILURE(EXPECT_READY(not_yet, 5), "answered: Pending\n  expected: Ready with 5");
  EXPECT_NONFATAL_FAILURE(EXPECT_READY(five, 6), "answered: Ready with 5\n  expected: Ready with 6");
  EXPECT_READY(five);
  EXPECT_READY(five, 5);
  EXPECT_READY(done);
  EXPECT_PENDING(not_yet);
}

TEST(ExpectPollTest, ATextIsComparedWithALiteral) {
  Stepped future(ready(std::string("tea")));
  EXPECT_READY(future.poll(), "tea");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

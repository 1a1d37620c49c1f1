// yield_now_test.cpp -- pending once, having woken its own task.
#include "common/future/yield_now.hpp"

#include <gtest/gtest.h>

#include "common/future/async.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace {

using namespace async;  // NOLINT

static_assert(Future<YieldNow>);

TEST(YieldNowTest, FirstPoll_IsPendingAndWakesItsOwnTask) {
  CountingTask task;
  auto yield = yield_now();
  EXPECT_TRUE(task.poll(yield).is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(yield).is_ready());
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_EQ(task.clones(), 0u);
}

// Predict: how many polls does a coroutine need that yields three times?
TEST(YieldNowTest, CoroutineThatYieldsThreeTimes_NeedsFourPolls) {
  CountingTask task;
  int passed = 0;
  auto steps = [](int& counted) -> Async<void> {
    for (int i = 0; i < 3; ++i) {
      co_await yield_now();
      ++counted;
    }
  }(passed);
  for (int poll = 0; poll < 3; ++poll) {
    EXPECT_TRUE(task.poll(steps).is_pending());
    EXPECT_EQ(passed, poll);
    EXPECT_EQ(task.take_wakes(), 1u);
  }
  EXPECT_TRUE(task.poll(steps).is_ready());
  EXPECT_EQ(passed, 3);
}

}  // namespace

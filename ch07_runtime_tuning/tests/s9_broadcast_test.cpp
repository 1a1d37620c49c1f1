// s9_broadcast_test.cpp -- all get all; who lags is told how much, once.
#include "ch07_runtime_tuning/s9_broadcast.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "common/channel/broadcast.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(BroadcastTest, ThreeSubscribers_GetFiveMessagesEach_OnEitherRuntime) {
  const Deadline deadline("a subscriber never heard of the end");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    EXPECT_EQ(run_async_main(three_subscribers(), flavor), 15);
    EXPECT_EQ(std::ranges::count(printed.lines(), "Subscriber 2 received: Broadcast message 4"), 1);
  }
}

TEST(BroadcastTest, SlowSubscriber_IsToldWhatItMissed_AndGoesOnAtTheOldest) {
  const Lag lag = run_async_main(slow_subscriber(), RuntimeFlavor::current_thread);
  EXPECT_EQ(lag.missed, 6u);
  EXPECT_EQ(lag.received, (std::vector<int>{6, 7, 8, 9}));
}

// Question: one subscriber is slow. Does the sender wait for it, as an mpsc sender would?
// Predict: what do the two subscribers get? Break in `Ring`, where the oldest value goes.
TEST(BroadcastTest, SlowSubscriber_HoldsNobodyUp) {
  auto [tx, slow] = broadcast::channel<int>(2);
  auto quick = tx.subscribe();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tx.send(i).value(), 2u);
    EXPECT_EQ(quick.try_recv().value(), i);
  }
  EXPECT_EQ(slow.try_recv().error().missed(), 3u);
  EXPECT_EQ(slow.try_recv().value(), 3);
}

}  // namespace
}  // namespace ch07

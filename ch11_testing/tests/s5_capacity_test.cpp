// s5_capacity_test.cpp -- row 11.5: a full channel stops its sender for ever, unless somebody receives.
#include "ch11_testing/s5_capacity.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <numeric>
#include <string_view>
#include <vector>

#include "common/runtime/handle.hpp"
#include "common/testing/async_test.hpp"
#include "common/time/timeout.hpp"

#include "ch11_testing/row_tests.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;

// Ten messages to a channel with room for five, and nobody receives. The receiver is there: else a send would
// fail.
Async<> nobody_receives(int& sent) {
  auto [sender, receiver] = mpsc::channel<int>(5);
  auto sending = spawn(send_many(std::move(sender), 10, sent));
  (void)co_await sending;
}

// Question: how many messages find room, and who says that the sixth never will?
// Predict: at which line does the sender wait? Break in `PausedClock::stall`.
TEST(CapacityTest, WithoutAReceiver_TheSenderIsBlocked) {
  int sent = 0;
  const AsyncOutcome outcome = run_async([&] { return nobody_receives(sent); });
  ASSERT_TRUE(outcome.is_stalled()) << outcome.message();
  EXPECT_EQ(sent, 5);
  ASSERT_EQ(outcome.tasks.size(), 1u);
  EXPECT_TRUE(std::string_view(outcome.tasks[0].places.at(0).file_name()).ends_with("s5_capacity.hpp"));
  demo::println(sent, " of 10 sent, and nothing can happen any more");
  print_waiting(outcome);
}

// The book's way, with its limit.
ASYNC_TEST(CapacityTest, WithoutAReceiver_TheBooksTimeoutRunsOut) {
  int sent = 0;
  const auto result = co_await timeout(5s, nobody_receives(sent));
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(sent, 5);
  EXPECT_EQ(now(), Instant(5s));
}

ASYNC_TEST(CapacityTest, WithAReceiver_AllIsSent_AndComesInOrder) {
  int sent = 0;
  auto [sender, receiver] = mpsc::channel<int>(5);
  auto receiving = spawn(receive_all(std::move(receiver)));
  auto sending = spawn(send_many(std::move(sender), 10, sent));
  const auto result = co_await timeout(5s, std::move(sending));
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(sent, 10);
  const auto received = co_await receiving;
  CO_ASSERT_TRUE(received.has_value());
  std::vector<int> in_order(10);
  std::iota(in_order.begin(), in_order.end(), 0);
  EXPECT_EQ(*received, in_order);
  EXPECT_EQ(now(), Instant(0s)) << "nobody had to wait for time";
}

ASYNC_TEST(CapacityTest, AReceiverThatGoesAway_LetsTheSenderEnd) {
  int sent = 0;
  auto [sender, receiver] = mpsc::channel<int>(5);
  auto sending = spawn(send_many(std::move(sender), 10, sent));
  co_await sleep(1s);
  {
    const auto gone = std::move(receiver);
  }
  const auto ended = co_await sending;
  EXPECT_TRUE(ended.has_value());
  EXPECT_EQ(sent, 5);
}

}  // namespace
}  // namespace ch11

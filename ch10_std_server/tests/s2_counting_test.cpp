// s2_counting_test.cpp -- two counting futures: the book's printout, and what is left of it without wake_by_ref.
#include "ch10_std_server/s2_counting.hpp"

#include <gtest/gtest.h>

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/probe.hpp"

namespace ch10::tests {
namespace {

class CountingTest : public BothExecutors {};
ON_BOTH_EXECUTORS(CountingTest);

constexpr std::string_view kInTurn =
    "CountingFuture is not done yet! 1\n"
    "CountingFuture is not done yet! 1\n"
    "CountingFuture is not done yet! 2\n"
    "CountingFuture is not done yet! 2\n"
    "CountingFuture is not done yet! 3\n"
    "CountingFuture is not done yet! 3\n"
    "CountingFuture is done!\n"
    "CountingFuture is done!\n";

// Predict: does the first future finish before the second begins?
TEST_P(CountingTest, TwoFutures_ArePolledInTurn_AsInTheBook) {
  auto one = executor->spawn(CountingFuture());
  auto two = executor->spawn(CountingFuture());
  ::testing::internal::CaptureStdout();
  const bool ended = run();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), kInTurn);
  ASSERT_TRUE(ended);
  EXPECT_EQ(one.wait(), 4);
  EXPECT_EQ(two.wait(), 4);
}

// The lesson of row 10.2: an executor that polls on does not notice that nobody wakes.
TEST(CountingWithoutWakeTest, PollingExecutor_HasTheSameResult) {
  const auto executor = make_executor(ExecutorKind::polling);
  auto one = executor->spawn(CountingFuture(CountingFuture::Wakes::no));
  auto two = executor->spawn(CountingFuture(CountingFuture::Wakes::no));
  ::testing::internal::CaptureStdout();
  const bool ended = run_all(*executor);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), kInTurn);
  ASSERT_TRUE(ended);
  EXPECT_EQ(one.wait(), 4);
  EXPECT_EQ(two.wait(), 4);
}

// Predict: how often is it polled? Break in `WakingExecutor::poll`.
TEST(CountingWithoutWakeTest, WakingExecutor_PollsOnceAndNeverAgain) {
  const auto executor = make_executor(ExecutorKind::waking);
  auto handle = executor->spawn(CountingFuture(CountingFuture::Wakes::no));
  ::testing::internal::CaptureStdout();
  EXPECT_TRUE(executor->poll());
  EXPECT_FALSE(executor->poll());
  const Rescue rescue(*executor);
  executor->notify();  // ends the sleep below, and wakes no task
  executor->park();
  EXPECT_FALSE(rescue.came());
  EXPECT_FALSE(executor->poll());
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "CountingFuture is not done yet! 1\n");
  EXPECT_EQ(executor->unfinished(), 1u);
  EXPECT_FALSE(handle.is_finished());
}

}  // namespace
}  // namespace ch10::tests

// s12_join_test.cpp -- as long as the longest; and a number of polls that grows with the number of children.
#include "ch07_runtime_tuning/s12_join.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/system_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(JoinStepTest, TakesAsLongAsTheLongest) {
  const PausedClock clock;
  const auto breakfast = run_async_main(breakfast_of_two_futures(), RuntimeFlavor::current_thread);
  EXPECT_EQ(breakfast.coffee, "coffee");
  EXPECT_EQ(breakfast.toasts, 2);
  EXPECT_EQ(breakfast.took, 3s);
}

// Question: ten thousand children, and each wakes the task that polls the join. How many polls is that?
// Predict: with one waker for all it would be about ten thousand times ten
// thousand. Break in `WakeSet::Owner::poll_woken`.
TEST(JoinStepTest, TenThousandChildren_HaveTwoPollsEach) {
  const PausedClock clock;
  EXPECT_EQ(run_async_main(polls_of_many(10'000), RuntimeFlavor::current_thread), 20'000u);
}

// All are ready at once, and a poll of the task has a budget of 128: who is left must not be
// asked again and again.
TEST(JoinStepTest, TenThousandThatAreReadyAtOnce_HaveNoMorePolls) {
  const SystemClock very_quick(1'000'000);
  EXPECT_LE(run_async_main(polls_of_many(10'000), RuntimeFlavor::current_thread), 20'000u);
}

}  // namespace
}  // namespace ch07

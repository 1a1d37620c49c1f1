// s9_combinators_test.cpp -- map, and_then, or_else: on a value, on an error, and what is not even begun.
#include "ch02_futures/s9_combinators.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

using Ran = Runnable::Ran;

class CombinatorsTest : public ::testing::Test {
 protected:
  auto run(auto future) { return executor.block_on(std::move(future)); }

  PausedClock clock;
  Executor executor;
};

// Question: coffee is boiling, then brewing, a second each. How often is its one task polled, and when does
// brew begin? Predict the time at each step. Break in `AndThen::poll`, then in `brew`.
TEST(CombinatorsLessonTest, AndThen_BeginsTheSecondInThePollThatEndsTheFirst) {
  PausedClock clock;
  ManualExecutor executor;
  auto handle = executor.spawn(coffee(true));
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(executor.step()->ran, Ran::waits);  // the water is hot, and brew waits for its own second
  EXPECT_EQ(now(), Instant(1s));
  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(now(), Instant(2s));
  Context cx(Waker::noop());
  EXPECT_EQ(handle.poll(cx).value()->value(), "coffee of hot water");
}

TEST_F(CombinatorsTest, Map_ChangesAValueAndAnError) {
  EXPECT_EQ(run(described(true)), "a cup of hot water");
  EXPECT_EQ(run(described(false)), "no cup: no water");
}

TEST_F(CombinatorsTest, AndThenOnAValue_GoesOn) {
  EXPECT_EQ(run(coffee(true)), Cup("coffee of hot water"));
  EXPECT_EQ(now(), Instant(2s));
}

TEST_F(CombinatorsTest, AndThenOnAnError_PassesItOnAndBeginsNothing) {
  EXPECT_EQ(run(coffee(false)), Cup(std::unexpect, "no water"));
  EXPECT_EQ(now(), Instant(1s));
}

TEST_F(CombinatorsTest, OrElseOnAValue_PassesItOnAndBeginsNothing) {
  EXPECT_EQ(run(something_hot(true)), Cup("hot water"));
  EXPECT_EQ(now(), Instant(1s));
}

TEST_F(CombinatorsTest, OrElseOnAnError_GoesOn) {
  EXPECT_EQ(run(something_hot(false)), Cup("a neighbour's tea, because there was no water"));
  EXPECT_EQ(now(), Instant(2s));
}

TEST_F(CombinatorsTest, OneInTheOther_IsAChain) {
  const auto morning = [](bool is_water_there) {
    return map(or_else(coffee(is_water_there), ask_the_neighbour), describe);
  };
  EXPECT_EQ(run(morning(true)), "a cup of coffee of hot water");
  EXPECT_EQ(run(morning(false)), "a cup of a neighbour's tea, because there was no water");
}

TEST_F(CombinatorsTest, DroppedInTheSecondFuture_LeavesNoTimer) {
  CountingTask task;
  {
    auto future = coffee(true);
    EXPECT_TRUE(task.poll(future).is_pending());
    clock.advance(1s);
    EXPECT_TRUE(task.poll(future).is_pending());
  }
  EXPECT_FALSE(clock.advance_to_next());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

}  // namespace
}  // namespace ch02

// check_test.cpp -- a broken invariant stops the program and says which.
#include "common/base/check.hpp"

#include <gtest/gtest.h>

namespace {

TEST(CheckDeathTest, BrokenInvariant_StopsWithTheReasonAndTheCondition) {
  [[maybe_unused]] const int tasks = 3;
  EXPECT_DEATH(ASYNC_CHECK(tasks == 4, "a task is missing"),
               "check_test.cpp:[0-9]+: broken invariant: a task is missing\n  checked: tasks == 4");
}

TEST(CheckTest, InvariantThatHolds_EvaluatesItsConditionOnceAndGoesOn) {
  int evaluated = 0;
  ASYNC_CHECK(++evaluated == 1, "the condition was evaluated twice");
  EXPECT_EQ(evaluated, 1);
}

// Predict: to which `if` does the else belong? (A macro that is not one statement takes it for its own.)
TEST(CheckTest, CheckBetweenIfAndElse_IsOneStatement) {
  bool went_else = false;
  if (went_else)
    ASYNC_CHECK(true, "never looked at");
  else
    went_else = true;
  EXPECT_TRUE(went_else);
}

}  // namespace

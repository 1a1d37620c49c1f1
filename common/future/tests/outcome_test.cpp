// outcome_test.cpp -- Outcome<T>: nothing, a value or an exception; taken once.
#include "common/future/outcome.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>

namespace {

using async::Outcome;

std::exception_ptr error(const char* what) { return std::make_exception_ptr(std::runtime_error(what)); }

TEST(OutcomeTest, Value_IsMovedOutOnce) {
  Outcome<std::unique_ptr<int>> outcome;
  EXPECT_TRUE(outcome.is_empty());
  outcome.set_value(std::make_unique<int>(2));
  EXPECT_FALSE(outcome.is_empty());
  EXPECT_EQ(*outcome.take(), 2);
  EXPECT_TRUE(outcome.is_empty());
}

TEST(OutcomeTest, Void_IsAnOutcomeToo) {
  Outcome<void> outcome;
  outcome.set_value();
  EXPECT_FALSE(outcome.is_empty());
  outcome.take();
  EXPECT_TRUE(outcome.is_empty());
}

TEST(OutcomeTest, Exception_IsThrownByTakeAndThenGone) {
  Outcome<int> outcome;
  outcome.set_exception(error("burnt"));
  EXPECT_TRUE(outcome.has_exception());
  EXPECT_THROW(outcome.take(), std::runtime_error);
  EXPECT_TRUE(outcome.is_empty());
}

TEST(OutcomeTest, TakeException_HandsItOverUnthrown) {
  Outcome<void> outcome;
  outcome.set_exception(error("burnt"));
  EXPECT_THROW(std::rethrow_exception(outcome.take_exception()), std::runtime_error);
  EXPECT_TRUE(outcome.is_empty());
}

// Predict: the value of an Outcome is an exception_ptr. Does take() throw?
TEST(OutcomeTest, ExceptionPointerAsValue_IsAValue) {
  Outcome<std::exception_ptr> outcome;
  outcome.set_value(error("kept for later"));
  EXPECT_FALSE(outcome.has_exception());
  EXPECT_TRUE(outcome.take() != nullptr);
}

TEST(OutcomeTest, Clear_DestroysTheValue) {
  const auto shared = std::make_shared<int>(1);
  Outcome<std::shared_ptr<int>> outcome;
  outcome.set_value(shared);
  outcome.clear();
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(OutcomeDeathTest, TakeTwice_StopsTheProgram) {
  Outcome<int> outcome;
  outcome.set_value(1);
  EXPECT_EQ(outcome.take(), 1);
  EXPECT_DEATH(outcome.take(), "there is no outcome");
}

}  // namespace

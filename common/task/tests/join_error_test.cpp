// join_error_test.cpp -- JoinError tells a cancelled task from one that an exception left.
#include "common/task/join_error.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace {

using async::JoinError;
using async::TaskCancelled;

TEST(JoinErrorTest, Cancelled_SaysSoAndRethrowsTaskCancelled) {
  const JoinError error = JoinError::cancelled();
  EXPECT_TRUE(error.is_cancelled());
  EXPECT_FALSE(error.is_exception());
  EXPECT_EQ(error.message(), "the task was cancelled");
  EXPECT_THROW(error.rethrow(), TaskCancelled);
}

TEST(JoinErrorTest, AnException_IsRethrownAsItWas_AsOftenAsAsked) {
  const JoinError error(std::make_exception_ptr(std::out_of_range("no such toast")));
  EXPECT_TRUE(error.is_exception());
  EXPECT_EQ(error.message(), "no such toast");
  EXPECT_THROW(error.rethrow(), std::out_of_range);
  EXPECT_THROW(error.rethrow(), std::out_of_range);
}

TEST(JoinErrorTest, AnExceptionOfAnotherFamily_HasAMessageToo) {
  const JoinError error(std::make_exception_ptr(7));
  EXPECT_EQ(error.message(), "an exception that is no std::exception");
  EXPECT_THROW(error.rethrow(), int);
}

}  // namespace

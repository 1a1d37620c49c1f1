// co_assert.hpp -- CO_ASSERT_*: ASSERT_* for a coroutine: fails the test and leaves the coroutine.
//
// ASSERT_*, FAIL and GTEST_SKIP end with `return`, which does not compile in a coroutine; these end with
// `co_return`. So they need one that returns nothing, as the body of an ASYNC_TEST does; and, like ASSERT_*,
// they leave this coroutine alone: whoever awaits it goes on, and may ask testing::Test::HasFatalFailure().
// EXPECT_* is right everywhere.
//
//   CO_ASSERT_EQ(answer.size(), 3u) << "the first answer";
//
// The values are computed inside a function of their own: a co_await among them does not compile. (g++ 12
// miscompiles one in a condition, which is what every assertion is.) Name the awaited value first.
// What is compared is compared, and printed, by GoogleTest.
#pragma once

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#define CO_ASSERT_TRUE(condition) ASYNC_CO_ASSERT_BOOL_(condition, #condition, true)
#define CO_ASSERT_FALSE(condition) ASYNC_CO_ASSERT_BOOL_(condition, #condition, false)
#define CO_ASSERT_EQ(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::EqHelper::Compare, left, right)
#define CO_ASSERT_NE(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::CmpHelperNE, left, right)
#define CO_ASSERT_LT(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::CmpHelperLT, left, right)
#define CO_ASSERT_LE(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::CmpHelperLE, left, right)
#define CO_ASSERT_GT(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::CmpHelperGT, left, right)
#define CO_ASSERT_GE(left, right) CO_ASSERT_PRED_FORMAT2(::testing::internal::CmpHelperGE, left, right)
#define CO_ASSERT_THAT(value, matcher) \
  CO_ASSERT_PRED_FORMAT1(::testing::internal::MakePredicateFormatterFromMatcher(matcher), value)

#define CO_ASSERT_PRED_FORMAT1(format, value) ASYNC_CO_ASSERT_(format(#value, value))
#define CO_ASSERT_PRED_FORMAT2(format, left, right) ASYNC_CO_ASSERT_(format(#left, #right, left, right))

#define CO_FAIL() co_return GTEST_MESSAGE_("Failed", ::testing::TestPartResult::kFatalFailure)
#define CO_SKIP() co_return GTEST_MESSAGE_("", ::testing::TestPartResult::kSkip)

#define ASYNC_CO_ASSERT_BOOL_(condition, text, expected)                                        \
  ASYNC_CO_ASSERT_(::testing::AssertionResult(static_cast<bool>(condition) == (expected))       \
                   << "Value of: " text "\n  Actual: " << std::boolalpha << !(expected) << "\n" \
                   << "Expected: " << (expected))

#define ASYNC_CO_ASSERT_(result)                                                                          \
  GTEST_AMBIGUOUS_ELSE_BLOCKER_                                                                           \
  if (const auto async_result = [&]() -> ::testing::AssertionResult { return result; }(); async_result) { \
  } else                                                                                                  \
    co_return GTEST_MESSAGE_(async_result.failure_message(), ::testing::TestPartResult::kFatalFailure)

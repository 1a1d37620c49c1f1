// co_assert_test.cpp -- CO_ASSERT_*: each leaves its coroutine, and says what was compared.
#include "common/testing/co_assert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

bool went_on = false;

#define LEAVES(assertion, text)                           \
  {                                                       \
    static const auto body = [](bool& after) -> Async<> { \
      after = false;                                      \
      assertion;                                          \
      after = true;                                       \
      co_return;                                          \
    };                                                    \
    EXPECT_FATAL_FAILURE(block_on(body(went_on)), text);  \
    EXPECT_FALSE(went_on) << #assertion;                  \
  }

TEST(CoAssertTest, WhatDoesNotHold_LeavesTheCoroutine) {
  LEAVES(CO_ASSERT_TRUE(1 == 2), "Value of: 1 == 2\n  Actual: false\nExpected: true");
  LEAVES(CO_ASSERT_FALSE(1 == 1) << "more", "Value of: 1 == 1\n  Actual: true\nExpected: false\nmore");
  LEAVES(CO_ASSERT_EQ(1, 2), "Expected equality of these values:\n  1\n  2");
  LEAVES(CO_ASSERT_NE(1, 1), "Expected: (1) != (1)");
  LEAVES(CO_ASSERT_LT(2, 1), "Expected: (2) < (1)");
  LEAVES(CO_ASSERT_LE(2, 1), "Expected: (2) <= (1)");
  LEAVES(CO_ASSERT_GT(1, 2), "Expected: (1) > (2)");
  LEAVES(CO_ASSERT_GE(1, 2), "Expected: (1) >= (2)");
  LEAVES(CO_ASSERT_THAT(std::string("tea"), ::testing::StartsWith("c")), "starts with \"c\"");
  LEAVES(CO_FAIL() << "on purpose", "on purpose");
}

TEST(CoAssertTest, WhatHolds_GoesOn) {
  const auto body = [](std::vector<int> given) -> Async<bool> {
    bool checked = false;
    const auto inner = [&]() -> Async<> {
      CO_ASSERT_TRUE(given.size() == 2);
      CO_ASSERT_FALSE(given.empty());
      CO_ASSERT_EQ(given, (std::vector{1, 2}));
      CO_ASSERT_NE(given[0], 2);
      CO_ASSERT_LT(given[0], 2);
      CO_ASSERT_LE(given[0], 1);
      CO_ASSERT_GT(given[1], 1);
      CO_ASSERT_GE(given[1], 2);
      CO_ASSERT_THAT(given, ::testing::ElementsAre(1, 2));
      if (given.empty())
        CO_FAIL() << "an assertion is one statement";
      else
        checked = true;
      co_return;
    };
    co_await inner();
    co_return checked;
  };
  EXPECT_TRUE(block_on(body({1, 2})));
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

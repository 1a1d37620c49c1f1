// fixed_test.cpp -- numbers with so many digits behind the point.
#include "common/demo/fixed.hpp"

#include <gtest/gtest.h>

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

TEST(FixedTest, Digits_AreAsManyAsAskedFor_AndRounded) {
  EXPECT_EQ(fixed(3.14159, 2), "3.14");
  EXPECT_EQ(fixed(2.96, 1), "3.0");
  EXPECT_EQ(fixed(-0.5, 3), "-0.500");
  EXPECT_EQ(fixed(1e6, 0), "1000000");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo

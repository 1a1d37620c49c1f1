// s5_reference_held_test.cpp -- an await between looking and changing: what is lost, and how it is found.
#include "ch07_runtime_tuning/s5_reference_held.hpp"

#include <gtest/gtest.h>

#include "common/future/block_on.hpp"
#include "common/future/join.hpp"

namespace ch07 {
namespace {

// Read this one first.
// Question: two futures in one thread add five times each, in turns. What is the sum, in each of the ways?
// Predict: 10 and 5. Break in `add_over_a_yield`, and watch `seen` of the one while the other writes.
TEST(ReferenceHeldTest, AwaitBetweenReadAndWrite_LosesAdditions) {
  int right = 0, wrong = 0;
  block_on(join(add_and_yield(right, 5), add_and_yield(right, 5)));
  EXPECT_EQ(right, 10);
  block_on(join(add_over_a_yield(wrong, 5), add_over_a_yield(wrong, 5)));
  EXPECT_EQ(wrong, 5);
}

TEST(ReferenceHeldTest, BorrowCell_RefusesTheSecondAtOnce) {
  BorrowCell<int> count(0);
  EXPECT_THROW(block_on(join(add_while_borrowed(count, 5), add_while_borrowed(count, 5))), std::logic_error);
  // Whoever has let go, by a cancelled coroutine too, is no obstacle.
  block_on(add_while_borrowed(count, 5));
  EXPECT_EQ(*count.borrow(), 5);
}

}  // namespace
}  // namespace ch07

// budget_test.cpp -- Budget: nothing is spent without one; in a scope it runs out, and the leaf wakes its own task.
#include "common/future/budget.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace {

using namespace async;

class BudgetTest : public testing::Test {
 protected:
  // As a leaf asks at the beginning of its poll; counts the wakes.
  bool is_spent() {
    const Waker waker = counted.waker();
    Context cx(waker);
    return Budget::is_spent(cx);
  }
  // How often a leaf may be ready.
  std::uint32_t drain() {
    std::uint32_t times = 0;
    while (Budget::has_any_left() && times < 1000) {
      Budget::spend();
      ++times;
    }
    return times;
  }

  CountingWaker counted;
};

TEST_F(BudgetTest, WithoutARuntime_ThereIsNone_AndNothingIsSpent) {
  EXPECT_EQ(drain(), 1000u);
  EXPECT_FALSE(is_spent());
  EXPECT_EQ(counted.woken(), 0u);
}

// Predict: how many leaves are ready in one poll, and what does the next one do?
TEST_F(BudgetTest, InAScope_ItRunsOut_AndWhoAsksThenHasBeenWoken) {
  const Budget::Scope scope;
  EXPECT_FALSE(is_spent());
  EXPECT_EQ(drain(), Budget::kOfOnePoll);
  EXPECT_EQ(counted.woken(), 0u);
  EXPECT_TRUE(is_spent());
  EXPECT_EQ(counted.woken(), 1u);
  Budget::spend();  // one that does not ask: it stays at nothing
  EXPECT_TRUE(is_spent());
  EXPECT_FALSE(Budget::has_any_left());
}

TEST_F(BudgetTest, AnInnerScope_HasItsOwn_AndTheOuterOneGoesOnAfterIt) {
  const Budget::Scope outer(3);
  Budget::spend();
  {
    const Budget::Scope inner(5);
    EXPECT_EQ(drain(), 5u);
    EXPECT_TRUE(is_spent());
  }
  EXPECT_EQ(drain(), 2u);
}

TEST_F(BudgetTest, Unlimited_SpendsNothing_AlsoWhereNothingIsLeft) {
  const Budget::Scope scope(2);
  EXPECT_EQ(drain(), 2u);
  {
    const Budget::Unlimited unlimited;
    EXPECT_FALSE(is_spent());
    EXPECT_EQ(drain(), 1000u);
  }
  EXPECT_TRUE(is_spent());
}

TEST_F(BudgetTest, EachThread_HasItsOwn) {
  const Budget::Scope scope(1);
  EXPECT_EQ(drain(), 1u);
  base::Thread([&] { EXPECT_EQ(drain(), 1000u); }).join();
  EXPECT_FALSE(Budget::has_any_left());
}

}  // namespace

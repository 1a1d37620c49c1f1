// by_ref_test.cpp -- a future that is lent to a select survives it.
#include "common/future/by_ref.hpp"

#include <gtest/gtest.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT

template <class F> concept CanBeLent = requires(F&& future) { by_ref(std::forward<F>(future)); };
static_assert(CanBeLent<Async<int>&>);
static_assert(!CanBeLent<Async<int>>, "a temporary would be gone before the first poll");

// Predict: the select drops its losers. How often is the lent future destroyed?
TEST(ByRefTest, LentToASelectThatAnotherWins_CanBePolledOn) {
  Gate<int> slow, quick;
  CountingTask task;
  auto survivor = slow.future();
  {
    auto both = select(by_ref(survivor), quick.future());
    EXPECT_TRUE(task.poll(both).is_pending());
    quick.open(1);
    EXPECT_EQ(task.poll(both).value().index(), 1u);
  }
  EXPECT_EQ(slow.dropped(), 0u);
  slow.open(2);
  EXPECT_EQ(task.poll(survivor).value(), 2);
}

TEST(ByRefTest, LentInEveryRoundOfALoop_FinishesInOneOfThem) {
  const auto rounds = [](Gate<int>& lent, Gate<int>& fresh) -> Async<int> {
    auto survivor = lent.future();
    for (int round = 1;; ++round) {
      auto won = co_await select_biased(fresh.future(), by_ref(survivor));
      if (won.index() == 1) co_return round;
    }
  };
  Gate<int> lent, fresh;
  CountingTask task;
  auto looping = rounds(lent, fresh);
  EXPECT_TRUE(task.poll(looping).is_pending());
  lent.open(1);
  EXPECT_EQ(task.poll(looping).value(), 1);
  EXPECT_EQ(lent.dropped(), 1u);
}

TEST(ByRefTest, ImmovableFuture_CanBeLent) {
  struct Fixed {
    using Output = int;
    Fixed() {}  // NOLINT: not an aggregate
    Fixed(Fixed&&) = delete;
    Poll<int> poll(Context&) { return Ready(6); }
  };
  Fixed fixed;
  EXPECT_EQ(block_on(by_ref(fixed)), 6);
}

}  // namespace

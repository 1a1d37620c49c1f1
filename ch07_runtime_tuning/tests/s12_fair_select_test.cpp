// s12_fair_select_test.cpp -- fair: a third each; biased: the first of those that are ready.
#include "ch07_runtime_tuning/s12_fair_select.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/future/select.hpp"
#include "common/runtime/run_async_main.hpp"

namespace ch07 {
namespace {

TEST(FairSelectTest, ReadyBranches_WinInTurn) {
  const auto wins = run_async_main(fair_rounds(3000), RuntimeFlavor::current_thread);
  EXPECT_GE(*std::ranges::min_element(wins), 950u);
  EXPECT_EQ(wins[0] + wins[1] + wins[2], 3000u);
}

TEST(FairSelectTest, Biased_AsksInOrder) {
  EXPECT_EQ(run_async_main(biased_rounds(100), RuntimeFlavor::current_thread), (Wins{100, 0, 0}));
}

// Question: the first branch of a biased select never gets ready. Do the others have their turn?
// Predict, then break in `ChildrenFrom::visit_from`.
TEST(FairSelectTest, Biased_GoesOnToTheNextOne) {
  Context cx(Waker::noop());
  auto won = select_biased(pending<int>(), ready(2), ready(3));
  EXPECT_EQ(won.poll(cx).value().index(), 1u);
}

}  // namespace
}  // namespace ch07

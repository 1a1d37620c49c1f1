// s12_select_test.cpp -- the first ready one wins, the losers are gone before anybody hears of it.
#include "ch07_runtime_tuning/s12_select.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/future/select.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(SelectStepTest, TheQuickOneWins_AndTheSlowOneIsDropped) {
  const demo::CapturedLines printed;
  const PausedClock clock;
  EXPECT_EQ(run_async_main(first_answer(), RuntimeFlavor::current_thread), "a size: 42");
  EXPECT_EQ(printed.lines(),
            (std::vector<std::string>{"quick: done", "slow: dropped before it could answer"}));
  EXPECT_EQ(now(), Instant(1s));
}

TEST(SelectStepTest, OfAHundred_TheShortestWins) {
  const PausedClock clock;
  EXPECT_EQ(run_async_main(shortest_of(100), RuntimeFlavor::current_thread), 50u);
  EXPECT_EQ(now(), Instant(1s));
}

// Question: one of two futures is due after a second, the other after five. How many timers are on the clock
// once the select has answered?
// Predict: is the loser's sleep still registered? Break in `ChildrenFrom::drop_waiting`.
TEST(SelectStepTest, LoserIsOffTheClock_WhenTheWinnerAnswers) {
  const demo::CapturedLines printed;
  PausedClock clock;
  Context cx(Waker::noop());
  auto both = select(size_from("one", 1s), size_from("other", 5s));
  EXPECT_TRUE(both.poll(cx).is_pending());
  clock.advance(1s);
  EXPECT_EQ(both.poll(cx).value().index(), 0u);
  EXPECT_FALSE(clock.has_timers());
  EXPECT_EQ(printed.lines().back(), "other: dropped before it could answer");
}

}  // namespace
}  // namespace ch07

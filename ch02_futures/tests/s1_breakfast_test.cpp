// s1_breakfast_test.cpp -- where the 24 seconds of the first breakfast go, and the 18 of the second.
#include "ch02_futures/s1_breakfast.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/executor.hpp"
#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02 {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

const Instant kStart{};

// Read this one first.
// Question: the kettle needs ten seconds, the toaster needs ten seconds, and the hands fourteen. Why 24?
// Predict: at which time is the kettle switched on? How often is the task polled? Break in `Join::poll`.
TEST(BreakfastTest, MugFirst_KettleIsSwitchedOnAfterSixSeconds) {
  PausedClock clock;
  FreshLines printed;
  ManualExecutor executor;
  auto handle = executor.spawn(breakfast());

  EXPECT_EQ(executor.step()->ran, Ran::waits);  // one poll: all of the mug, then the two others begin
  EXPECT_EQ(now() - kStart, 6s);
  EXPECT_EQ(printed.take(),
            (Lines{"Pouring milk...", "Milk poured.", "Putting instant coffee...", "Instant coffee put.",
                   "boiling kettle...", "putting bread in toaster..."}));
  EXPECT_EQ(executor.queued(), 0u);  // nobody needs hands for ten seconds

  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now() - kStart, 16s);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.step()->ran, Ran::finished);  // the second poll, the last one
  EXPECT_EQ(now() - kStart, 24s);
  EXPECT_EQ(printed.take(),
            (Lines{"kettle boiled.", "pouring boiled water...", "boiled water poured.", "bread toasted.",
                   "buttering toasted bread...", "toasted bread buttered."}));
}

// Question: one step more, a wait of 0.1 s, and it is six seconds faster. What do the hands do in the first
// ten?
// Predict: in which order does the third poll ask the three steps? (It begins with the third.)
TEST(BreakfastTest, MugLater_IsPreparedWhileTheWaterBoils) {
  PausedClock clock;
  FreshLines printed;
  ManualExecutor executor;
  auto handle = executor.spawn(faster_breakfast());

  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(now() - kStart, 0s);
  EXPECT_EQ(printed.take(), (Lines{"boiling kettle...", "putting bread in toaster..."}));

  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now() - kStart, 100ms);
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(now() - kStart, 6100ms);
  EXPECT_EQ(printed.take(),
            (Lines{"Pouring milk...", "Milk poured.", "Putting instant coffee...", "Instant coffee put."}));

  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now() - kStart, 10s);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(now() - kStart, 18s) << "the 0.1 s is hidden behind the kettle";
  EXPECT_EQ(printed.take(), (Lines{"bread toasted.", "buttering toasted bread...", "toasted bread buttered.",
                                   "kettle boiled.", "pouring boiled water...", "boiled water poured."}));
}

TEST(BreakfastTest, EachStepAlone_TakesItsWaitAndItsWork) {
  PausedClock clock;
  FreshLines printed;
  Executor executor;
  const auto time = [&](Async<> step) {
    const Instant start = now();
    executor.block_on(std::move(step));
    return now() - start;
  };
  EXPECT_EQ(time(prep_coffee_mug()), 6s);
  EXPECT_EQ(time(prep_coffee_mug_later()), 6100ms);
  EXPECT_EQ(time(make_coffee()), 13s);
  EXPECT_EQ(time(make_toast()), 15s);
  EXPECT_EQ(time(breakfast()), 24s);
  EXPECT_EQ(time(faster_breakfast()), 18s);
}

TEST(BreakfastTest, DroppedWhileTheWaterBoils_NoTimerIsLeft) {
  PausedClock clock;
  FreshLines printed;
  {
    ManualExecutor executor;
    auto handle = executor.spawn(faster_breakfast());
    executor.step();
    handle.abort();
    EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  }
  EXPECT_FALSE(clock.advance_to_next());
  EXPECT_EQ(printed.take().size(), 2u);
}

TEST(BreakfastTest, NeverPolled_PrintsNothing) {
  FreshLines printed;
  {
    const auto unpolled = breakfast();
  }
  EXPECT_EQ(printed.take(), Lines{});
}

}  // namespace
}  // namespace ch02

// s11_missed_ticks_test.cpp -- what each rule makes of four missed ticks.
#include "ch07_runtime_tuning/s11_missed_ticks.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

#include "common/runtime/run_async_main.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using Ticks = std::vector<TakenTick>;

Ticks ticks_of(MissedTickBehavior rule) {
  const PausedClock clock;
  return run_async_main(late_worker(rule, 7), RuntimeFlavor::current_thread);
}

// Question: ticks at 50, 100, 150 and 200 ms were missed. How many ticks come at 220, and when
// is the next one?
// Predict each rule's answer, then break in `Interval::after`.
TEST(MissedTicksTest, Burst_GivesAllThatWereMissed_AndIsBackInItsRhythm) {
  EXPECT_EQ(ticks_of(MissedTickBehavior::burst), (Ticks{{0ms, 0ms},
                                                        {50ms, 220ms},
                                                        {100ms, 220ms},
                                                        {150ms, 220ms},
                                                        {200ms, 220ms},
                                                        {250ms, 250ms},
                                                        {300ms, 300ms}}));
}

TEST(MissedTicksTest, Delay_BeginsANewRhythm) {
  EXPECT_EQ(ticks_of(MissedTickBehavior::delay), (Ticks{{0ms, 0ms},
                                                        {50ms, 220ms},
                                                        {270ms, 270ms},
                                                        {320ms, 320ms},
                                                        {370ms, 370ms},
                                                        {420ms, 420ms},
                                                        {470ms, 470ms}}));
}

TEST(MissedTicksTest, Skip_LeavesOutWhatWasMissed_AndKeepsItsRhythm) {
  EXPECT_EQ(ticks_of(MissedTickBehavior::skip), (Ticks{{0ms, 0ms},
                                                       {50ms, 220ms},
                                                       {250ms, 250ms},
                                                       {300ms, 300ms},
                                                       {350ms, 350ms},
                                                       {400ms, 400ms},
                                                       {450ms, 450ms}}));
}

TEST(MissedTicksTest, PeriodOfNothing_IsRefused) {
  EXPECT_THROW((void)interval(0ms), std::invalid_argument);
  EXPECT_THROW((void)interval(-1ms), std::invalid_argument);
}

}  // namespace
}  // namespace ch07

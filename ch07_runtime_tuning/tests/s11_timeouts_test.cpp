// s11_timeouts_test.cpp -- the guides' programs take exactly as long as they should, on either runtime.
#include "ch07_runtime_tuning/s11_timeouts.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/interval.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(TimeoutsStepTest, FiveSeconds_AreCutOffAtTwo) {
  const Deadline deadline("the timeout never came");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const PausedClock clock;
    const auto result = run_async_main(limited_operation(), flavor);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().after, 2s);
    EXPECT_EQ(now(), Instant(2s)) << "and nobody waits for the other three";
  }
}

TEST(TimeoutsStepTest, EnoughTime_GivesTheValue) {
  const PausedClock clock;
  const auto result = run_async_main(timeout(6s, slow_operation()), RuntimeFlavor::current_thread);
  EXPECT_EQ(result.value(), "Completed");
  EXPECT_EQ(now(), Instant(5s));
}

TEST(TimeoutsStepTest, FirstTickIsAtOnce_ThenOneASecond) {
  const demo::CapturedLines printed;
  const PausedClock clock;
  const auto ticks = run_async_main(five_ticks(), RuntimeFlavor::current_thread);
  EXPECT_EQ(ticks, (std::vector<Duration>{0s, 1s, 2s, 3s, 4s}));
  EXPECT_EQ(printed.lines().back(), "Tick 4");
}

// Question: a tick is dropped while it waits, as a select does with a loser. Is that tick lost?
// Predict: at which second does the next tick() answer? Break in `Tick::~Tick`.
TEST(TimeoutsStepTest, DroppedTick_IsGivenToTheNextOne) {
  PausedClock clock;
  Context cx(Waker::noop());
  auto every_second = interval(1s);
  EXPECT_EQ(every_second.tick().poll(cx).value(), Instant(0s));
  clock.advance(400ms);
  EXPECT_TRUE(every_second.tick().poll(cx).is_pending());  // and is dropped
  EXPECT_FALSE(clock.has_timers()) << "it has left the clock";
  clock.advance(600ms);
  EXPECT_EQ(every_second.tick().poll(cx).value(), Instant(1s));
}

}  // namespace
}  // namespace ch07

// s11_paused_clock_test.cpp -- a day passes exactly, on either runtime, and only when all wait.
#include "ch07_runtime_tuning/s11_paused_clock.hpp"

#include <gtest/gtest.h>

#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(PausedClockStepTest, ADayPasses_InOrder_OnEitherRuntime) {
  const Deadline deadline("the day never passed");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const PausedClock clock;
    EXPECT_EQ(run_async_main(sleepers(), flavor),
              (Woken{{"a minute", 60s}, {"an hour", 3600s}, {"a day", 86400s}}));
    EXPECT_EQ(now(), Instant(24h));
  }
}

Async<Instant> busy_beside_a_sleeper(bool& slept) {
  auto other = [&]() -> Async<> {
    co_await sleep(1ms);
    slept = true;
  };
  auto sleeper = spawn(other);
  for (int i = 0; i < 1000; ++i) co_await yield_now();
  const Instant seen = now();
  (void)co_await sleeper;
  co_return seen;
}

// Question: a task sleeps for 1 ms while another one is busy for much longer. What time does
// the busy one see?
// Predict: when does the clock move? Break in `PausedClock::this_one_is_blocked`.
TEST(PausedClockStepTest, TimeStandsStill_WhileATaskIsBusy) {
  const PausedClock clock;
  bool slept = false;
  EXPECT_EQ(run_async_main(busy_beside_a_sleeper(slept), RuntimeFlavor::current_thread), Instant(0s));
  EXPECT_TRUE(slept);
  EXPECT_EQ(now(), Instant(1ms));
}

}  // namespace
}  // namespace ch07

// s14_rate_limit_test.cpp -- ten workers in four rounds; never more than ten tasks.
#include "ch07_runtime_tuning/s14_rate_limit.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(RateLimitTest, TenWorkers_ThreeAtATime_TakeFourSeconds) {
  const Deadline deadline("a worker never had its turn");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    const PausedClock clock;
    run_async_main(limited_workers(), flavor);
    EXPECT_EQ(now(), Instant(4s));
    EXPECT_EQ(printed.lines().size(), 20u);
  }
}

// Question: a million requests and ten permits. How many tasks are there at once, if each asks for its
// permit itself? And if the loop asks before it spawns?
// Predict, then break in `rate_limited_fetch`, and look at metrics().alive_tasks.
TEST(RateLimitTest, PermitBeforeSpawn_BoundsTheNumberOfTasks) {
  const Deadline deadline("the loop waits for a permit for ever");
  const PausedClock clock;
  const Fetched fetched = run_async_main(rate_limited_fetch(1000), RuntimeFlavor::current_thread);
  EXPECT_EQ(fetched.requests, 1000u);
  EXPECT_EQ(fetched.most_tasks, 10u);
  EXPECT_EQ(now(), Instant(10s));
}

}  // namespace
}  // namespace ch07

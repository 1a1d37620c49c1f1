// s2_runtime_a_test.cpp -- the book's runtime: its printout, spawn, is_finished, block_on.
#include "ch07_runtime_tuning/s2_runtime_a.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

std::ptrdiff_t count_of(const demo::CapturedLines& printed, const char* line) {
  return std::ranges::count(printed.lines(), line);
}

// Read this one first.
// Question: main asks twice whether the task has finished, at 0 s and at 3 s. What is
// printed between the two?
// Predict; the task sleeps for 2 s. Break in `sleep_example`, and look at which thread you are in.
TEST(RuntimeATest, TaskRunsWhileMainSleeps) {
  const Deadline deadline("the task never ended");
  const PausedClock clock;
  const demo::CapturedLines printed;
  base::Parker has_begun;
  const RuntimeA a;
  const std::size_t before = printed.lines().size();
  auto handle = a.spawn_task(sleep_example(has_begun));
  has_begun.park();
  EXPECT_FALSE(handle.is_finished());
  blocking_sleep(1999ms);
  EXPECT_FALSE(handle.is_finished());
  blocking_sleep(1001ms);
  EXPECT_TRUE(handle.is_finished());
  EXPECT_EQ(a.runtime().block_on(handle), 20);
  std::vector<std::string> lines = printed.lines();
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(lines, (std::vector<std::string>{"sleeping for 2 seconds", "done sleeping"}));
  EXPECT_EQ(now(), Instant(3s));
}

TEST(RuntimeATest, EachOfFourWorkers_StartsParksAndStops) {
  const Deadline deadline("the workers never parked");
  const PausedClock clock;
  const demo::CapturedLines printed;
  {
    const RuntimeA a;
    EXPECT_EQ(count_of(printed, "thread starting for runtime A"), 4);
    EXPECT_EQ(count_of(printed, "thread parking for runtime A"), 4);
    EXPECT_EQ(count_of(printed, "thread stopping for runtime A"), 0);
    const std::vector<std::string> lines = printed.lines();
    EXPECT_EQ(lines[3], "thread starting for runtime A") << "all start before one parks";
  }
  EXPECT_EQ(count_of(printed, "thread stopping for runtime A"), 4);
}

TEST(RuntimeATest, ThreadOfSpawnBlocking_StartsAndStopsToo) {
  const Deadline deadline("the call never ended");
  const PausedClock clock;
  const demo::CapturedLines printed;
  {
    const RuntimeA a;
    EXPECT_EQ(block_on(a.runtime().spawn_blocking([] { return std::string(base::thread_name()); })),
              "our custom runtime A");
    EXPECT_EQ(count_of(printed, "thread starting for runtime A"), 5);
  }
  EXPECT_EQ(count_of(printed, "thread stopping for runtime A"), 5);
}

}  // namespace
}  // namespace ch07

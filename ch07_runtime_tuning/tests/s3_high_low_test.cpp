// s3_high_low_test.cpp -- two runtimes side by side: no task changes over, however idle the other one is.
#include "ch07_runtime_tuning/s3_high_low.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Read this one first.
// Question: low's only thread is held, and ten low tasks wait. High has two idle threads. How many
// of the ten run?
// Predict, and compare with chapter 3's StealingTest. On the paused clock, an hour passes once all have done
// what they can. Break in `Worker::steal`.
TEST(HighAndLowTest, IdleHigh_TakesNothingFromLow) {
  const Deadline deadline("the low tasks never ran");
  const PausedClock clock;
  const HighAndLow runtimes;
  Gate held, more;
  more.open();
  std::vector<JoinHandle<>> handles;
  handles.push_back(runtimes.low.spawn(held.visit()));
  held.wait_for(1);
  for (int i = 0; i < 10; ++i) handles.push_back(runtimes.low.spawn(more.visit()));
  blocking_sleep(1h);
  EXPECT_EQ(more.came(), 0u);
  EXPECT_EQ(runtimes.high.metrics().idle_workers, 2u);
  EXPECT_EQ(runtimes.high.metrics().polls, 0u);
  held.open();
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(listed(more.threads()), "Low Priority Runtime 1");
  EXPECT_EQ(runtimes.high.metrics().polls, 0u);
}

TEST(HighAndLowTest, IdleLow_TakesNothingFromHigh) {
  const Deadline deadline("the high tasks never ran");
  const PausedClock clock;
  const HighAndLow runtimes;
  Gate held, more;
  more.open();
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 2; ++i) handles.push_back(runtimes.high.spawn(held.visit()));
  held.wait_for(2);
  EXPECT_EQ(listed(held.threads()), "High Priority Runtime 1, High Priority Runtime 2");
  for (int i = 0; i < 10; ++i) handles.push_back(runtimes.high.spawn(more.visit()));
  blocking_sleep(1h);
  EXPECT_EQ(more.came(), 0u);
  EXPECT_EQ(runtimes.low.metrics().polls, 0u);
  held.open();
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_FALSE(more.threads().contains("Low Priority Runtime 1"));
}

// Inside one runtime they do steal: that is what makes its threads one pool.
TEST(HighAndLowTest, ThreadsOfOneRuntime_StealFromEachOther) {
  const Deadline deadline("nobody stole");
  const PausedClock clock;
  Gate gate;  // outlives the runtimes, as two of its visitors are detached
  const HighAndLow runtimes;
  // The first task spawns both others on its own worker, and holds that.
  const auto first = [&]() -> Async<> {
    spawn(gate.visit()).detach();
    spawn(gate.visit()).detach();
    spawn([]() -> Async<> { co_return; }).detach();  // takes the slot that nobody steals from
    gate.come();
    co_return;
  };
  auto handle = runtimes.high.spawn(first);
  gate.wait_for(2);
  EXPECT_EQ(gate.threads().size(), 2u);
  EXPECT_GE(runtimes.high.metrics().steals, 1u);
  gate.open();
  EXPECT_TRUE(block_on(handle));
}

// A task that belongs to one may spawn on the other, by its handle.
TEST(HighAndLowTest, SpawnInATask_GoesToItsOwnRuntime) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  const HighAndLow runtimes;
  const auto name = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
  const auto from_low = [&]() -> Async<std::string> {
    auto mine = spawn(name);
    auto other = runtimes.high.spawn(name);
    const auto one = co_await mine;
    const auto two = co_await other;
    co_return one->substr(0, 3) + " " + two->substr(0, 4);
  };
  EXPECT_EQ(block_on(runtimes.low.spawn(from_low)), "Low High");
}

}  // namespace
}  // namespace ch07

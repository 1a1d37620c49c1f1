// s4_local_pool_test.cpp -- which thread a pinned task runs on, when, and that it never leaves it.
#include "ch07_runtime_tuning/s4_local_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class PinnedTest : public testing::Test {
 protected:
  const Deadline deadline_{"the pinned tasks never ended"};
  const PausedClock clock_;
  const demo::CapturedLines printed_;
};

// Read this one first.
// Question: three tasks on one thread, each blocks it for 3 s, then counts. What is printed,
// and at which second?
// Predict; then the same for a sleep that does not block. Break in `count`.
TEST_F(PinnedTest, BlockingTasksOfOneThread_RunOneAfterTheOther) {
  const LocalPoolHandle pool(1);
  std::vector<JoinHandle<int>> handles;
  for (int i = 1; i <= 3; ++i) handles.push_back(pool.spawn_pinned([i] { return something(i); }));
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(printed_.lines(), (Lines{"Counter: 2 for: 1", "Counter: 3 for: 2", "Counter: 4 for: 3"}));
  EXPECT_EQ(now(), Instant(9s));
}

TEST_F(PinnedTest, SleepingTasksOfOneThread_WaitTogether) {
  const LocalPoolHandle pool(3);
  std::vector<JoinHandle<int>> handles;
  for (int i = 1; i <= 3; ++i)
    handles.push_back(pool.spawn_pinned_by_idx([i] { return something_async(i); }, 0));
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(printed_.lines(), (Lines{"Counter: 2 for: 1", "Counter: 3 for: 2", "Counter: 4 for: 3"}));
  EXPECT_EQ(now(), Instant(3s));
}

TEST_F(PinnedTest, ThreeThreads_EachHaveACounterOfTheirOwn) {
  const LocalPoolHandle pool(3);
  std::vector<JoinHandle<int>> handles;
  for (int i = 1; i <= 3; ++i) handles.push_back(pool.spawn_pinned([i] { return something(i); }));
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_THAT(printed_.lines(),
              testing::UnorderedElementsAre("Counter: 2 for: 1", "Counter: 2 for: 2", "Counter: 2 for: 3"));
  EXPECT_EQ(now(), Instant(3s));
}

TEST_F(PinnedTest, AllOnIndexZero_ShareItsCounter) {
  const LocalPoolHandle pool(3);
  std::vector<JoinHandle<int>> handles;
  for (int i = 1; i <= 3; ++i) handles.push_back(pool.spawn_pinned_by_idx([i] { return something(i); }, 0));
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(printed_.lines(), (Lines{"Counter: 2 for: 1", "Counter: 3 for: 2", "Counter: 4 for: 3"}));
  EXPECT_EQ(now(), Instant(9s));
}

// Question: one of two threads has a task. Where does the next one go? And one for which all have as many?
TEST_F(PinnedTest, SpawnPinned_TakesTheThreadWithTheFewestTasks) {
  const LocalPoolHandle pool(2);
  Gate gate;
  const auto name = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
  auto held = pool.spawn_pinned_by_idx([&gate] { return gate.visit(); }, 0);
  gate.wait_for(1);
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (std::vector<std::size_t>{1, 0}));
  const auto first = block_on(pool.spawn_pinned(name));
  EXPECT_NE(*first, listed(gate.threads()));
  gate.open();
  EXPECT_TRUE(block_on(held));
}

// Nobody comes to help: the price of a pinned task.
TEST_F(PinnedTest, BlockedThread_KeepsItsTasks) {
  const LocalPoolHandle pool(2);
  Gate held, more;
  more.open();
  auto blocks = pool.spawn_pinned_by_idx([&held] { return held.visit(); }, 0);
  held.wait_for(1);
  auto waits = pool.spawn_pinned_by_idx([&more] { return more.visit(); }, 0);
  blocking_sleep(1h);
  EXPECT_EQ(more.came(), 0u);
  held.open();
  EXPECT_TRUE(block_on(blocks) && block_on(waits));
  EXPECT_EQ(more.threads(), held.threads());
}

TEST_F(PinnedTest, IndexThatThereIsNot_IsRefused) {
  const LocalPoolHandle pool(3);
  const auto nothing = []() -> Async<> { co_return; };
  try {
    pool.spawn_pinned_by_idx(nothing, 3).detach();
    FAIL() << "it was accepted";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "this local pool has the threads 0 to 2, and no 3");
  }
}

TEST_F(PinnedTest, SumOfThree_IsTheBooksResult) {
  const LocalPoolHandle pool(3);
  auto one = pool.spawn_pinned([] { return something(1); });
  auto two = pool.spawn_pinned([] { return something(2); });
  auto three = pool.spawn_pinned([] { return something(3); });
  EXPECT_EQ(block_on(sum_of(std::move(one), std::move(two), std::move(three))), 6);
}

}  // namespace
}  // namespace ch07

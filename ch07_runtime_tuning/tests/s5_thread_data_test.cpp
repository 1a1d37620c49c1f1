// s5_thread_data_test.cpp -- data of a thread without a lock: exact, whatever the order of the tasks.
#include "ch07_runtime_tuning/s5_thread_data.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

#include "common/future/async.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

Counters count_on(const LocalPoolHandle& pool, std::size_t index = 0) {
  const auto take = []() -> Async<Counters> { co_return counters_of_this_thread(); };
  return block_on(pool.spawn_pinned_by_idx(take, index)).value();
}

// Read this one first.
// Question: 5000 tasks of one thread add to one map without a lock, each twice, after 1 to 5 s. What is in
// it, and what was in it after 3.5 s?
// Predict both. Break in `add_one` with a condition: is there ever a second thread in it?
TEST(ThreadDataTest, TasksOfOneThread_LoseNoAddition) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  const LocalPoolHandle pool(1);
  auto handles = spawn_adders(pool, 5000);
  blocking_sleep(3500ms);
  EXPECT_EQ(shown(count_on(pool)), "{1: 2000, 2: 1000, 3: 1000}");
  for (auto& handle : handles) EXPECT_TRUE(block_on(handle));
  EXPECT_EQ(shown(count_on(pool)), "{1: 2000, 2: 2000, 3: 2000, 4: 2000, 5: 2000}");
  EXPECT_EQ(now(), Instant(10s));
}

// Question: three tasks, of 5, 1 and 3 s. When is wait_for_all done, and for whom of them does it wait first?
// Predict. Break in `wait_for_all`. And if the first one throws?
TEST(ThreadDataTest, WaitForAll_EndsWithTheLastAndTellsOfTheFirstsException) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  const LocalPoolHandle pool(1);
  std::vector<JoinHandle<>> handles;
  for (const std::uint32_t seconds : {5u, 1u, 3u}) {
    handles.push_back(pool.spawn_pinned([seconds] { return add_twice(seconds); }));
  }
  block_on(wait_for_all(std::move(handles)));
  EXPECT_EQ(now(), Instant(10s));

  const auto fails = []() -> Async<> {
    co_await sleep(1s);
    throw std::runtime_error("no bread");
  };
  std::vector<JoinHandle<>> others;
  others.push_back(pool.spawn_pinned(fails));
  others.push_back(pool.spawn_pinned([] { return add_twice(1); }));
  EXPECT_THROW(block_on(wait_for_all(std::move(others))), std::runtime_error);
}

TEST(ThreadDataTest, RealTime_GivesTheSame) {
  const Deadline deadline("the tasks never ended");
  const SystemClock clock(1000);
  const LocalPoolHandle pool(1);
  for (auto& handle : spawn_adders(pool, 2003)) EXPECT_TRUE(block_on(handle));
  const Counters counters = count_on(pool);
  for (std::uint32_t key = 1; key <= 5; ++key) EXPECT_EQ(counters.at(key), additions(2003, key));
}

TEST(ThreadDataTest, SeveralThreads_HaveAMapEach) {
  const Deadline deadline("the tasks never ended");
  const SystemClock clock(1000);
  const LocalPoolHandle pool(3);
  for (auto& handle : spawn_adders(pool, 3000)) EXPECT_TRUE(block_on(handle));
  std::size_t sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Counters mine = count_on(pool, i);
    EXPECT_FALSE(mine.empty());
    for (const auto& [key, count] : mine) sum += count;
  }
  EXPECT_EQ(sum, 6000u);
}

TEST(ThreadDataTest, Additions_AddUpForAnyNumberOfTasks) {
  for (const std::size_t tasks : {1u, 4u, 5u, 13u, 500'000u}) {
    std::size_t sum = 0;
    for (std::uint32_t key = 1; key <= 5; ++key) sum += additions(tasks, key);
    EXPECT_EQ(sum, 2 * tasks);
  }
  EXPECT_EQ(additions(500'000, 3), 200'000u);
}

}  // namespace
}  // namespace ch07

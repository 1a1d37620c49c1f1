// s8_async_mutex_test.cpp -- the same counter behind a mutex that is awaited: no poll in vain.
#include "ch02_futures/s8_async_mutex.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02::sharing {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

// Question: the lock is held by somebody else. How often is the task polled meanwhile?
// Predict: 10 times, as with try_lock? Break in `LockQueue::unlock`, and see who wakes it.
TEST(AsyncMutexTest, HeldLock_IsWaitedForWithoutAPoll) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  ManualExecutor executor;
  auto handle = executor.spawn(count(1, data, CounterType::increment));

  auto somebody = data->try_lock();
  EXPECT_EQ(executor.run_until_stalled(10), 1u) << "it stands in the mutex's queue, not in the executor's";
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(printed.take(), Lines{});

  somebody.reset();
  EXPECT_EQ(executor.queued(), 1u) << "letting go has woken it";
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_EQ(printed.take(), Lines{"after increment: 1"});
  EXPECT_TRUE(data->try_lock()) << "it waits for its second, without the lock";
}

// Question: one thread, two tasks, and one of them sleeps with the lock held. Why does the thread not stand
// still? Predict at which time each line is printed.
TEST(AsyncMutexTest, LockHeldOverAnAwait_LetsTheOtherTaskWait) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  ManualExecutor executor;
  auto one = executor.spawn(count(3, data, CounterType::decrement, 2));
  auto two = executor.spawn(count(3, data, CounterType::increment));
  std::size_t polls = executor.run_until_stalled();
  EXPECT_EQ(printed.take(), (Lines{"after decrement: -1", "after increment: 0"}));

  clock.advance(1s);
  polls += executor.run_until_stalled();
  EXPECT_EQ(printed.take(), Lines{}) << "the first has the lock and sleeps, the second waits";
  clock.advance(500ms);
  polls += executor.run_until_stalled();
  EXPECT_EQ(printed.take(), (Lines{"after decrement: -1", "after increment: 0"}));

  clock.advance(1s);
  polls += executor.run_until_stalled();
  EXPECT_EQ(printed.take(), (Lines{"after decrement: -1", "after increment: 0"}));
  clock.advance(1s);
  polls += executor.run_until_stalled();
  EXPECT_EQ(executor.unfinished(), 0u);
  // Each of the two: one to begin, and one for each wait: three sleeps and a half second, or a lock.
  EXPECT_EQ(polls, 10u);
  EXPECT_EQ((*data->try_lock())->counter, 0);
}

TEST(AsyncMutexTest, ManyTasks_EndAtZero) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  ManualExecutor executor;
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < 100; ++i) {
    handles.push_back(
        executor.spawn(count(3, data, i % 2 ? CounterType::increment : CounterType::decrement, 2)));
  }
  do {
    executor.run_until_stalled();
  } while (clock.advance_to_next());
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_EQ((*data->try_lock())->counter, 0);
}

TEST(AsyncMutexTest, TwoThreads_EndAtZero) {
  const Deadline deadline("two threads share a counter");
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  {
    const base::Thread one([&] { EXPECT_EQ(block_on(count(20, data, CounterType::decrement, 5)), 20); });
    const base::Thread two([&] { EXPECT_EQ(block_on(count(20, data, CounterType::increment, 7)), 20); });
  }
  EXPECT_EQ((*data->try_lock())->counter, 0);
}

}  // namespace
}  // namespace ch02::sharing

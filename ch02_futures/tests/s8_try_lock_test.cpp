// s8_try_lock_test.cpp -- try_lock inside poll: what a held lock costs, and that nothing is lost.
#include "ch02_futures/s8_try_lock.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/by_ref.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/system_clock.hpp"

#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02::sharing {
namespace {

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

const std::string kFailed = "error for Increment: try_lock failed because the operation would block";

// Question: the lock is held by somebody else. How often is the future polled meanwhile?
// Predict the steps until the lock is free; then read s8_async_mutex_test.cpp, which asks the same.
TEST(TryLockTest, HeldLock_IsPolledForInVain) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  CounterFuture increment(CounterType::increment, data);
  ManualExecutor executor;
  auto handle = executor.spawn(by_ref(increment));

  auto somebody = data->try_lock();
  EXPECT_EQ(executor.run_until_stalled(10), 10u) << "it never rests";
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(increment.failed(), 10);
  EXPECT_EQ(printed.take(), Lines(10, kFailed));

  somebody.reset();
  EXPECT_EQ(executor.run_until_stalled(), 3u);
  EXPECT_EQ(increment.failed(), 10);
  EXPECT_EQ(printed.take(), (Lines{"after increment: 1", "after increment: 2", "after increment: 3"}));
  EXPECT_TRUE(handle.is_finished());
}

TEST(TryLockTest, AfterEachPoll_TheLockIsFree) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  CounterFuture decrement(CounterType::decrement, data);
  ManualExecutor executor;
  auto handle = executor.spawn(by_ref(decrement));
  for (int counter = -1; counter >= -3; --counter) {
    executor.step();
    const auto guard = data->try_lock();
    ASSERT_TRUE(guard);
    EXPECT_EQ((*guard)->counter, counter);
  }
  EXPECT_TRUE(handle.is_finished());
}

// On one thread no poll can come between another's try and its end: there nothing ever fails.
TEST(TryLockTest, TwoTasksOnOneThread_NeverFail) {
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  CounterFuture increment(CounterType::increment, data), decrement(CounterType::decrement, data);
  ManualExecutor executor;
  auto one = executor.spawn(by_ref(increment));
  auto two = executor.spawn(by_ref(decrement));
  EXPECT_EQ(executor.run_until_stalled(), 6u);
  EXPECT_EQ(increment.failed() + decrement.failed(), 0);
  EXPECT_EQ((*data->try_lock())->counter, 0);
}

// The demo's run, and without a clock: nothing in it depends on time.
TEST(TryLockTest, TwoThreadsInTurns_OneFailsOnceAndTheEndIsZero) {
  const Deadline deadline("two threads share a counter");
  SystemClock clock(1000);
  FreshLines printed;
  for (int run = 0; run < 20; ++run) {
    const auto data = std::make_shared<Mutex<SharedData>>();
    Turns turns;
    CounterFuture increment(CounterType::increment, data, turns.of_increment());
    CounterFuture decrement(CounterType::decrement, data, turns.of_decrement());
    {
      const base::Thread one("Decrement", [&] { block_on(decrement); });
      const base::Thread two("Increment", [&] { block_on(increment); });
    }
    EXPECT_EQ(printed.take(),
              (Lines{"after decrement: -1", "after increment: 0", kFailed, "after decrement: -1",
                     "after increment: 0", "after decrement: -1", "after increment: 0"}));
    EXPECT_EQ(increment.failed(), 1);
    EXPECT_EQ(decrement.failed(), 0);
  }
}

// Without turns both try at the same time: who fails, and how often, is luck. The end is not.
TEST(TryLockTest, TwoThreadsAtOnce_EndAtZeroInAnyOrder) {
  const Deadline deadline("two threads share a counter");
  PausedClock clock;
  FreshLines printed;
  const auto data = std::make_shared<Mutex<SharedData>>();
  CounterFuture increment(CounterType::increment, data), decrement(CounterType::decrement, data);
  {
    const base::Thread one([&] { EXPECT_EQ(block_on(decrement), 3); });
    const base::Thread two([&] { EXPECT_EQ(block_on(increment), 3); });
  }
  EXPECT_EQ((*data->try_lock())->counter, 0);
  EXPECT_EQ(printed.take().size(), static_cast<std::size_t>(6 + increment.failed() + decrement.failed()));
}

}  // namespace
}  // namespace ch02::sharing

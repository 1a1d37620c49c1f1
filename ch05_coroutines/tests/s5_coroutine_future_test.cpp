// s5_coroutine_future_test.cpp -- a coroutine as a task: who wakes it, how often, and what comes out.
#include "ch05_coroutines/s5_coroutine_future.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch05_coroutines/s5_sleep_coroutine.hpp"

namespace ch05 {
namespace {

using namespace std::chrono_literals;
using Ran = Runnable::Ran;

// Yields so often, then returns an owner of how often it was.
class Returns {
 public:
  using Yield = int;
  using Return = std::unique_ptr<int>;

  explicit Returns(int yields) : yields_(yields) {}
  CoroutineState<int, std::unique_ptr<int>> resume() {
    if (resumed_ == yields_) return Complete(std::make_unique<int>(resumed_));
    return Yielded(resumed_++);
  }

 private:
  int yields_;
  int resumed_ = 0;
};

// Read this one first.
// Question: who wakes the task of a coroutine that has yielded, and where is that task between two polls?
// Predict what each step gives. Break in `CoroutineFuture::poll`.
TEST(CoroutineFutureTest, Yielded_IsPendingAndInTheQueueAgain) {
  ManualExecutor executor;
  auto task = executor.spawn_task(CoroutineFuture(Returns(2)));
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  ASSERT_EQ(executor.queued(), 1u) << "it has woken itself";
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  ASSERT_TRUE(task.is_finished());
  EXPECT_EQ(*block_on(task), 2);
}

// Question: the same sleep with each adapter, in a second in which nothing else happens. How many polls?
// Predict both. Break in `SleepCoroutine::resume`.
TEST(CoroutineFutureTest, IsAlwaysBusy_WhereATimerAsksNowAndThen) {
  PausedClock clock;
  ManualExecutor executor;
  auto busy = executor.spawn_task(CoroutineFuture(SleepCoroutine(1s)));
  EXPECT_EQ(executor.run_until_stalled(1000), 1000u) << "and so on, until the second is over";
  busy.cancel();
  EXPECT_EQ(executor.run_until_stalled(), 1u);

  auto patient = executor.spawn_task(resumed_every(250ms, SleepCoroutine(1s)));
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  for (int quarter = 1; quarter <= 4; ++quarter) {
    EXPECT_FALSE(patient.is_finished());
    clock.advance(250ms);
    EXPECT_EQ(executor.run_until_stalled(), 1u);
  }
  EXPECT_TRUE(patient.is_finished());
}

TEST(CoroutineFutureTest, ThreeSleepsOfASecond_TakeOneOnAnExecutor) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  PriorityExecutor executor({.high = 1, .low = 1});
  const auto spawn_one = [&executor] { return executor.spawn_task(resumed_every(10ms, SleepCoroutine(1s))); };
  auto one = spawn_one(), two = spawn_one(), three = spawn_one();
  PriorityExecutor::join(std::move(one), std::move(two), std::move(three));
  EXPECT_EQ(clock.now().time_since_epoch(), 1s);
}

TEST(CoroutineFutureTest, Exception_ComesOutOfTheTask) {
  struct Throws {
    using Yield = void;
    using Return = void;
    static CoroutineState<void, void> resume() { throw std::runtime_error("burnt"); }
  };
  ManualExecutor executor;
  auto adapted = executor.spawn_task(CoroutineFuture(Throws()));
  auto timed = executor.spawn_task(resumed_every(1s, Throws()));
  executor.run_until_stalled();
  ASSERT_TRUE(adapted.is_finished() && timed.is_finished());
  EXPECT_THROW(block_on(adapted), std::runtime_error);
  EXPECT_THROW(block_on(timed), std::runtime_error);
}

TEST(CoroutineFutureTest, DroppedBetweenTwoResumes_LeavesNothing) {
  const PausedClock clock;  // checks at its end that nobody sleeps by it
  ManualExecutor executor;
  {
    auto busy = executor.spawn_task(CoroutineFuture(SleepCoroutine(1s)));
    auto patient = executor.spawn_task(resumed_every(250ms, SleepCoroutine(1s)));
    EXPECT_EQ(executor.run_until_stalled(2), 2u);
  }
  executor.run_until_stalled();
  EXPECT_EQ(executor.unfinished(), 0u);
}

}  // namespace
}  // namespace ch05

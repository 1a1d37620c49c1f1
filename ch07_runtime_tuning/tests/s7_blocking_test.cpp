// s7_blocking_test.cpp -- spawn_blocking: who runs meanwhile, how many at once, for how long; and the end.
#include "ch07_runtime_tuning/s7_blocking.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch07_runtime_tuning/s1_threads.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Read this one first.
// Question: a task of the only thread blocks for a second, and another task is ready. When does that one run?
// Predict, for a call inside the task and for one on the pool. Break in `others_run_while_blocked`.
TEST(SpawnBlockingTest, CallOnThePool_LetsTheOthersRun) {
  const Deadline deadline("the tasks never ended");
  const PausedClock clock;
  EXPECT_FALSE(others_run_while_blocked(Where::in_the_task));
  EXPECT_TRUE(others_run_while_blocked(Where::on_the_pool));
}

// Question: at most two threads, and five calls of one second each. When is the last one over?
TEST(SpawnBlockingTest, BoundedPool_RunsTheCallsInTurns) {
  const Deadline deadline("the calls never ended");
  const PausedClock clock;
  const Runtime runtime = Builder::new_current_thread().max_blocking_threads(2).enable_time().build();
  std::vector<JoinHandle<>> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(runtime.spawn_blocking([] { blocking_sleep(1s); }));
  for (auto& call : calls) EXPECT_TRUE(runtime.block_on(call));
  EXPECT_EQ(now(), Instant(3s));
  EXPECT_EQ(runtime.metrics().blocking_threads, 2u);
}

TEST(SpawnBlockingTest, IdleThreads_EndAfterKeepAliveAndNewOnesCome) {
  const Deadline deadline("the calls never ended");
  const PausedClock clock;
  for (const bool with_time : {false, true}) {
    Builder builder = Builder::new_current_thread();
    if (with_time) builder.enable_time();
    const Runtime runtime = builder.max_blocking_threads(3).thread_keep_alive(10s).build();
    (void)calls_at_once(runtime, 3, 3);
    EXPECT_EQ(runtime.metrics().blocking_threads, 3u);
    blocking_sleep(9s);
    EXPECT_EQ(runtime.metrics().blocking_threads, 3u);
    blocking_sleep(2s);
    EXPECT_EQ(runtime.metrics().blocking_threads, 0u);
    (void)calls_at_once(runtime, 1, 1);
    EXPECT_EQ(runtime.metrics().blocking_threads, 1u);
  }
}

TEST(SpawnBlockingTest, Exception_IsAValueAndTheThreadLivesOn) {
  const Deadline deadline("the calls never ended");
  const Runtime runtime = Builder::new_current_thread().max_blocking_threads(1).build();
  const auto fails = []() -> int { throw std::runtime_error("no such file"); };
  const auto failed = runtime.block_on(runtime.spawn_blocking(fails));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(), "no such file");
  EXPECT_EQ(runtime.block_on(runtime.spawn_blocking([] { return 5; })), 5);
}

// Question: one call is stuck and one waits for its thread, and the runtime ends. What becomes of the two?
// Predict. Break in `BlockingPool::shutdown`.
TEST(SpawnBlockingTest, ShutdownTimeout_LeavesTheStuckCallAndCancelsTheWaitingOne) {
  const Deadline deadline("the runtime never ended");
  const Shutdown shutdown = shut_down_with_a_stuck_call(20ms);
  EXPECT_FALSE(shutdown.all_ended);
  EXPECT_GE(shutdown.took, 20ms);
  EXPECT_TRUE(shutdown.waiting_was_cancelled);
  EXPECT_TRUE(shutdown.stuck_went_on);
}

TEST(SpawnBlockingTest, ShutdownBackground_DoesNotWait) {
  const Deadline deadline("the runtime never ended");
  const Shutdown shutdown = shut_down_with_a_stuck_call(std::nullopt);
  EXPECT_TRUE(shutdown.waiting_was_cancelled);
  EXPECT_TRUE(shutdown.stuck_went_on);
}

TEST(SpawnBlockingTest, ShutdownTimeout_ReturnsAtOnceIfNothingIsStuck) {
  const Deadline deadline("the runtime never ended");
  const PausedClock clock;
  Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build();
  (void)block_on(runtime.spawn_blocking([] {}));
  EXPECT_TRUE(std::move(runtime).shutdown_timeout(1h));
  EXPECT_EQ(now(), Instant(0s));
}

// The destructor waits for a call that runs: it cannot be interrupted, and refers to who knows what.
TEST(SpawnBlockingTest, Destructor_WaitsForTheCallThatRuns) {
  const Deadline deadline("the runtime never ended");
  const PausedClock clock;
  bool ended = false;
  Gate begun;
  begun.open();
  {
    const Runtime runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build();
    runtime
        .spawn_blocking([&] {
          begun.come();
          blocking_sleep(5s);
          ended = true;
        })
        .detach();
    begun.wait_for(1);
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(), Instant(5s));
}

}  // namespace
}  // namespace ch07

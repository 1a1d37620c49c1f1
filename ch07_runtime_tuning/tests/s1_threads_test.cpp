// s1_threads_test.cpp -- each option about threads has the effect that it names, whatever the value.
#include "ch07_runtime_tuning/s1_threads.hpp"

#include <gtest/gtest.h>

#include "common/future/async.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Read this one first.
// Question: a runtime has N workers, and seven tasks come of which none lets go of its thread.
// How many are inside?
// Predict. On the paused clock its half second passes only when nobody can do anything: so it is N, and never
// one more. Break in `Gate::come`, and look at the threads.
TEST(BuilderThreadsTest, WorkerThreads_IsHowManyTasksRunAtOnce) {
  const Deadline deadline("the tasks were never all inside");
  const PausedClock clock;
  for (const std::size_t threads : {1u, 2u, 3u, 5u}) {
    const Runtime runtime = Builder::new_multi_thread().worker_threads(threads).build();
    const Inside inside = tasks_at_once(runtime, threads, 7);
    EXPECT_EQ(inside.at_once, threads);
    EXPECT_EQ(inside.waited, 7 - threads);
    EXPECT_EQ(runtime.metrics().workers, threads);
  }
}

TEST(BuilderThreadsTest, MaxBlockingThreads_IsHowManyCallsRunAtOnce) {
  const Deadline deadline("the calls were never all inside");
  const PausedClock clock;
  for (const std::size_t threads : {1u, 2u, 3u, 5u}) {
    Builder builder = Builder::new_multi_thread();
    const Runtime runtime = builder.worker_threads(1).max_blocking_threads(threads).build();
    const Inside inside = calls_at_once(runtime, threads, 7);
    EXPECT_EQ(inside.at_once, threads);
    EXPECT_EQ(inside.waited, 7 - threads);
  }
}

// Blocked calls do not take the workers' place, and blocked workers not the calls'.
TEST(BuilderThreadsTest, WorkersAndBlockingThreads_AreCountedApart) {
  const Deadline deadline("three were never inside at once");
  const PausedClock clock;
  Builder builder = Builder::new_multi_thread();
  const Runtime runtime = builder.worker_threads(1).max_blocking_threads(2).build();
  Gate gate;
  auto task = runtime.spawn(gate.visit());
  auto one = runtime.spawn_blocking([&gate] { gate.come(); });
  auto two = runtime.spawn_blocking([&gate] { gate.come(); });
  gate.wait_for(3);
  gate.open();
  EXPECT_TRUE(block_on(task) && block_on(one) && block_on(two));
}

TEST(BuilderThreadsTest, ThreadName_IsThatOfWorkersAndOfBlockingThreads) {
  const Deadline deadline("the tasks were never inside");
  const PausedClock clock;
  Builder builder = Builder::new_multi_thread();
  const Runtime runtime = builder.worker_threads(1).thread_name("oven").build();
  EXPECT_EQ(listed(tasks_at_once(runtime, 1, 1).threads), "oven");
  EXPECT_EQ(listed(calls_at_once(runtime, 1, 1).threads), "oven");
}

TEST(BuilderThreadsTest, ThreadNameFn_IsAskedOnceForEachThread) {
  const Deadline deadline("the tasks were never inside");
  const PausedClock clock;
  base::Atomic<int> last = 0;
  Builder builder = Builder::new_multi_thread();
  builder.worker_threads(3).thread_name_fn([&last] { return "oven " + std::to_string(++last); });
  const Runtime runtime = builder.build();
  EXPECT_EQ(listed(tasks_at_once(runtime, 3, 3).threads), "oven 1, oven 2, oven 3");
  EXPECT_EQ(listed(calls_at_once(runtime, 1, 1).threads), "oven 4");
}

// Of sizes that the C library never keeps for the next thread: these are exact, but for a page or
// two of its own.
TEST(BuilderThreadsTest, ThreadStackSize_IsThatOfWorkersAndOfBlockingThreads) {
  const Deadline deadline("the task never ended");
  for (const std::size_t size : {48u * 1024 * 1024, 64u * 1024 * 1024}) {
    Builder builder = Builder::new_multi_thread();
    const Runtime runtime = builder.worker_threads(1).thread_stack_size(size).build();
    const auto of_worker = []() -> Async<std::size_t> { co_return stack_size_here(); };
    for (const std::size_t found : {block_on(runtime.spawn(of_worker)).value(),
                                    block_on(runtime.spawn_blocking(stack_size_here)).value()}) {
      EXPECT_LE(found, size);
      EXPECT_GT(found, size - 64 * 1024);
    }
  }
}

// Question: the book says that a call which takes longer than thread_keep_alive is cancelled. Is it?
// Predict both durations. Break in `BlockingPool::State::take`.
TEST(BuilderThreadsTest, ThreadKeepAlive_EndsAnIdleThreadAndNeverACall) {
  const Deadline deadline("the thread never ended");
  const PausedClock clock;
  EXPECT_EQ(time_until_idle_thread_ends(2s), 2s);
  EXPECT_EQ(time_until_idle_thread_ends(60s), 60s);

  Builder builder = Builder::new_current_thread();
  const Runtime runtime = builder.thread_keep_alive(1s).build();
  const Instant start = now();
  const auto slow = runtime.block_on(runtime.spawn_blocking([] { return blocking_sleep(10s), 42; }));
  EXPECT_EQ(slow, 42);
  EXPECT_EQ(now() - start, 10s);
}

}  // namespace
}  // namespace ch07

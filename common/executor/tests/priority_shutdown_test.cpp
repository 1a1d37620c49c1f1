// priority_shutdown_test.cpp -- the end of a PriorityExecutor loses nothing: queued, waiting, running and late tasks.
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// Question: a thousand tasks are queued and detached, and the executor goes at once. How many are run?
// Predict it. Break in `PriorityQueues::close_and_drain`.
// (On the executor's own threads. In one thread, step by step: manual_executor_test.cpp.)
TEST(PriorityShutdownTest, TasksThatAreQueued_AreStillRun) {
  const Deadline deadline("the executor never ended");
  base::Atomic<int> ran = 0;
  {
    PriorityExecutor executor;
    for (int i = 0; i < 1000; ++i) {
      executor
          .spawn_task(
              [&ran]() -> Async<> {
                ++ran;
                co_return;
              },
              i % 2 == 0 ? Priority::high : Priority::low)
          .detach();
    }
  }
  EXPECT_EQ(ran, 1000);
}

TEST(PriorityShutdownTest, TasksThatWait_AreDestroyedOnAWorkerAndTheirHandlesSayCancelled) {
  const Deadline deadline("the executor never ended");
  PausedClock clock;
  Strings waits;
  base::Locked<std::string> destroyed_by;
  waits.in_destructor = [&] { *destroyed_by.lock() = base::thread_name(); };
  std::optional<Task<Counted>> task;
  {
    PriorityExecutor executor({.high = 1, .low = 1});
    task = executor.spawn_task([&] { return Puppet(waits); });
    executor.spawn_task([]() -> Async<> { co_await sleep(24h); }).detach();
    executor.spawn_task(pending<void>()).detach();
    blocking_sleep(1s);
    EXPECT_EQ(waits.polls, 1u);
    EXPECT_EQ(waits.futures.live(), 1u);
  }
  EXPECT_EQ(waits.futures.live(), 0u);
  EXPECT_NE(*destroyed_by.lock(), "main");
  EXPECT_THROW(block_on(*task), TaskCancelled);
  EXPECT_EQ(now(), Instant(1s));  // nobody waited for the 24 hours
}

// It wakes itself for ever: were it to be polled until it ends, the shutdown would not.
TEST(PriorityShutdownTest, TaskThatNeverEnds_IsCancelledAtItsNextTurn) {
  const Deadline deadline("the executor never ended");
  base::Parker begun;
  PriorityExecutor executor;
  auto task = executor.spawn_task([&]() -> Async<> {
    for (;;) {
      begun.unpark();
      co_await yield_now();
    }
  });
  begun.park();
  executor.shutdown();
  EXPECT_THROW(block_on(task), TaskCancelled);
}

// Says whether it was polled before it was destroyed; that is the last that it does.
struct Probe {
  using Output = void;
  Probe(bool& polled_, base::Parker& gone_) : polled(polled_), gone(gone_) {}
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() { gone.unpark(); }
  Poll<void> poll(Context&) {
    polled = true;
    return Ready();
  }
  bool& polled;
  base::Parker& gone;
};

TEST(PriorityShutdownTest, TaskThatRunsMeanwhile_IsWaitedForAndThenCancelled) {
  const Deadline deadline("the executor never ended");
  base::Parker begun;
  bool came_to_its_await = false;
  auto executor = std::make_unique<PriorityExecutor>(PriorityExecutor::Threads{.high = 1, .low = 1});
  // True once the other thread destroys what is spawned instead of polling it.
  const auto is_closed = [&executor] {
    bool polled = false;
    base::Parker gone;
    executor->spawn_task([&] { return Probe(polled, gone); }).detach();
    gone.park();
    return !polled;
  };
  auto task = executor->spawn_task([&]() -> Async<> {
    begun.unpark();
    while (!is_closed()) {
    }
    came_to_its_await = true;
    co_await yield_now();
    ADD_FAILURE() << "it was polled once more";
  });
  begun.park();
  executor->shutdown();
  EXPECT_TRUE(came_to_its_await);
  EXPECT_THROW(block_on(task), TaskCancelled);
}

// Whoever closes must not wake idle threads that have nothing to do: they would go to sleep again behind its back,
// and it would wake them again.
TEST(PriorityShutdownTest, ManyIdleThreads_EndAtOnce) {
  const Deadline deadline("the executor never ended", std::chrono::seconds(20));
  PausedClock clock;
  PriorityExecutor executor({.high = 200, .low = 1});
  blocking_sleep(1s);
  EXPECT_EQ(executor.idle_threads(), 201u);
  executor.shutdown();
}

TEST(PriorityShutdownTest, SpawnAfterwards_IsCancelledAtOnceAndItsHandleSaysSo) {
  const Deadline deadline("the executor never ended");
  PriorityExecutor executor;
  executor.shutdown();
  executor.shutdown();  // does nothing
  Strings strings;
  auto task = executor.spawn_task([&] { return Puppet(strings); });
  EXPECT_TRUE(task.is_finished());
  EXPECT_EQ(strings.futures.live(), 0u);
  EXPECT_EQ(strings.polls, 0u);
  EXPECT_THROW(executor.join(std::move(task)), TaskCancelled);
}

TEST(PriorityShutdownTest, SpawnByATaskThatIsDestroyed_IsDestroyedToo) {
  const Deadline deadline("the executor never ended");
  PausedClock clock;
  Strings outer, inner;
  std::optional<Task<Counted>> late;
  auto executor = std::make_unique<PriorityExecutor>();
  outer.in_destructor = [&] { late = executor->spawn_task([&] { return Puppet(inner); }); };
  executor->spawn_task([&] { return Puppet(outer); }).detach();
  blocking_sleep(1s);
  executor->shutdown();
  EXPECT_EQ(inner.polls, 0u);
  EXPECT_EQ(inner.futures.live(), 0u);
  EXPECT_THROW(block_on(*late), TaskCancelled);
}

TEST(PriorityShutdownTest, WakersAndHandles_MayOutliveIt) {
  const Deadline deadline("the executor never ended");
  PausedClock clock;
  Strings strings;
  std::optional<Task<Counted>> task;
  {
    PriorityExecutor executor;
    task = executor.spawn_task([&] { return Puppet(strings); });
    blocking_sleep(1s);
  }
  strings.waker.wake_by_ref();
  EXPECT_EQ(strings.polls, 1u);
  task.reset();
}

TEST(PriorityShutdownTest, SpawnsFromOtherThreadsMeanwhile_AreRunOrCancelledButNeverLost) {
  const Deadline deadline("a task was lost");
  for (int round = 0; round < 30; ++round) {
    Counts counts;
    base::Atomic<int> ran = 0, cancelled = 0;
    auto executor = std::make_unique<PriorityExecutor>(PriorityExecutor::Threads{.high = 2, .low = 1});
    base::Parker begun;
    base::Thread spawns([&] {
      std::vector<Task<>> tasks;
      for (int i = 0; i < 300; ++i) {
        tasks.push_back(executor->spawn_task([&counts]() -> Async<> {
          const Counted held(counts);
          co_await yield_now();
        }));
        if (i == 20) begun.unpark();
      }
      for (Task<>& task : tasks) {
        const auto result = block_on(std::move(task).into_join_handle());
        ++(result ? ran : cancelled);
      }
    });
    begun.park();
    executor->shutdown();
    spawns.join();
    EXPECT_EQ(ran + cancelled, 300);
    EXPECT_EQ(counts.live(), 0u);
    EXPECT_EQ(executor->unfinished(), 0u);
  }
}

TEST(PriorityShutdownDeathTest, ByItsOwnTask_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // it starts threads, which a fork of several must not
  EXPECT_DEATH(
      {
        PriorityExecutor executor;
        executor.join(executor.spawn_task([&]() -> Async<> {
          executor.shutdown();
          co_return;
        }));
      },
      "shut down by one of its own tasks");
}

TEST(PriorityShutdownDeathTest, JoinInsideATask_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // as above
  EXPECT_DEATH(
      {
        PriorityExecutor executor;
        executor.join(executor.spawn_task([&]() -> Async<> {
          executor.join(executor.spawn_task(ready(1)));
          co_return;
        }));
      },
      "co_await the tasks instead");
}

}  // namespace

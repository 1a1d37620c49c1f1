// multi_thread_test.cpp -- MultiThread: who runs what: stealing, the LIFO slot, how many are woken, and that idle is idle.
#include "common/runtime/multi_thread.hpp"

#include <gtest/gtest.h>
#include <set>
#include <utility>
#include <vector>

#include "common/base/tests/cpu_of_others.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

class MultiThreadTest : public testing::Test {
 protected:
  const Deadline deadline{"a worker sleeps that has something to do"};

  static void until_idle(const Runtime& runtime) {
    yield_until([&] { return runtime.metrics().idle_workers == runtime.metrics().workers; });
  }
};

// One task spawns many and then holds its thread: only by stealing can they run.
TEST_F(MultiThreadTest, AnotherWorker_StealsWhatABusyOneHas) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).build();
  until_idle(runtime);  // so the other one is woken by what this one pushes
  base::Atomic<int> ran = 0;
  auto spawner = runtime.spawn([&]() -> Async<> {
    // The last one that was woken is in the LIFO slot, from which nobody steals.
    for (int i = 0; i < 10; ++i) {
      spawn([&]() -> Async<> {
        ++ran;
        co_return;
      }).detach();
    }
    yield_until([&] { return ran == 9; });
    EXPECT_EQ(ran, 9);
    co_return;
  });
  (void)runtime.block_on(spawner);
  yield_until([&] { return ran == 10; });
  EXPECT_GE(runtime.metrics().steals, 1u);
}

// Question: a task wakes two others and goes on. Which of them runs first on its worker?
TEST_F(MultiThreadTest, WhatWasWokenLast_RunsFirst_TheOthersInOrder) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(1).build();
  std::vector<int> order;
  const auto note = [&](int number) -> Async<> {
    order.push_back(number);
    co_return;
  };
  auto outer = runtime.spawn([&]() -> Async<> {
    std::vector<JoinHandle<>> tasks;
    for (int i = 1; i <= 4; ++i) tasks.push_back(spawn(note, i));
    for (auto& task : tasks) (void)co_await task;
  });
  (void)runtime.block_on(outer);
  EXPECT_EQ(order, (std::vector<int>{4, 1, 2, 3}));
}

// More than a ring holds, by one task: half of the ring goes to the shared queue, nothing is lost.
TEST_F(MultiThreadTest, MoreTasksOfOneTaskThanARingHolds_AllRun) {
  constexpr int kTasks = 3 * WorkQueue::kCapacity;
  const Runtime runtime = Builder::new_multi_thread().worker_threads(1).build();
  int ran = 0;
  std::size_t most_shared = 0;
  auto outer = runtime.spawn([&]() -> Async<> {
    std::vector<JoinHandle<>> tasks;
    for (int i = 0; i < kTasks; ++i) {
      tasks.push_back(spawn([&]() -> Async<> {
        ++ran;
        co_return;
      }));
    }
    most_shared = runtime.metrics().shared_queue_depth;
    for (auto& task : tasks) (void)co_await task;
  });
  (void)runtime.block_on(outer);
  EXPECT_EQ(ran, kTasks);
  EXPECT_GT(most_shared, WorkQueue::kCapacity);
}

// Predict: four workers sleep; one task is spawned. How many go to sleep again afterwards?
TEST_F(MultiThreadTest, OneTask_WakesOneWorker) {
  PausedClock clock;  // moves when all workers sleep: one that only says that it will might wake another one
  const Runtime runtime = Builder::new_multi_thread().worker_threads(4).build();
  blocking_sleep(std::chrono::nanoseconds(1));
  for (int i = 0; i < 20; ++i) {
    const auto before = runtime.metrics().parks;
    (void)block_on(runtime.spawn(ready()));
    blocking_sleep(std::chrono::nanoseconds(1));
    EXPECT_EQ(runtime.metrics().parks, before + 1);
  }
}

// A task that holds its worker; then a second one needs the other worker.
TEST_F(MultiThreadTest, WhileOneWorkerIsBusy_AnotherIsWokenForTheNextTask) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).build();
  base::Parker begun, go;
  auto holds = runtime.spawn(poll_fn([&](Context&) -> Poll<void> {
    begun.unpark();
    go.park();
    return Ready();
  }));
  begun.park();
  EXPECT_TRUE(block_on(runtime.spawn(ready())).has_value());
  go.unpark();
  EXPECT_TRUE(block_on(holds).has_value());
}

// While this thread works for 50 ms of processor time, with a task that waits and a timer set, the others use none.
TEST_F(MultiThreadTest, Idle_UsesNoProcessorTime) {
  Notify never;
  Counts locals;
  const Runtime runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build();
  auto waits = runtime.spawn(wait_for, std::ref(never), std::ref(locals));
  auto sleeps = runtime.spawn([]() -> Async<> { co_await sleep(std::chrono::hours(1)); });
  yield_until([&] { return locals.live() == 1 && runtime.metrics().polls >= 2; });
  until_idle(runtime);
  const auto parks = runtime.metrics().parks;
  EXPECT_LT(cpu_of_other_threads(), kHardlyAny);
  EXPECT_EQ(runtime.metrics().parks, parks);
  EXPECT_EQ(runtime.metrics().idle_workers, 4u);
}

// Two runtimes side by side: a task runs on the threads of its own (row 7.3).
TEST_F(MultiThreadTest, TwoRuntimes_DoNotStealFromEachOther) {
  const Runtime high = Builder::new_multi_thread().worker_threads(2).thread_name("high").build();
  const Runtime low = Builder::new_multi_thread().worker_threads(2).thread_name("low").build();
  base::Atomic<int> astray = 0;
  const auto check = [&](std::string_view name) -> Async<> {
    for (int i = 0; i < 20; ++i) {
      if (base::thread_name() != name) ++astray;
      co_await yield_now();
    }
  };
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 50; ++i) {
    tasks.push_back(high.spawn(check, "high"));
    tasks.push_back(low.spawn(check, "low"));
  }
  for (auto& task : tasks) (void)block_on(task);
  EXPECT_EQ(astray, 0);
}

// Three timers of one moment: whoever wakes the tasks runs one that waits for another, so the other worker has to come.
TEST_F(MultiThreadTest, WhatTheDriverWakes_IsSharedWithWhoeverSleeps) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build();
  base::Atomic<int> arrived = 0;
  std::vector<JoinHandle<>> tasks;
  {
    const auto guard = runtime.enter();
    const Instant when = from_now(std::chrono::milliseconds(20));
    for (int i = 0; i < 3; ++i) {
      tasks.push_back(spawn([&, when]() -> Async<> {
        co_await sleep_until(when);
        ++arrived;
        yield_until([&] { return arrived >= 2; });
      }));
    }
  }
  for (auto& task : tasks) EXPECT_TRUE(block_on(task).has_value());
}

// Many timers of one moment: the worker in the driver wakes them all, and they are shared out.
TEST_F(MultiThreadTest, AThousandTimersAtOnce_WakeAllTheirTasks) {
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build();
  std::vector<JoinHandle<>> tasks;
  {
    const auto guard = runtime.enter();
    const Instant when = from_now(std::chrono::milliseconds(5));
    for (int i = 0; i < 1000; ++i)
      tasks.push_back(spawn([when]() -> Async<> { co_await sleep_until(when); }));
  }
  for (auto& task : tasks) EXPECT_TRUE(block_on(task).has_value());
}

}  // namespace

// worker_search_test.cpp -- who searches for work, and who is woken for it: workers that are held still in their hooks.
//
// A worker counts as searching when it calls on_thread_park (it has searched, and found nothing) and when it calls
// on_thread_unpark (it was woken, to search). So a hook that holds its thread holds a searching worker.
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/runtime/multi_thread.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

// Holds the first thread that comes by once it was armed.
class Trap {
 public:
  void arm() { armed_ = true; }
  void pass() {
    if (!armed_.exchange(false)) return;
    in_trap();
    caught_.unpark();
    open_.park();
  }
  void until_caught() { caught_.park(); }
  void open() { open_.unpark(); }

  std::function<void()> in_trap = [] {};  // what that thread does before it is held

 private:
  base::Atomic<bool> armed_ = false;
  base::Parker caught_, open_;
};

class WorkerSearchTest : public testing::Test {
 protected:
  const Deadline deadline{"a worker sleeps, or is held, that has something to do"};
  PausedClock clock;
  Trap parks, unparks;

  Runtime workers(std::size_t count) {
    return Builder::new_multi_thread()
        .worker_threads(count)
        .on_thread_park([this] { parks.pass(); })
        .on_thread_unpark([this] { unparks.pass(); })
        .build();
  }
  // The clock moves when all workers sleep: one that only says that it will might still wake another one.
  static void until_idle(const Runtime& runtime) {
    blocking_sleep(std::chrono::nanoseconds(1));
    EXPECT_EQ(runtime.metrics().idle_workers, runtime.metrics().workers);
  }
  // A task that holds its worker until `go`.
  static auto holds(base::Parker& begun, base::Parker& go) {
    return poll_fn([&](Context&) -> Poll<void> {
      begun.unpark();
      go.park();
      return Ready();
    });
  }
};

// Question: two workers sleep. One of them runs a task, which spawns another one, and then waits in its thread until
// that has run. Predict: who runs it, and who woke that worker? Break in `Worker::schedule`.
TEST_F(WorkerSearchTest, APushOfAWorker_WakesTheOneThatSleeps) {
  const Runtime runtime = workers(2);
  until_idle(runtime);
  base::Parker ran;
  (void)block_on(runtime.spawn(poll_fn([&](Context&) -> Poll<void> {
    spawn(poll_fn([&](Context&) -> Poll<void> {
      ran.unpark();
      return Ready();
    })).detach();
    spawn(ready()).detach();  // takes the LIFO slot: the first one goes to the queue
    ran.park();
    return Ready();
  })));
}

// Question: a worker was woken and has not looked yet; a second task comes, and wakes nobody, for somebody searches.
// The first one waits in its thread for the second. Predict: who wakes the other worker? Break in `Worker::run_turn`.
TEST_F(WorkerSearchTest, TheOneThatWasWoken_WakesTheNext_IfThereIsMore) {
  const Runtime runtime = workers(2);
  until_idle(runtime);
  base::Parker second_ran;
  unparks.arm();
  auto first = runtime.spawn(poll_fn([&](Context&) -> Poll<void> {
    second_ran.park();
    return Ready();
  }));
  unparks.until_caught();
  auto second = runtime.spawn(poll_fn([&](Context&) -> Poll<void> {
    second_ran.unpark();
    return Ready();
  }));
  EXPECT_EQ(runtime.metrics().idle_workers, 1u);  // the push woke nobody
  unparks.open();
  EXPECT_TRUE(block_on(first).has_value());
  EXPECT_TRUE(block_on(second).has_value());
}

// Question: a worker has searched, found nothing, and is about to sleep; now a task comes, and wakes nobody, for
// somebody searches. Predict: who runs it? Break in `Worker::park`, behind `idle.sleep`.
TEST_F(WorkerSearchTest, WhatComesBeforeTheSleep_IsSeenByTheLastLook) {
  for (const std::size_t count : {1u, 2u}) {
    const Runtime runtime = workers(count);
    until_idle(runtime);
    parks.arm();
    (void)block_on(runtime.spawn(ready()));  // one wakes, runs it, and goes to sleep again
    parks.until_caught();
    auto task = runtime.spawn(ready());
    EXPECT_EQ(runtime.metrics().idle_workers, count - 1);
    parks.open();
    EXPECT_TRUE(block_on(task).has_value());
  }
}

// Question: one of two workers searches, and has work in its own queue. The other one has none. Predict: does it take
// any, or does it go to sleep? Break in `Worker::steal`.
TEST_F(WorkerSearchTest, WhileHalfOfThemSearch_AnotherOneGoesToSleepInstead) {
  const Runtime runtime = workers(2);
  until_idle(runtime);
  base::Parker begun, go;
  auto busy = runtime.spawn(holds(begun, go));
  begun.park();
  // The other one comes by here when it has searched; its hook spawns, and it is held with a full queue.
  base::Atomic<int> ran = 0;
  std::vector<JoinHandle<>> tasks;
  parks.in_trap = [&] {
    for (int i = 0; i < 10; ++i) {
      tasks.push_back(spawn(poll_fn([&](Context&) -> Poll<void> { return ++ran, Ready(); })));
    }
  };
  parks.arm();
  (void)block_on(runtime.spawn(ready()));
  parks.until_caught();
  const auto before = runtime.metrics();
  go.unpark();
  EXPECT_TRUE(block_on(busy).has_value());
  yield_until([&] { return runtime.metrics().parks > before.parks; });
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(runtime.metrics().steals, before.steals);
  parks.open();
  for (auto& task : tasks) EXPECT_TRUE(block_on(task).has_value());
}

}  // namespace

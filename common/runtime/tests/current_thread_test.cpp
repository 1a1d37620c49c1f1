// current_thread_test.cpp -- CurrentThread: tasks run while somebody blocks; several threads that block share one core.
#include "common/runtime/current_thread.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

class CurrentThreadTest : public testing::Test {
 protected:
  const Deadline deadline{"a thread in block_on is not woken"};
  const Runtime runtime = Builder::new_current_thread().enable_all().build();
};

TEST_F(CurrentThreadTest, WithoutBlockOn_NothingRuns) {
  bool ran = false;
  auto task = runtime.spawn([&]() -> Async<> {
    ran = true;
    co_return;
  });
  EXPECT_FALSE(ran);
  EXPECT_EQ(runtime.metrics().alive_tasks, 1u);
  runtime.block_on(ready());
  EXPECT_FALSE(ran);  // the future was ready before the task had its turn
  (void)runtime.block_on(task);
  EXPECT_TRUE(ran);
}

TEST_F(CurrentThreadTest, EverythingRuns_InTheThreadThatBlocks) {
  const auto name = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
  EXPECT_EQ(runtime.block_on(runtime.spawn(name)).value(), "main");
  std::string other;
  auto task = runtime.spawn(name);
  base::Thread("other", [&] { other = runtime.block_on(task).value(); }).join();
  EXPECT_EQ(other, "other");
}

TEST_F(CurrentThreadTest, Tasks_RunInTheOrderInWhichTheyWereSpawned) {
  std::vector<int> order;
  runtime.block_on([&]() -> Async<> {
    std::vector<JoinHandle<>> tasks;
    for (int i = 0; i < 4; ++i) {
      tasks.push_back(spawn([&order, i]() -> Async<> {
        order.push_back(i);
        co_return;
      }));
    }
    for (auto& task : tasks) (void)co_await task;
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

// Question: a task yields for ever, so the queue of the core never empties; another one comes from outside, into the
// shared queue. Predict: after how many turns is it run? Break in `CurrentThread::next`.
TEST_F(CurrentThreadTest, AtEveryNthTurn_TheSharedQueueComesFirst) {
  const Runtime fifth = Builder::new_current_thread().global_queue_interval(5).build();
  bool stop = false;
  int turns = 0;
  auto yields = fifth.spawn([&]() -> Async<> {
    const auto stops = [&]() -> Async<> {
      stop = true;
      co_return;
    };
    base::Thread([&] { fifth.spawn(stops).detach(); }).join();
    for (; !stop && turns < 1000; ++turns) co_await yield_now();
  });
  (void)fifth.block_on(yields);
  EXPECT_TRUE(stop);
  EXPECT_LE(turns, 5);
}

// Question: two threads block on one runtime. The one that runs the tasks is done first. Who runs them then?
TEST_F(CurrentThreadTest, WhoeverBlocksLonger_TakesTheTasksOver) {
  Notify first_may_go, second_may_go;
  base::Atomic<int> steps = 0;
  base::Parker first_has_the_core;
  auto counts = runtime.spawn([&]() -> Async<> {
    for (;;) {
      ++steps;
      co_await yield_now();
    }
  });
  base::Thread first("first", [&] {
    runtime.block_on([&]() -> Async<> {
      first_has_the_core.unpark();
      co_await first_may_go.notified();
    });
  });
  first_has_the_core.park();
  base::Parker second_waits;
  base::Thread second("second", [&] {
    runtime.block_on([&]() -> Async<> {
      second_waits.unpark();
      co_await second_may_go.notified();
    });
  });
  second_waits.park();
  yield_until([&] { return steps > 10; });
  first_may_go.notify_one();
  first.join();
  const int before = steps;
  yield_until([&] { return steps > before + 10; });
  second_may_go.notify_one();
  second.join();
  counts.abort();
  (void)runtime.block_on(counts);
}

TEST_F(CurrentThreadTest, AThreadWithoutTheCore_IsWokenByItsOwnFuture) {
  Notify first_may_go, second_may_go;
  base::Parker first_has_the_core, second_polled;
  const base::Thread first([&] {
    runtime.block_on([&]() -> Async<> {
      first_has_the_core.unpark();
      co_await first_may_go.notified();
    });
  });
  first_has_the_core.park();
  base::Thread second([&] {
    runtime.block_on([&]() -> Async<> {
      second_polled.unpark();
      co_await second_may_go.notified();
    });
  });
  second_polled.park();
  second_may_go.notify_one();
  second.join();  // while the first one still has the core
  first_may_go.notify_one();
}

TEST_F(CurrentThreadTest, ManyThreadsAtOnce_EachGetsItsTasksResult) {
  std::vector<base::Thread> threads;
  base::Atomic<int> sum = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        auto task = runtime.spawn([i]() -> Async<int> {
          co_await yield_now();
          co_return i;
        });
        sum += runtime.block_on(task).value();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(sum, 50 * (0 + 1 + 2 + 3 + 4 + 5));
  EXPECT_EQ(runtime.metrics().alive_tasks, 0u);
}

TEST_F(CurrentThreadTest, ATimerOfAThreadWithoutTheCore_IsFiredByTheOneThatHasIt) {
  Notify first_may_go;
  base::Parker first_has_the_core;
  const base::Thread first([&] {
    runtime.block_on([&]() -> Async<> {
      first_has_the_core.unpark();
      co_await first_may_go.notified();
    });
  });
  first_has_the_core.park();
  runtime.block_on([] { return sleep(std::chrono::milliseconds(2)); });
  first_may_go.notify_one();
}

TEST_F(CurrentThreadTest, BlockOnInsideBlockOn_IsRefused) {
  EXPECT_THROW(runtime.block_on([&]() -> Async<> {
    runtime.block_on(ready());
    co_return;
  }),
               std::logic_error);
  EXPECT_EQ(runtime.block_on(ready(1)), 1);  // and the runtime is as before
}

TEST_F(CurrentThreadTest, WhileItWaits_ItSleeps) {
  Notify told;
  const auto parks = runtime.metrics().parks;
  base::Parker polled;
  const base::Thread other([&] {
    polled.park();
    yield_until([&] { return runtime.metrics().parks > parks; });
    told.notify_one();
  });
  runtime.block_on([&]() -> Async<> {
    polled.unpark();
    co_await told.notified();
  });
  EXPECT_LE(runtime.metrics().parks, parks + 2);
}

}  // namespace

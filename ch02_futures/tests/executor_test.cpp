// executor_test.cpp -- who is polled when, sleeping and waking; misuse. The end: executor_end_test.cpp.
#include "ch02_futures/executor.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/join.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace ch02 {
namespace {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;

static_assert(!std::is_move_constructible_v<Executor> && !std::is_copy_constructible_v<Executor>);

Async<> say_twice(Log& log, std::string name) {
  log.push_back(name + "1");
  co_await yield_now();
  log.push_back(name + "2");
}

// Read this one first.
// Question: main spawns two tasks and awaits them. Who runs when, all on one thread?
// Predict the log. Break in `Executor::next`.
TEST(ExecutorTest, BlockOn_PollsInTheOrderOfTheQueue) {
  Log log;
  Executor executor;
  const auto run = [&]() -> Async<> {
    log.push_back("main1");
    auto a = executor.spawn(say_twice(log, "a"));
    auto b = executor.spawn(say_twice(log, "b"));
    log.push_back("main2");
    (void)co_await join(std::move(a), std::move(b));
    log.push_back("main3");
  };
  executor.block_on(run);
  EXPECT_EQ(log, (Log{"main1", "main2", "a1", "b1", "a2", "b2", "main3"}));
}

// Question: the main future waits for one second, a task counts each tenth. How often is main polled?
TEST(ExecutorTest, MainFuture_IsPolledOnlyWhenItWasWoken) {
  PausedClock clock;
  int main_polls = 0, ticks = 0;
  Executor executor;
  const auto tick = [&]() -> Async<> {
    for (; ticks < 9; ++ticks) co_await sleep(100ms);
  };
  auto ticking = executor.spawn(tick);
  auto second = sleep(1s);
  executor.block_on(poll_fn([&](Context& cx) {
    ++main_polls;
    return second.poll(cx);
  }));
  EXPECT_EQ(main_polls, 2);
  EXPECT_EQ(ticks, 9);
  EXPECT_EQ(now(), Instant(1s)) << "the thread sleeps in between, else the paused clock would stand still";
}

TEST(ExecutorTest, Output_ComesOut) {
  Executor executor;
  EXPECT_EQ(executor.block_on(ready(7)), 7);
  EXPECT_EQ(*executor.block_on(ready(std::make_unique<int>(7))), 7);
  static_assert(std::is_void_v<decltype(executor.block_on(ready()))>);
  executor.block_on(ready());
}

TEST(ExecutorTest, CallableWithArguments_IsKeptWithItsCaptures) {
  Executor executor;
  const auto add = [&] {
    const std::string text = "a text that is too long to be kept inside of the string itself";
    return executor.spawn(
        [text](std::string more) -> Async<std::string> {
          co_await yield_now();
          co_return text + more;
        },
        "!");
  };
  EXPECT_EQ(*executor.block_on(add()), "a text that is too long to be kept inside of the string itself!");
}

TEST(ExecutorTest, Exception_OfMainComesOut_AndTheExecutorGoesOn) {
  Executor executor;
  const auto fails = []() -> Async<> {
    co_await yield_now();
    throw std::runtime_error("no bread");
  };
  EXPECT_THROW(executor.block_on(fails), std::runtime_error);
  EXPECT_EQ(executor.block_on(ready(1)), 1);
}

TEST(ExecutorTest, Exception_OfATaskIsAtItsHandle) {
  Executor executor;
  auto fails = executor.spawn(poll_fn([](Context&) -> Poll<int> { throw std::runtime_error("no bread"); }));
  const auto result = executor.block_on(std::move(fails));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "no bread");
}

TEST(ExecutorTest, DroppedHandle_LetsTheTaskRun) {
  Log log;
  Executor executor;
  {
    const auto dropped = executor.spawn(say_twice(log, "a"));
  }
  executor.block_on(say_twice(log, "main"));
  EXPECT_EQ(log, (Log{"a1", "main1", "a2", "main2"}));
}

TEST(ExecutorTest, TaskLeftOver_GoesOnInTheNextBlockOn) {
  Log log;
  Executor executor;
  auto a = executor.spawn(say_twice(log, "a"));
  executor.block_on(ready());
  EXPECT_EQ(log, Log{"a1"});
  executor.block_on(by_ref(a));
  EXPECT_EQ(log, (Log{"a1", "a2"}));
}

// ---- waking from outside ----------------------------------------------------------------------------------

// Question: the executor sleeps, and another thread wakes its task. How does the executor get to know?
// Break in `Schedule::operator()`, and look in which thread it runs.
// (With a second thread; all the others in this chapter run in one.)
TEST(ExecutorWakeTest, FromAnotherThread_EndsTheSleep) {
  const Deadline deadline("the executor sleeps on");
  for (int round = 0; round < 200; ++round) {
    auto [tx, rx] = bounded<int>(1);
    Executor executor;
    const base::Thread outside([&] { EXPECT_TRUE(tx.send(round)); });
    EXPECT_EQ(executor.block_on([&rx] { return rx.recv_async(); }), round);
  }
}

TEST(ExecutorWakeTest, SpawnFromAnotherThread_EndsTheSleep) {
  const Deadline deadline("the executor sleeps on");
  for (int round = 0; round < 200; ++round) {
    auto [tx, rx] = bounded<int>(1);
    Executor executor;
    const base::Thread outside([&] {
      executor
          .spawn([](Sender<int> sender, int value) -> Async<> { (void)co_await sender.send_async(value); },
                 tx, round)
          .detach();
    });
    EXPECT_EQ(executor.block_on([&rx] { return rx.recv_async(); }), round);
  }
}

TEST(ExecutorWakeTest, ManyThreads_NoWakeIsLost) {
  const Deadline deadline("a wake was lost");
  constexpr int kThreads = 4, kEach = 500;
  auto [tx, rx] = unbounded<int>();
  std::vector<base::Thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([sender = tx] {
      for (int i = 1; i <= kEach; ++i) (void)sender.send(i);
    });
  }
  Executor executor;
  const auto sum = [&]() -> Async<long> {
    long all = 0;
    for (int i = 0; i < kThreads * kEach; ++i) all += *co_await rx.recv_async();
    co_return all;
  };
  EXPECT_EQ(executor.block_on(sum), kThreads * (kEach * (kEach + 1L) / 2));
}

// ---- misuse -----------------------------------------------------------------------------------------------

TEST(ExecutorDeathTest, BlockOnInsideATask_StopsTheProgram) {
  const auto nested = [] {
    Executor executor;
    executor.block_on([&]() -> Async<> {
      executor.block_on(ready());
      co_return;
    });
  };
  EXPECT_DEATH(nested(), "block_on was called inside a task");
}

TEST(ExecutorDeathTest, DestroyedInsideATask_StopsTheProgram) {
  const auto inside = [] {
    auto executor = std::make_unique<Executor>();
    executor->block_on([&]() -> Async<> {
      executor.reset();
      co_return;
    });
  };
  EXPECT_DEATH(inside(), "destroyed inside one of its tasks");
}

}  // namespace
}  // namespace ch02

// priority_executor_test.cpp -- which thread runs what, sleeping and stealing, results, exceptions, dropped tasks.
#include "common/executor/priority_executor.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
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

Async<std::string> who_runs_me() { co_return std::string(base::thread_name()); }

// Keeps the worker that polls it until it is opened: so a test knows which threads are busy.
class Gate {
 public:
  Async<> hold() {
    holder_ = base::thread_name();
    ++waiting_;
    arrived_.unpark();
    go_.park();
    co_return;
  }
  // Returns the name of the thread.
  std::string wait_until_held() {
    while (waiting_ == 0) arrived_.park();
    return holder_;
  }
  void open() { go_.unpark(); }

 private:
  std::string holder_;
  base::Atomic<int> waiting_ = 0;
  base::Parker arrived_, go_;
};

// Read this one first.
// Question: one high thread, one low, and both idle. Who runs a low task? And if the low thread is busy?
// Predict the names. Break in `PriorityQueues::take`, and look at `worker.own`.
// (On the executor's own threads. In one thread, step by step: manual_executor_test.cpp.)
TEST(PriorityExecutorTest, IdleThread_StealsFromTheOtherQueueBothWays) {
  const Deadline deadline("a task was never run");
  PriorityExecutor executor({.high = 1, .low = 1});
  {
    Gate gate;
    auto busy = executor.spawn_task([&] { return gate.hold(); }, Priority::low);
    gate.wait_until_held();  // by one of the two: whichever was awake first
    auto low = executor.spawn_task(who_runs_me(), Priority::low);
    auto high = executor.spawn_task(who_runs_me(), Priority::high);
    const auto [low_ran, high_ran] = executor.join(std::move(low), std::move(high));
    EXPECT_EQ(low_ran, high_ran);  // the other one runs both, so one of them was stolen
    gate.open();
    executor.join(std::move(busy));
  }
  // Each way for certain: the thread of the one kind is held, by a task of its own kind, until the other steals.
  for (const Priority held : {Priority::high, Priority::low}) {
    const std::string own = held == Priority::high ? "high 1" : "low 1";
    const std::string thief = held == Priority::high ? "low 1" : "high 1";
    while (executor.idle_threads() != 2) base::yield_thread();  // so a push wakes one of its own kind
    Gate gate;
    auto busy = executor.spawn_task([&] { return gate.hold(); }, held);
    EXPECT_EQ(gate.wait_until_held(), own);
    const auto [ran] = executor.join(executor.spawn_task(who_runs_me(), held));
    EXPECT_EQ(ran, thief);
    gate.open();
    executor.join(std::move(busy));
  }
}

TEST(PriorityExecutorTest, BothBusy_TheNextOneIsTakenFromTheOwnQueueFirst) {
  const Deadline deadline("a task was never run");
  PriorityExecutor executor({.high = 1, .low = 1});
  Gate one, two;
  auto first = executor.spawn_task([&] { return one.hold(); }, Priority::high);
  auto second = executor.spawn_task([&] { return two.hold(); }, Priority::low);
  one.wait_until_held();
  two.wait_until_held();
  base::Locked<std::vector<std::string>> order;
  const auto note = [&order](const char* what) -> Async<std::string> {
    order.lock()->push_back(what);
    co_return std::string(base::thread_name());
  };
  auto low = executor.spawn_task([&] { return note("low"); }, Priority::low);
  auto high = executor.spawn_task([&] { return note("high"); }, Priority::high);
  EXPECT_EQ(executor.queued(Priority::low), 1u);
  EXPECT_EQ(executor.queued(Priority::high), 1u);
  // Only the one that holds `one` goes on; it finds both queues full and begins with its own.
  one.open();
  const auto [low_ran, high_ran] = executor.join(std::move(low), std::move(high));
  EXPECT_EQ(low_ran, high_ran);
  const bool high_first = low_ran == "high 1";
  EXPECT_EQ(*order.lock(), high_first ? (std::vector<std::string>{"high", "low"})
                                      : (std::vector<std::string>{"low", "high"}));
  two.open();
  executor.join(std::move(first), std::move(second));
}

TEST(PriorityExecutorTest, AsManyThreadsAsWereAskedFor_RunAtOnce) {
  const Deadline deadline("not all threads ran at once");
  PriorityExecutor executor({.high = 3, .low = 2});
  std::set<std::string> names;
  std::vector<Gate> gates(5);
  std::vector<Task<>> tasks;
  for (Gate& gate : gates) {
    tasks.push_back(executor.spawn_task([&] { return gate.hold(); }));
  }
  for (Gate& gate : gates) names.insert(gate.wait_until_held());  // all five hold a thread
  EXPECT_EQ(names, (std::set<std::string>{"high 1", "high 2", "high 3", "low 1", "low 2"}));
  for (Gate& gate : gates) gate.open();
  for (Task<>& task : tasks) executor.join(std::move(task));
}

TEST(PriorityExecutorTest, Defaults_LeaveAtLeastOneThreadToEachQueue) {
  const PriorityExecutor::Threads threads;
  EXPECT_GE(threads.high, 1u);
  EXPECT_EQ(threads.high, std::max<std::size_t>(3, base::available_cores()) - 2);
  EXPECT_EQ(threads.low, 1u);
}

TEST(PriorityExecutorTest, QueueWithoutAThread_IsRefused) {
  EXPECT_THROW(PriorityExecutor({.high = 0, .low = 1}), std::invalid_argument);
  EXPECT_THROW(PriorityExecutor({.high = 1, .low = 0}), std::invalid_argument);
}

TEST(PriorityExecutorTest, AnyAwaitable_IsTaken) {
  const Deadline deadline("a task was never run");
  PriorityExecutor executor;
  Strings strings;
  strings.finish = true;
  auto coroutine = executor.spawn_task(who_runs_me());
  auto hand_written = executor.spawn_task(ready(7), Priority::high);
  auto immovable = executor.spawn_task([&] { return Puppet(strings); });
  auto captures = executor.spawn_task([text = std::string("kept")]() -> Async<std::string> {
    co_await yield_now();
    co_return text;
  });
  auto [name, seven, counted, kept] =
      executor.join(std::move(coroutine), std::move(hand_written), std::move(immovable), std::move(captures));
  EXPECT_FALSE(name.empty());
  EXPECT_EQ(seven, 7);
  EXPECT_EQ(kept, "kept");
}

TEST(PriorityExecutorTest, Join_GivesTheOutputsInTheOrderOfTheArguments) {
  const Deadline deadline("a task was never run");
  PausedClock clock;
  PriorityExecutor executor;
  const auto after = [](Duration duration, int value) -> Async<int> {
    co_await sleep(duration);
    co_return value;
  };
  auto slow = executor.spawn_task([&] { return after(3s, 1); });
  auto fast = executor.spawn_task([&] { return after(1s, 2); });
  auto nothing = executor.spawn_task([]() -> Async<> { co_return; });
  EXPECT_EQ(executor.join(std::move(slow), std::move(nothing), std::move(fast)),
            (std::tuple(1, std::monostate(), 2)));
  EXPECT_EQ(now(), Instant(3s));
}

Async<int> fails() {
  co_await yield_now();
  throw std::runtime_error("burnt");
}

TEST(PriorityExecutorTest, Exception_LeavesTheThreadsAliveAndArrivesAtTheJoin) {
  const Deadline deadline("a thread died");
  PriorityExecutor executor({.high = 1, .low = 1});
  for (int i = 0; i < 20; ++i) EXPECT_THROW(executor.join(executor.spawn_task(fails())), std::runtime_error);
  EXPECT_EQ(executor.join(executor.spawn_task(ready(1))), std::tuple(1));
}

TEST(PriorityExecutorTest, TryJoin_MakesAnExceptionAndACancellationValues) {
  const Deadline deadline("a task was never run");
  PriorityExecutor executor;
  auto cancelled = executor.spawn_task(pending<int>());
  cancelled.cancel();
  auto [good, bad, gone] =
      executor.try_join(executor.spawn_task(ready(1)), executor.spawn_task(fails()), std::move(cancelled));
  EXPECT_EQ(good.value(), 1);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message(), "burnt");
  ASSERT_FALSE(gone);
  EXPECT_TRUE(gone.error().is_cancelled());
}

TEST(PriorityExecutorTest, DroppedTask_IsCancelledAndADetachedOneRunsOn) {
  const Deadline deadline("a future was not destroyed, or not finished");
  PausedClock clock;
  PriorityExecutor executor;
  Counts counts;
  base::Parker ended;
  const auto holds = [&](bool* finished) -> Async<> {
    const Counted held(counts);
    co_await sleep(1s);
    *finished = true;
    ended.unpark();
  };
  bool dropped_finished = false, detached_finished = false;
  {
    auto dropped = executor.spawn_task([&] { return holds(&dropped_finished); });
  }
  executor.spawn_task([&] { return holds(&detached_finished); }).detach();
  ended.park();
  blocking_sleep(1s);  // all is quiet afterwards
  EXPECT_TRUE(detached_finished);
  EXPECT_FALSE(dropped_finished);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST(PriorityExecutorTest, IdleThreads_SleepAndOneWakesForOneTask) {
  const Deadline deadline("the threads never slept");
  PausedClock clock;
  PriorityExecutor executor({.high = 2, .low = 2});
  blocking_sleep(1s);  // the clock moves once all are blocked: then all four sleep
  EXPECT_EQ(executor.idle_threads(), 4u);
  Gate gate;
  auto busy = executor.spawn_task([&] { return gate.hold(); });
  gate.wait_until_held();
  EXPECT_EQ(executor.idle_threads(), 3u);
  gate.open();
  executor.join(std::move(busy));
}

TEST(PriorityExecutorTest, WakeFromAnotherThread_RunsTheTaskOnItsQueueAgain) {
  const Deadline deadline("the task was never woken");
  PausedClock clock;
  PriorityExecutor executor({.high = 1, .low = 1});
  Strings strings;
  auto task = executor.spawn_task([&] { return Puppet(strings); }, Priority::high);
  blocking_sleep(1s);
  EXPECT_EQ(strings.polls, 1u);
  strings.finish = true;
  base::Thread([&] { strings.waker.wake_by_ref(); }).join();
  executor.join(std::move(task));
  EXPECT_EQ(strings.polls, 2u);
}

}  // namespace

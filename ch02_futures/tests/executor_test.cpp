// executor_test.cpp -- who is polled when, sleeping and waking, and the end at any moment.
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
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/counted.hpp"
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

// ---- the end ----------------------------------------------------------------------------------------------

class ExecutorEndTest : public ::testing::Test {
 protected:
  const Deadline deadline{"the executor's end waits for ever"};

  // Holds a Counted while it awaits what it is given.
  auto hold(auto future) {
    return [](Counts& all, auto awaited) -> Async<> {
      const Counted held(all);
      (void)co_await std::move(awaited);
    }(counts, std::move(future));
  }
  bool is_cancelled(JoinHandle<>& handle) {
    Context cx(Waker::noop());
    auto answer = handle.poll(cx);
    return answer.is_ready() && !answer.value() && answer.value().error().is_cancelled();
  }

  Counts counts;
};

// Question: a task waits for a gate that nobody opens. What becomes of it when the executor ends?
// Predict whether its local is destroyed, and what its handle says. Break in `Executor::~Executor`.
TEST_F(ExecutorEndTest, WaitingTask_IsDestroyedAndItsHandleTold) {
  Gate<> gate;
  std::optional<JoinHandle<>> handle;
  {
    Executor executor;
    handle = executor.spawn(hold(gate.future()));
    executor.block_on(ready());
    EXPECT_EQ(counts.live(), 1u);
  }
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(gate.dropped(), 1u);
  EXPECT_TRUE(is_cancelled(*handle));
}

TEST_F(ExecutorEndTest, UnpolledTask_IsDestroyedUnpolled) {
  std::optional<JoinHandle<>> handle;
  {
    Executor executor;
    handle = executor.spawn(hold(ready(1)));
  }
  EXPECT_EQ(counts.made, 0u);
  EXPECT_TRUE(is_cancelled(*handle));
}

TEST_F(ExecutorEndTest, WokenTask_IsNotPolledAgain) {
  Gate<> gate;
  {
    Executor executor;
    executor.spawn(hold(gate.future())).detach();
    executor.block_on(ready());
    gate.open();
  }
  EXPECT_EQ(gate.polls(), 1u);
  EXPECT_EQ(counts.live(), 0u);
}

// Two tasks hold each the channel's end that the other one waits for: only the executor can end them.
TEST_F(ExecutorEndTest, TasksThatHoldEachOther_AreBothDestroyed) {
  {
    Executor executor;
    auto one = bounded<int>(1), two = bounded<int>(1);
    const auto wait = [](Counts& all, Receiver<int> receiver, Sender<int>) -> Async<> {
      const Counted held(all);
      (void)co_await receiver.recv_async();
    };
    executor.spawn(wait, std::ref(counts), std::move(one.receiver), std::move(two.sender)).detach();
    executor.spawn(wait, std::ref(counts), std::move(two.receiver), std::move(one.sender)).detach();
    executor.block_on(ready());
    EXPECT_EQ(counts.live(), 2u);
  }
  EXPECT_EQ(counts.live(), 0u);
}

TEST_F(ExecutorEndTest, TaskThatADestructorSpawns_IsDestroyedUnpolled) {
  struct SpawnsAtItsEnd {
    explicit SpawnsAtItsEnd(Executor& given, bool& was_polled_) : executor(given), was_polled(was_polled_) {}
    ~SpawnsAtItsEnd() {
      executor
          .spawn(poll_fn([&polled = was_polled](Context&) -> Poll<void> {
            polled = true;
            return Ready();
          }))
          .detach();
    }
    Executor& executor;
    bool& was_polled;
  };
  bool was_polled = false;
  {
    Executor executor;
    const auto waits = [](Executor& used, bool& polled) -> Async<> {
      const SpawnsAtItsEnd local(used, polled);
      co_await pending();
    };
    auto kept = executor.spawn(waits, std::ref(executor), std::ref(was_polled));
    executor.block_on(ready());
  }
  EXPECT_FALSE(was_polled);
}

TEST_F(ExecutorEndTest, WakerAndHandleThatOutliveIt_AreWithoutEffect) {
  Waker waker;
  std::optional<JoinHandle<>> handle;
  {
    Executor executor;
    handle = executor.spawn(poll_fn([&](Context& cx) -> Poll<void> {
      waker = cx.waker().clone();
      return Pending();
    }));
    executor.block_on(ready());
  }
  waker.wake_by_ref();
  std::move(waker).wake();
  EXPECT_TRUE(is_cancelled(*handle));
  handle->abort();
}

// A thread wakes the task at every moment of the executor's end.
TEST_F(ExecutorEndTest, WakesFromAThreadMeanwhile_NothingIsLostOrFreedTwice) {
  for (int round = 0; round < 200; ++round) {
    Waker waker;
    std::optional<base::Thread> wakes;
    {
      Executor executor;
      auto handle = executor.spawn(poll_fn([&, held = Counted(counts)](Context& cx) -> Poll<void> {
        waker = cx.waker().clone();
        return Pending();
      }));
      executor.block_on(ready());
      wakes.emplace([mine = std::move(waker)] {
        for (int i = 0; i < 10; ++i) mine.wake_by_ref();
      });
      executor.block_on(ready());
      wakes->join();
      wakes.reset();
    }
    EXPECT_EQ(counts.live(), 0u);
  }
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

// executor_end_test.cpp -- the end of an executor: no future survives it; handles and wakers may.
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/gate.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

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
  for (int round = 0; round < 50; ++round) {
    Waker waker;
    base::Atomic<bool> has_ended = false;
    std::optional<base::Thread> wakes;
    {
      int polls = 0;
      Executor executor;
      auto handle = executor.spawn(poll_fn([&, held = Counted(counts)](Context& cx) -> Poll<void> {
        ++polls;
        waker = cx.waker().clone();
        return Pending();
      }));
      executor.block_on(ready());
      wakes.emplace([&has_ended, mine = waker.clone()] {
        for (; !has_ended; base::yield_thread()) mine.wake_by_ref();
      });
      while (polls < 2) executor.block_on(ready());  // the thread is at work, up to the end and beyond
    }
    EXPECT_EQ(counts.live(), 0u);
    has_ended = true;
    wakes.reset();
  }
}

}  // namespace
}  // namespace ch02

// waker_test.cpp -- everything that may be done with a waker, at every moment of its task and of its executor.
//
// The polling executor's waker wakes nobody; its lesson is that each of its boxes is freed once (the book's are
// freed twice: the AddressSanitizer run of this suite is the test). The waking executor's polls are counted.
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/probe.hpp"

namespace ch10::tests {
namespace {

class WakerTest : public BothExecutors {
 protected:
  // Waking executor only: polls until nothing is woken.
  int polls_now() { return poll_while_woken(*executor); }

  // A task that was polled once.
  void begin(Probe& probe) {
    executor->spawn(probe.future());
    executor->poll();
    ASSERT_EQ(probe.polls, 1);
  }
};
ON_BOTH_EXECUTORS(WakerTest);

TEST_P(WakerTest, ClonedMovedAndDropped_EachIsFreedOnceAndTheTaskIsWokenByTheLast) {
  Probe probe;
  begin(probe);
  Waker clone = probe.waker->clone();
  Waker of_clone = clone.clone();
  probe.waker.reset();
  Waker moved(std::move(clone));
  clone = of_clone.clone();
  of_clone = std::move(moved);
  moved = std::move(clone);
  {
    const Waker dropped = std::move(moved);
  }
  probe.finish = true;
  std::move(of_clone).wake();
  ASSERT_TRUE(run());
  EXPECT_EQ(probe.polls, 2);
}

TEST_P(WakerTest, WillWake_NeverSaysYesOfTwoTasks) {
  Probe one, two;
  executor->spawn(one.future());
  executor->spawn(two.future());
  executor->poll();
  executor->poll();
  EXPECT_TRUE(one.waker->will_wake(*one.waker));
  EXPECT_FALSE(one.waker->will_wake(*two.waker));
  if (is_waking()) {
    EXPECT_TRUE(one.waker->clone().will_wake(*one.waker));
  }
}

TEST_P(WakerTest, WokenTwice_IsPolledOnce) {
  Probe probe;
  begin(probe);
  const Waker clone = probe.waker->clone();
  clone.wake_by_ref();
  clone.wake_by_ref();
  std::move(*probe.waker).wake();
  if (is_waking()) {
    EXPECT_EQ(polls_now(), 1);
  }
  probe.finish = true;
  clone.wake_by_ref();
  ASSERT_TRUE(run());
  EXPECT_EQ(probe.polls, is_waking() ? 3 : 2);
}

// Predict: the wake comes while the task is polled, before its future says Pending. Is there another poll?
TEST_P(WakerTest, WokenDuringItsPoll_IsPolledOnceMore) {
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    if (++polls == 3) return Ready();
    cx.waker().wake_by_ref();
    cx.waker().wake_by_ref();
    return Pending();
  }));
  ASSERT_TRUE(run());
  EXPECT_EQ(polls, 3);
}

TEST_P(WakerTest, WokenInItsLastPoll_IsNotPolledAgain) {
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    ++polls;
    cx.waker().wake_by_ref();
    return Ready();
  }));
  ASSERT_TRUE(run());
  if (is_waking()) polls_now();  // takes the finished task out of the queue
  EXPECT_FALSE(executor->poll());
  EXPECT_EQ(polls, 1);
}

// The gate: the poll returns only after the other thread has woken.
TEST_P(WakerTest, WokenFromAnotherThreadDuringItsPoll_IsPolledOnceMore) {
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    if (++polls == 2) return Ready();
    async::base::Parker woken;
    const async::base::Thread other([&woken, waker = cx.waker().clone()]() mutable {
      std::move(waker).wake();
      woken.unpark();
    });
    woken.park();
    return Pending();
  }));
  ASSERT_TRUE(run());
  EXPECT_EQ(polls, 2);
}

TEST_P(WakerTest, WokenAfterTheEnd_DoesNothing) {
  Probe probe;
  probe.finish = true;
  begin(probe);
  EXPECT_EQ(executor->unfinished(), 0u);
  const Waker clone = probe.waker->clone();
  clone.wake_by_ref();
  if (is_waking()) polls_now();
  std::move(*probe.waker).wake();
  if (is_waking()) polls_now();
  EXPECT_FALSE(executor->poll());
  EXPECT_EQ(probe.polls, 1);
  EXPECT_EQ(executor->unfinished(), 0u);
}

TEST_P(WakerTest, WokenAfterTheExecutorIsGone_DoesNothing) {
  Probe waiting, finished, queued;
  finished.finish = true;
  begin(waiting);
  executor->spawn(finished.future());
  executor->spawn(queued.future());
  while (queued.polls == 0 || finished.polls == 0) ASSERT_TRUE(executor->poll());
  queued.waker->wake_by_ref();    // in the queue when the executor goes
  finished.waker->wake_by_ref();  // in the queue too, although it has ended
  executor.reset();
  for (Probe* probe : {&waiting, &finished, &queued}) {
    const Waker clone = probe->waker->clone();
    clone.wake_by_ref();
    clone.wake_by_ref();
    std::move(*probe->waker).wake();
  }
  EXPECT_EQ(queued.polls, 1 + (is_waking() ? 0 : queued.polls - 1));
  EXPECT_TRUE(queued.held.expired());
}

// Another thread wakes, clones and drops while the executor is destroyed: gates on both sides, no time.
TEST_P(WakerTest, WokenFromAnotherThreadWhileTheExecutorGoes_DoesNoHarm) {
  for (int round = 0; round < 50; ++round) {
    executor = make_executor(GetParam());
    Probe probe;
    begin(probe);
    async::base::Parker begun;
    async::base::Atomic<bool> gone = false;
    const async::base::Thread other([&, waker = std::exchange(probe.waker, std::nullopt)] {
      for (int i = 0; !gone || i < 100; ++i) {
        const Waker clone = waker->clone();
        clone.wake_by_ref();
        if (i == 10) begun.unpark();
      }
    });
    begun.park();
    executor->poll();
    probe.waker.reset();
    executor.reset();
    gone = true;
  }
}

// Another thread wakes once for each poll, at any moment of it. A lost wake-up would stop the game.
TEST_P(WakerTest, ManyWakesFromAnotherThread_NoneIsLost) {
  constexpr int kTurns = 3'000;
  struct Ball {
    std::optional<Waker> waker;
    int played = 0, answered = 0;
    bool over = false;
  };
  async::base::Locked<Ball> table;
  async::base::Parker served;
  const async::base::Thread other([&] {
    for (;;) {
      served.park();
      std::optional<Waker> waker;
      {
        auto ball = table.lock();
        if (ball->over) return;
        ball->answered = ball->played;
        waker = std::exchange(ball->waker, std::nullopt);
      }
      if (waker) std::move(*waker).wake();
    }
  });
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    auto ball = table.lock();
    if (ball->answered < ball->played) return Pending();  // polled for no reason
    if (ball->played == kTurns) return Ready();
    ++ball->played;
    ball->waker = cx.waker().clone();
    served.unpark();
    return Pending();
  }));
  EXPECT_TRUE(run());
  table.lock()->over = true;
  served.unpark();
  EXPECT_EQ(table.lock()->answered, kTurns);
}

}  // namespace
}  // namespace ch10::tests

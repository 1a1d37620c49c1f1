// task_header_test.cpp -- a task's wakers: cloned, moved, dropped, woken, at every moment of the task's life.
#include "common/task/task_header.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/future/poll_fn.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

class TaskWakerTest : public testing::Test {
 protected:
  auto spawn() {
    return yard_.spawn([this] { return Puppet(strings_); });
  }
  Yard yard_;
  Strings strings_;
};

// Question: a task is woken while it is being polled. Is that wake lost, or is the task polled twice at once?
// Predict yard_.schedules and strings_.polls. Break in `TaskState::wake`, then in `TaskState::end_run`.
TEST_F(TaskWakerTest, WakeWhileRunning_ReschedulesOnce) {
  auto task = spawn();
  strings_.in_poll = [this](Context& cx) {
    cx.waker().wake_by_ref();
    cx.waker().wake_by_ref();
    std::move(cx.waker().clone()).wake();
    EXPECT_EQ(yard_.schedules, 0u);  // not while it runs
  };
  EXPECT_EQ(yard_.step(), Ran::woken);
  EXPECT_EQ(yard_.schedules, 1u);
  EXPECT_EQ(yard_.queue.size(), 1u);
  strings_.in_poll = [](Context&) {};
  EXPECT_EQ(yard_.step(), Ran::waits);
  EXPECT_EQ(strings_.polls, 2u);
  EXPECT_TRUE(yard_.queue.is_empty());
}

// Predict: two wakes, two clones. How often does the queue get the task?
TEST_F(TaskWakerTest, WokenTwice_IsQueuedOnce) {
  auto task = spawn();
  strings_.waker.wake_by_ref();  // before the first poll: a waker that wakes nobody
  EXPECT_EQ(yard_.step(), Ran::waits);
  const Waker clone = strings_.waker.clone();
  strings_.waker.wake_by_ref();
  clone.wake_by_ref();
  std::move(strings_.waker).wake();
  EXPECT_EQ(yard_.schedules, 1u);
  EXPECT_EQ(yard_.queue.size(), 1u);
  EXPECT_EQ(yard_.step(), Ran::waits);
  clone.wake_by_ref();  // it waits again, so this one counts
  EXPECT_EQ(yard_.schedules, 2u);
}

TEST_F(TaskWakerTest, ClonesAndMoves_WakeTheSameTaskAndKeepIt) {
  Waker survivor;
  spawn().detach();
  EXPECT_EQ(yard_.step(), Ran::waits);
  {
    std::vector<Waker> wakers;
    for (int i = 0; i < 100; ++i) wakers.push_back(strings_.waker.clone());
    EXPECT_TRUE(wakers.back().will_wake(strings_.waker));
    survivor = std::move(wakers[50]);
    strings_.waker = Waker();
  }
  EXPECT_EQ(yard_.schedules, 0u);  // dropping a waker wakes nobody while there is another one
  EXPECT_EQ(strings_.futures.live(), 1u);
  survivor.wake_by_ref();
  EXPECT_EQ(yard_.schedules, 1u);
  strings_.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
}

TEST_F(TaskWakerTest, TwoTasks_HaveWakersThatDoNotWakeEachOther) {
  Strings other;
  auto first = spawn();
  auto second = yard_.spawn([&] { return Puppet(other); });
  (void)yard_.step();
  (void)yard_.step();
  EXPECT_FALSE(strings_.waker.will_wake(other.waker));
  other.waker.wake_by_ref();
  EXPECT_EQ(yard_.queue.pop()->id(), second.id());
}

TEST_F(TaskWakerTest, WokenAfterTheTaskEnded_IsWithoutEffect) {
  for (const bool cancelled : {true, false}) {
    Strings strings;
    auto task = yard_.spawn([&] { return Puppet(strings); });
    (void)yard_.step();
    Waker clone = strings.waker.clone();
    if (cancelled) {
      task.cancel();
    } else {
      strings.finish = true;
      strings.waker.wake_by_ref();
    }
    (void)yard_.step();
    const std::size_t schedules = yard_.schedules, polls = strings.polls;
    clone.wake_by_ref();
    strings.waker.wake_by_ref();
    clone.clone().wake_by_ref();
    std::move(clone).wake();
    EXPECT_EQ(yard_.schedules, schedules);
    EXPECT_EQ(strings.polls, polls);
  }
}

TEST_F(TaskWakerTest, WokenAfterTheTaskWasCancelledButBeforeTheExecutorSawIt_QueuesNothingMore) {
  auto task = spawn();
  (void)yard_.step();
  task.cancel();
  EXPECT_EQ(yard_.schedules, 1u);
  strings_.waker.wake_by_ref();
  EXPECT_EQ(yard_.schedules, 1u);
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.polls, 1u);
}

// Question: a detached task waits, and the last waker goes. Nobody can ever wake it: where is its future
// destroyed?
// Predict: in the thread that drops the waker, or in a step? Break in `TaskState::drop_reference`.
TEST_F(TaskWakerTest, TheLastWakerOfADetachedTask_HasItsFutureDestroyedInAStep) {
  spawn().detach();
  EXPECT_EQ(yard_.step(), Ran::waits);
  strings_.waker = Waker();
  EXPECT_EQ(strings_.futures.ended, 0u);  // not here
  EXPECT_EQ(yard_.schedules, 1u);
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.polls, 1u);
  EXPECT_EQ(strings_.futures.ended, 1u);
}

TEST_F(TaskWakerTest, ADetachedTaskThatKeepsNoWaker_IsDestroyedAtTheEndOfItsPoll) {
  strings_.keep_waker = false;
  spawn().detach();
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(yard_.schedules, 0u);
}

TEST_F(TaskWakerTest, AHandleKeepsATaskWithoutWakers_BecauseItCanStillCancel) {
  strings_.keep_waker = false;
  auto task = spawn();
  EXPECT_EQ(yard_.step(), Ran::waits);
  EXPECT_EQ(strings_.futures.live(), 1u);
  std::move(task).detach();
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.futures.live(), 0u);
}

// The overlap is made certain: the poll does not return before the other thread has woken.
TEST_F(TaskWakerTest, WokenFromAnotherThreadWhileItRuns_IsScheduledAfterTheRunByTheRunner) {
  const Deadline deadline("the task and its waker's thread did not meet");
  base::Parker runs, woken;
  auto task = spawn();
  Waker for_the_other;
  strings_.in_poll = [&](Context& cx) {
    for_the_other = cx.waker().clone();
    runs.unpark();
    woken.park();
  };
  base::Thread other([&] {
    runs.park();
    for_the_other.wake_by_ref();
    std::move(for_the_other).wake();
    woken.unpark();
  });
  EXPECT_EQ(yard_.step(), Ran::woken);
  EXPECT_EQ(yard_.schedules, 1u);
  strings_.in_poll = [](Context&) {};
  EXPECT_EQ(yard_.step(), Ran::waits);
  EXPECT_EQ(strings_.polls, 2u);
}

// Question: what does a poll see of what the waker's thread wrote before it woke? The two threads share
// nothing that orders them but the task's state word: `woke` is relaxed. ThreadSanitizer reports it if the
// word does not.
TEST_F(TaskWakerTest, WhatWasWrittenBeforeTheWake_IsSeenByThePollThatFollows) {
  const Deadline deadline("the waker's thread never came");
  base::Atomic<bool> runs = false, woke = false;
  int letter = 0;  // no atomic: the wake publishes it
  int read = 0;
  Waker for_the_other;
  auto task = yard_.spawn(poll_fn([&](Context& cx) -> Poll<void> {
    if (strings_.polls++ > 0) {
      read = letter;
      return Ready();
    }
    for_the_other = cx.waker().clone();
    runs.store(true, base::release);
    while (!woke.load(base::relaxed)) {  // spins: a parker would order the threads by its mutex
    }
    return Pending();
  }));
  base::Thread other([&] {
    while (!runs.load(base::acquire)) {
    }
    letter = 42;
    for_the_other.wake_by_ref();
    woke.store(true, base::relaxed);
  });
  ASSERT_EQ(yard_.step(), Ran::woken);
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(read, 42);
}

}  // namespace

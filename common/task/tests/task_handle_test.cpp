// task_handle_test.cpp -- awaiting a task: who is woken, when, and what arrives.
#include "common/task/task_handle.hpp"

#include <expected>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

class TaskHandleTest : public testing::Test {
 protected:
  // The handle inside: Task and JoinHandle have tests of their own.
  auto spawn() {
    return yard_.spawn([this] { return Puppet(strings_); }).into_join_handle();
  }
  Yard yard_;
  Strings strings_;
};

TEST_F(TaskHandleTest, Poll_KeepsTheWakerUntilTheTaskEnds_AndWakesItOnce) {
  auto handle = spawn();
  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(handle).is_pending());
  EXPECT_EQ(joiner.kept_wakers(), 1u);
  EXPECT_EQ(yard_.step(), Ran::waits);
  EXPECT_EQ(joiner.take_wakes(), 0u);  // a poll of the task is no news for the joiner

  strings_.finish = true;
  strings_.waker.wake_by_ref();
  strings_.in_destructor = [&] {  // first the future goes, then the task is done, then the joiner is woken
    EXPECT_FALSE(handle.is_finished());
    EXPECT_EQ(joiner.take_wakes(), 0u);
  };
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(joiner.take_wakes(), 1u);
  EXPECT_TRUE(joiner.poll(handle).is_ready());
  EXPECT_EQ(joiner.kept_wakers(), 0u);
}

TEST_F(TaskHandleTest, Poll_ByTheSameTaskAgain_ClonesNothing) {
  CountingTask joiner;  // first: the handle keeps its waker to the end
  auto handle = spawn();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(joiner.poll(handle).is_pending());
  EXPECT_EQ(joiner.clones(), 1u);
}

// Question: task A awaits a handle, then B awaits it (A gave it away). Whom does the end of the task wake?
// Predict the wakes of both. Break in `TaskHandle::register_joiner`.
TEST_F(TaskHandleTest, PolledByTwoTasksInTurn_WakesTheLatestOnly) {
  auto handle = spawn();
  CountingTask a, b;
  EXPECT_TRUE(a.poll(handle).is_pending());
  EXPECT_TRUE(b.poll(handle).is_pending());
  EXPECT_EQ(a.kept_wakers(), 0u);  // let go at once
  EXPECT_EQ(b.kept_wakers(), 1u);
  EXPECT_TRUE(a.poll(handle).is_pending());
  EXPECT_TRUE(b.poll(handle).is_pending());
  strings_.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(a.take_wakes(), 0u);
  EXPECT_EQ(b.take_wakes(), 1u);
  EXPECT_TRUE(a.poll(handle).is_ready());  // the result is anybody's who asks
  EXPECT_EQ(b.kept_wakers(), 0u);
}

// Question: the budget allows one step, and two tasks have finished. Predict: what do their handles say?
// Break in `TaskHandle::poll`.
TEST_F(TaskHandleTest, Poll_IsAStepOfTheBudget) {
  strings_.finish = true;
  auto first = spawn(), second = spawn();
  (void)yard_.step();
  (void)yard_.step();
  CountingTask joiner;
  {
    const Budget::Scope budget(1);
    EXPECT_TRUE(joiner.poll(first).is_ready());
    EXPECT_FALSE(Budget::has_any_left());
    EXPECT_TRUE(joiner.poll(second).is_pending());
    EXPECT_EQ(joiner.take_wakes(), 1u);  // to be polled again, in a turn of its own
  }
  EXPECT_TRUE(joiner.poll(second).is_ready());
}

TEST_F(TaskHandleTest, Dropped_LetsGoOfTheJoinersWaker) {
  CountingTask joiner;
  {
    auto handle = spawn();
    EXPECT_TRUE(joiner.poll(handle).is_pending());
  }
  EXPECT_EQ(joiner.kept_wakers(), 0u);
  strings_.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(joiner.take_wakes(), 0u);
}

// The joiner is woken in the finisher's call; there the woken one may poll at once, and drop the handle.
TEST_F(TaskHandleTest, DroppedInsideTheWakeOfItsJoiner_FreesEverythingOnce) {
  std::optional<JoinHandle<Counted>> handle(spawn());
  auto joiner = make_task(future_maker(poll_fn([&](Context& cx) -> Poll<void> {
                            auto answer = handle->poll(cx);
                            if (answer.is_pending()) return Pending();
                            EXPECT_TRUE(answer.value().has_value());
                            handle.reset();
                            return Ready();
                          })),
                          [](Runnable next) { (void)std::move(next).run(); });
  EXPECT_EQ(std::move(joiner.runnable).run(), Ran::waits);
  strings_.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_TRUE(joiner.task.is_finished());
  EXPECT_EQ(strings_.outputs.live(), 0u);
}

TEST_F(TaskHandleTest, Move_TakesTheTaskAlong) {
  auto first = spawn();
  const TaskId id = first.id();
  auto second = std::move(first);
  EXPECT_EQ(second.id(), id);
  strings_.finish = true;
  (void)yard_.step();
  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(second).is_ready());
}

TEST_F(TaskHandleTest, MoveAssignment_LetsGoOfTheOldTask) {
  Strings other;
  auto handle = spawn();
  handle = yard_.spawn([&] { return Puppet(other); }).into_join_handle();
  strings_.finish = other.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(strings_.outputs.ended, 1u);  // nobody would come for it
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(other.outputs.live(), 1u);
}

TEST(TaskHandleDeathTest, PolledAfterItsResult_StopsTheProgram) {
  Yard yard;
  auto handle = yard.spawn(ready(1)).into_join_handle();
  (void)yard.step();
  CountingTask joiner;
  EXPECT_EQ(*joiner.poll(handle).value(), 1);
  EXPECT_TRUE(handle.is_finished());
  EXPECT_DEATH((void)joiner.poll(handle), "polled after it gave its result");
}

// ---- a task that holds its own handle
// ------------------------------------------------------------------------

TEST_F(TaskHandleTest, AFutureThatDropsItsOwnHandleWhileItRuns_GoesOn) {
  std::optional<JoinHandle<Counted>> handle(spawn());
  strings_.in_poll = [&](Context&) { handle.reset(); };
  EXPECT_EQ(yard_.step(), Ran::waits);
  strings_.finish = true;
  strings_.waker.wake_by_ref();
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(strings_.outputs.made, 1u);
  EXPECT_EQ(strings_.outputs.ended, 1u);
}

TEST_F(TaskHandleTest, AFutureThatDropsItsOwnHandleAndKeepsNoWaker_EndsWithThatPoll) {
  std::optional<JoinHandle<Counted>> handle(spawn());
  strings_.keep_waker = false;
  strings_.in_poll = [&](Context&) { handle.reset(); };
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.futures.live(), 0u);
}

// Predict: it waits for its own end, so it waits. Does cancelling it free all, though its waker is in its own
// slot?
TEST_F(TaskHandleTest, ATaskThatAwaitsItself_WaitsUntilItIsCancelled_ThenNothingIsLeft) {
  std::optional<JoinHandle<Counted>> handle(spawn());
  strings_.keep_waker = false;
  strings_.in_poll = [&](Context& cx) { EXPECT_TRUE(handle->poll(cx).is_pending()); };
  EXPECT_EQ(yard_.step(), Ran::waits);
  handle->abort();
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(strings_.futures.live(), 0u);
  EXPECT_TRUE(handle->is_finished());
}

// ---- what arrives
// --------------------------------------------------------------------------------------------

template <class T>
auto result_of(Yard& yard, Task<T> task) {
  auto handle = std::move(task).into_join_handle();
  (void)yard.step();
  CountingTask joiner;
  return joiner.poll(handle).value();
}

// An expected failure is a value like any other.
Async<std::expected<std::string, std::string>> slice(int slices) {
  if (slices == 0) co_return std::unexpected("no bread");
  co_return std::string("toast");
}

TEST_F(TaskHandleTest, OutputsOfAllKinds_Arrive) {
  EXPECT_TRUE(result_of(yard_, yard_.spawn(ready())).has_value());
  EXPECT_EQ(**result_of(yard_, yard_.spawn(ready(std::make_unique<int>(5)))), 5);
  EXPECT_EQ(*result_of(yard_, yard_.spawn(ready(std::string("toast")))), "toast");
  EXPECT_EQ(result_of(yard_, yard_.spawn(ready(std::optional<int>())))->has_value(), false);
  EXPECT_EQ(result_of(yard_, yard_.spawn(slice, 3))->value(), "toast");
  EXPECT_EQ(result_of(yard_, yard_.spawn(slice, 0))->error(), "no bread");
  EXPECT_TRUE(result_of(yard_, yard_.spawn(ready(JoinError::cancelled()))).has_value());
}

TEST_F(TaskHandleTest, TheOutput_IsMovedOutOnce) {
  auto handle = spawn();
  strings_.finish = true;
  (void)yard_.step();
  EXPECT_EQ(strings_.outputs.live(), 1u);
  CountingTask joiner;
  {
    auto answer = joiner.poll(handle);
    EXPECT_EQ(strings_.outputs.live(), 1u);
  }
  EXPECT_EQ(strings_.outputs.made, 1u);
  EXPECT_EQ(strings_.outputs.ended, 1u);
}

// Each move is counted down; the last one throws.
class Fragile {
 public:
  explicit Fragile(int moves) : moves_(moves) {}
  Fragile(Fragile&& other) : moves_(other.moves_ - 1) {
    if (moves_ < 0) throw std::runtime_error("broken on the way");
  }
  Fragile& operator=(Fragile&&) = delete;

 private:
  int moves_;
};

// Predict: wherever on its way from the future to the joiner the output breaks, the joiner hears of it.
TEST_F(TaskHandleTest, AnOutputWhoseMoveThrows_ArrivesAsThatException_WhereverItBreaks) {
  int broke_in_the_task = 0, broke_at_the_joiner = 0, arrived = 0;
  for (int moves = 0; moves < 30; ++moves) {
    auto handle =
        yard_.spawn(poll_fn([moves](Context&) -> Poll<Fragile> { return Ready<Fragile>(Fragile(moves)); }))
            .into_join_handle();
    EXPECT_EQ(yard_.step(), Ran::finished);
    CountingTask joiner;
    try {
      auto answer = joiner.poll(handle);
      ASSERT_TRUE(answer.is_ready());
      if (answer.value().has_value()) {
        ++arrived;
      } else {
        EXPECT_EQ(answer.value().error().message(), "broken on the way");
        ++broke_in_the_task;
      }
    } catch (const std::runtime_error&) {
      ++broke_at_the_joiner;
    }
  }
  EXPECT_GT(broke_in_the_task, 0);
  EXPECT_GT(broke_at_the_joiner, 0);
  EXPECT_GT(arrived, 0);
}

// As with wakes: no mutex orders the two threads, only the state word. ThreadSanitizer reports it if it does
// not.
TEST_F(TaskHandleTest, WhatTheRunWroteBeforeItEnded_IsSeenByWhoeverFindsItDone) {
  const Deadline deadline("the task never finished");
  auto made = make_task([] { return ready(std::string("a text that is too long for the string itself")); },
                        [](Runnable) {});
  auto handle = std::move(made.task).into_join_handle();
  base::Thread worker([runnable = std::move(made.runnable)]() mutable { (void)std::move(runnable).run(); });
  Context nobody(Waker::noop());
  for (;;) {  // spins: a parker would order the threads by its mutex
    auto answer = handle.poll(nobody);
    if (answer.is_pending()) continue;
    EXPECT_EQ(answer.value().value(), "a text that is too long for the string itself");
    break;
  }
}

}  // namespace

// runnable_test.cpp -- what one run of a task does, and what becomes of a Runnable that nobody runs.
#include "common/task/runnable.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

#include "common/future/tests/counting_waker.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

class RunnableTest : public testing::Test {
 protected:
  auto spawn() {
    return yard_.spawn([this] { return Puppet(strings_); });
  }
  Yard yard_;
  Strings strings_;
};

// Question: what does one run say about the task? Predict the four answers. Break in `Runnable::run`.
TEST_F(RunnableTest, Run_SaysWhatCameOfThePoll) {
  auto task = spawn();
  EXPECT_EQ(yard_.step(), Ran::waits);  // pending; strings_.waker is the way back
  EXPECT_TRUE(yard_.queue.is_empty());

  strings_.waker.wake_by_ref();
  EXPECT_EQ(yard_.schedules, 1u);
  strings_.in_poll = [](Context& cx) { cx.waker().wake_by_ref(); };
  EXPECT_EQ(yard_.step(), Ran::woken);  // it woke itself in its poll: back to the queue's end
  EXPECT_EQ(yard_.schedules, 2u);

  strings_.in_poll = [](Context&) {};
  strings_.finish = true;
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_EQ(strings_.polls, 3u);
  EXPECT_EQ(strings_.futures.ended, 1u);

  Strings other;
  auto cancelled = yard_.spawn([&] { return Puppet(other); });
  cancelled.cancel();
  EXPECT_EQ(yard_.step(), Ran::cancelled);
  EXPECT_EQ(other.polls, 0u);
  EXPECT_EQ(other.futures.ended, 1u);
}

TEST_F(RunnableTest, Run_OfATaskThatThrows_IsFinished) {
  auto task = spawn();
  strings_.fail_with = "burnt";
  EXPECT_EQ(yard_.step(), Ran::finished);
  EXPECT_TRUE(task.is_finished());
}

// Predict: a run queue is thrown away with a task in it. Does whoever awaits that task wait for ever?
TEST_F(RunnableTest, DroppedUnrun_DestroysTheFutureThereAndTellsTheJoiner) {
  auto made = make_task([this] { return Puppet(strings_); }, yard_.schedule());
  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(made.task).is_pending());
  {
    const Runnable dropped = std::move(made.runnable);
    EXPECT_EQ(strings_.futures.ended, 0u);
  }
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(strings_.polls, 0u);
  EXPECT_EQ(joiner.take_wakes(), 1u);
  EXPECT_THROW((void)joiner.poll(made.task), TaskCancelled);
  EXPECT_EQ(yard_.schedules, 0u);
}

TEST_F(RunnableTest, DroppedUnrunAfterAWake_DestroysTheFutureThere) {
  auto task = spawn();
  EXPECT_EQ(yard_.step(), Ran::waits);
  strings_.waker.wake_by_ref();
  (void)yard_.queue.pop();
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_TRUE(task.is_finished());
}

// An executor that has closed: its schedule function drops every Runnable.
TEST_F(RunnableTest, AScheduleFunctionThatDropsTheRunnable_CancelsInsideTheWake) {
  auto made = make_task([this] { return Puppet(strings_); }, [](Runnable) {});
  EXPECT_EQ(std::move(made.runnable).run(), Ran::waits);
  strings_.waker.wake_by_ref();
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_TRUE(made.task.is_finished());
  strings_.waker.wake_by_ref();  // nothing left to do
  EXPECT_EQ(strings_.polls, 1u);
}

TEST_F(RunnableTest, AScheduleFunctionThatDropsTheRunnable_CancelsATaskThatWokeItself) {
  auto made = make_task([this] { return Puppet(strings_); }, [](Runnable) {});
  strings_.in_poll = [](Context& cx) { cx.waker().wake_by_ref(); };
  EXPECT_EQ(std::move(made.runnable).run(), Ran::woken);  // scheduled, and the schedule function ended it
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_TRUE(made.task.is_finished());
}

// The schedule function runs the task in the call that wakes it: the wake returns after the poll.
TEST_F(RunnableTest, AScheduleFunctionThatRunsInline_PollsInsideTheWake) {
  auto made =
      make_task([this] { return Puppet(strings_); }, [](Runnable next) { (void)std::move(next).run(); });
  EXPECT_EQ(std::move(made.runnable).run(), Ran::waits);
  strings_.waker.wake_by_ref();
  EXPECT_EQ(strings_.polls, 2u);

  strings_.finish = true;
  std::move(strings_.waker).wake();  // the last waker, used up while the task ends inside it
  EXPECT_EQ(strings_.polls, 3u);
  EXPECT_TRUE(made.task.is_finished());
  EXPECT_EQ(strings_.outputs.live(), 1u);
}

TEST_F(RunnableTest, AScheduleFunctionThatRunsInline_LetsATaskThatWakesItselfFinish) {
  auto made =
      make_task([this] { return Puppet(strings_); }, [](Runnable next) { (void)std::move(next).run(); });
  strings_.in_poll = [this](Context& cx) {
    cx.waker().wake_by_ref();
    strings_.finish = strings_.polls == 100;
  };
  (void)std::move(made.runnable).run();
  EXPECT_EQ(strings_.polls, 100u);
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_TRUE(made.task.is_finished());
}

TEST_F(RunnableTest, AScheduleFunctionThatRunsInline_DestroysACancelledFutureInsideTheCancel) {
  auto made =
      make_task([this] { return Puppet(strings_); }, [](Runnable next) { (void)std::move(next).run(); });
  EXPECT_EQ(std::move(made.runnable).run(), Ran::waits);
  made.task.cancel();
  EXPECT_EQ(strings_.futures.ended, 1u);
}

// Predict: the last waker goes, so the schedule function runs the task to its end. It lives in that task.
// Break in `TaskHeader::schedule_counted`.
TEST_F(RunnableTest, AScheduleFunctionThatEndsItsOwnTask_LivesUntilItReturns) {
  Counts functions;
  std::size_t live_after_the_run = 0;
  auto made = make_task([this] { return Puppet(strings_); },
                        [&, life = Counted(functions)](Runnable next) {
                          EXPECT_EQ(std::move(next).run(), Ran::cancelled);
                          live_after_the_run = functions.live();
                        });
  EXPECT_EQ(std::move(made.runnable).run(), Ran::waits);
  std::move(made.task).detach();
  strings_.waker = Waker();
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(live_after_the_run, 1u);
  EXPECT_EQ(functions.live(), 0u);
}

TEST_F(RunnableTest, TheScheduleFunction_LivesUntilTheLastReferenceIsGone) {
  Counts functions;
  {
    Waker waker;
    {
      auto made = make_task([this] { return Puppet(strings_); },
                            [life = Counted(functions)](Runnable) { (void)life; });
      strings_.in_poll = [&](Context& cx) { waker = cx.waker().clone(); };
      strings_.finish = true;
      (void)std::move(made.runnable).run();
    }
    EXPECT_EQ(functions.ended, 0u);  // the waker may still ask the task whether it is to be scheduled
  }
  EXPECT_EQ(functions.ended, 1u);
}

// The destructor of the future is part of the run: whatever it does to its own task must not start another
// one.
TEST_F(RunnableTest, ADestructorThatWakesItsOwnTask_IsWithoutEffect) {
  for (const bool cancelled : {true, false}) {
    Strings strings;
    auto task = yard_.spawn([&] { return Puppet(strings); });
    strings.in_poll = [&](Context& cx) { strings.waker = cx.waker().clone(); };
    EXPECT_EQ(yard_.step(), Ran::waits);
    strings.in_destructor = [&] { std::move(strings.waker).wake(); };
    strings.waker.wake_by_ref();
    if (cancelled) {
      task.cancel();
    } else {
      strings.in_poll = [](Context&) {};
      strings.finish = true;
    }
    const std::size_t schedules = yard_.schedules;
    EXPECT_EQ(yard_.step(), cancelled ? Ran::cancelled : Ran::finished);
    EXPECT_EQ(yard_.schedules, schedules);
    EXPECT_TRUE(yard_.queue.is_empty());
    EXPECT_EQ(strings.futures.ended, 1u);
  }
}

TEST_F(RunnableTest, ADestructorThatDropsItsOwnTask_IsWithoutEffect) {
  for (const bool finishes : {true, false}) {
    Strings strings;
    std::optional<Task<Counted>> task(yard_.spawn([&] { return Puppet(strings); }));
    strings.in_destructor = [&] { task.reset(); };
    strings.finish = finishes;
    EXPECT_EQ(yard_.step(), finishes ? Ran::finished : Ran::waits);
    if (!finishes) {
      task->cancel();
      EXPECT_EQ(yard_.step(), Ran::cancelled);
    }
    EXPECT_TRUE(yard_.queue.is_empty());
    EXPECT_EQ(strings.futures.ended, 1u);
    EXPECT_EQ(strings.outputs.live(), 0u);
  }
}

struct ThrowsWhenDropped {
  using Output = void;
  ~ThrowsWhenDropped() noexcept(false) { throw std::runtime_error("from a destructor"); }
  Poll<void> poll(Context&) { return Ready(); }
};

TEST(RunnableDeathTest, AFutureWhoseDestructorThrows_StopsTheProgram) {
  EXPECT_DEATH(
      {
        auto made = make_task([] { return ThrowsWhenDropped(); }, [](Runnable) {});
        (void)std::move(made.runnable).run();
      },
      "");
}

TEST(RunnableDeathTest, AScheduleFunctionThatThrows_StopsTheProgram) {
  EXPECT_DEATH(
      {
        auto made =
            make_task([] { return yield_now(); }, [](Runnable) { throw std::runtime_error("queue full"); });
        (void)std::move(made.runnable).run();
      },
      "");
}

}  // namespace

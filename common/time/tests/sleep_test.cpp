// sleep_test.cpp -- sleep(): when it is ready, whom it wakes, and that dropping it leaves nothing behind.
#include "common/time/sleep.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Ran = Runnable::Ran;

// Read this one first.
// Question: two coroutines sleep, 10 s and 3 s. How often is each polled until both are done?
// Predict the number of steps. Break in `Sleep::poll`, and look at `timer_.deadline`.
TEST(SleepTest, TwoSleepers_ArePolledTwiceEachAndTheShorterFirst) {
  PausedClock clock;  // one thread, which never blocks: time moves when the test says so
  ManualExecutor executor;
  std::vector<std::string> log;
  const auto sleeper = [&log](std::string name, Duration duration) -> Async<> {
    co_await sleep(duration);
    log.push_back(name);
  };
  auto kettle = executor.spawn(sleeper, "kettle", 10s);
  auto mug = executor.spawn(sleeper, "mug", 3s);

  EXPECT_EQ(executor.run_until_stalled(), 2u);  // each found that its time has not come, and left its waker
  EXPECT_EQ(executor.queued(), 0u);             // nobody is polled in vain meanwhile

  clock.advance(3s - 1ns);
  EXPECT_EQ(executor.queued(), 0u);
  clock.advance(1ns);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(log, (std::vector<std::string>{"mug"}));

  clock.advance(7s);
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_EQ(log, (std::vector<std::string>{"mug", "kettle"}));
  EXPECT_EQ(now(), Instant(10s));
  EXPECT_TRUE(kettle.is_finished() && mug.is_finished());
}

TEST(SleepTest, Deadline_CountsFromTheCallNotFromTheFirstPoll) {
  PausedClock clock;
  auto slept = sleep(2s);
  clock.advance(2s);
  CountingWaker counted;
  const Waker waker = counted.waker();
  Context cx(waker);
  EXPECT_TRUE(slept.poll(cx).is_ready());
}

TEST(SleepTest, NothingOrLessToWaitFor_IsReadyAtOnce) {
  PausedClock clock;
  Context cx(Waker::noop());
  EXPECT_TRUE(sleep(0s).poll(cx).is_ready());
  EXPECT_TRUE(sleep(-5s).poll(cx).is_ready());
  EXPECT_EQ(sleep(Duration::max()).deadline(), Instant::max());
}

TEST(SleepTest, PollWithAnotherWaker_WakesTheLatestAlone) {
  PausedClock clock;
  CountingWaker first, second;
  auto slept = sleep(1s);
  {
    const Waker a = first.waker(), b = second.waker();
    Context with_a(a), with_b(b);
    EXPECT_TRUE(slept.poll(with_a).is_pending());
    EXPECT_TRUE(slept.poll(with_b).is_pending());
  }
  EXPECT_EQ(first.live(), 0u);  // its clone is gone already
  clock.advance(1s);
  EXPECT_EQ(first.woken(), 0u);
  EXPECT_EQ(second.woken(), 1u);
}

TEST(SleepTest, DroppedWhileItWaits_LeavesNoTimerAndNoWaker) {
  PausedClock clock;
  CountingWaker counted;
  {
    auto slept = sleep(1s);
    const Waker waker = counted.waker();
    Context cx(waker);
    EXPECT_TRUE(slept.poll(cx).is_pending());
  }
  EXPECT_EQ(counted.live(), 0u);
  EXPECT_FALSE(clock.advance_to_next());
}

TEST(SleepTest, DroppedAfterItWasFired_IsFine) {
  PausedClock clock;
  CountingWaker counted;
  {
    auto slept = sleep(1s);
    const Waker waker = counted.waker();
    Context cx(waker);
    EXPECT_TRUE(slept.poll(cx).is_pending());
    clock.advance(1s);
    EXPECT_EQ(counted.woken(), 1u);
  }
  EXPECT_EQ(counted.live(), 0u);
}

TEST(SleepTest, ReadyByAPollThatWasNotWoken_TakesTheTimerAway) {
  PausedClock clock;
  CountingWaker counted;
  auto slept = sleep(1s);
  auto longer = sleep(2s);
  const Waker waker = counted.waker();
  Context cx(waker);
  EXPECT_TRUE(slept.poll(cx).is_pending());
  blocking_sleep(1s);  // this thread takes part: the clock moves by itself, and fires it
  EXPECT_EQ(counted.woken(), 1u);
  EXPECT_TRUE(slept.poll(cx).is_ready());
  EXPECT_TRUE(longer.poll(cx).is_pending());
  EXPECT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now(), Instant(2s));
  EXPECT_FALSE(clock.advance_to_next());
}

TEST(SleepTest, OnceItIsReady_ItHoldsNoWaker) {
  PausedClock clock;
  CountingWaker counted;
  auto first = sleep(1s), slept = sleep(1s);
  const Waker waker = counted.waker();
  Context cx(waker), nobody(Waker::noop());
  EXPECT_TRUE(first.poll(nobody).is_pending());
  EXPECT_TRUE(slept.poll(cx).is_pending());
  EXPECT_TRUE(clock.advance_to_next());  // fires the first one alone
  EXPECT_TRUE(slept.poll(cx).is_ready());
  EXPECT_EQ(counted.live(), 1u);  // `waker`
}

TEST(SleepTest, MovedBeforeItsFirstPoll_Works) {
  PausedClock clock;
  auto slept = sleep(1s);
  auto moved = std::move(slept);
  block_on(moved);
  EXPECT_EQ(now(), Instant(1s));
}

TEST(SleepTest, IsElapsed_OnceItsTimeHasComeWhetherOrNotItWasPolled) {
  PausedClock clock;
  auto slept = sleep(1s);
  EXPECT_FALSE(slept.is_elapsed());
  clock.advance(1s - 1ns);
  EXPECT_FALSE(slept.is_elapsed());
  clock.advance(1ns);
  EXPECT_TRUE(slept.is_elapsed());
}

// Question: it waits for 10 s and is reset, to 3 s and then to 5 s. Who wakes the task, when, and how often?
TEST(SleepTest, ResetWhileItWaits_WakesOnceAsTheLastDeadlineSays) {
  PausedClock clock;
  CountingTask task;
  auto slept = sleep(10s);
  EXPECT_TRUE(task.poll(slept).is_pending());
  slept.reset(Instant(3s));
  slept.reset(Instant(5s));
  EXPECT_EQ(slept.deadline(), Instant(5s));
  EXPECT_EQ(task.clones(), 1u);  // no poll in between, and no other waker
  clock.advance(4s);
  EXPECT_EQ(task.take_wakes(), 0u);
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(slept).is_ready());
  clock.advance(10s);
  EXPECT_EQ(task.take_wakes(), 0u);
}

TEST(SleepTest, ResetToLater_IsNotWokenAtTheOldDeadline) {
  PausedClock clock;
  CountingTask task;
  auto slept = sleep(1s);
  EXPECT_TRUE(task.poll(slept).is_pending());
  slept.reset(Instant(2s));
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_TRUE(task.poll(slept).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
}

TEST(SleepTest, ResetToThePastWhileItWaits_WakesAtOnce) {
  PausedClock clock;
  CountingTask task;
  clock.advance(5s);
  auto slept = sleep(1s);
  EXPECT_TRUE(task.poll(slept).is_pending());
  slept.reset(Instant(2s));
  clock.advance(0s);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(slept).is_ready());
  EXPECT_EQ(now(), Instant(5s));
}

TEST(SleepTest, ResetBeforeAFirstPollOrAfterItWasReady_IsANewSleep) {
  PausedClock clock;
  CountingTask task;
  auto slept = sleep(1s);
  slept.reset(Instant(2s));
  EXPECT_FALSE(clock.advance_to_next());  // nobody waits yet
  clock.advance(1s);
  EXPECT_TRUE(task.poll(slept).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(slept).is_ready());
  slept.reset(Instant(3s));
  EXPECT_TRUE(task.poll(slept).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(slept).is_ready());
}

// Fired, woken, and not polled yet: the wake is on its way, and that poll finds the new deadline.
TEST(SleepTest, ResetAfterItWasFired_WaitsAgainFromItsNextPoll) {
  PausedClock clock;
  CountingTask task;
  auto slept = sleep(1s);
  EXPECT_TRUE(task.poll(slept).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  slept.reset(Instant(2s));
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_TRUE(task.poll(slept).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(slept).is_ready());
}

TEST(SleepTest, SpentBudget_PutsItOffWithAWakeAndWithoutATimer) {
  PausedClock clock;
  CountingTask task;
  auto ready = sleep(0s), waits = sleep(1s);
  {
    const Budget::Scope spent(0);
    EXPECT_TRUE(task.poll(ready).is_pending());
    EXPECT_TRUE(task.poll(waits).is_pending());
  }
  EXPECT_EQ(task.take_wakes(), 2u);
  EXPECT_FALSE(clock.advance_to_next());
  const Budget::Scope one(1);
  EXPECT_TRUE(task.poll(waits).is_pending());  // waiting costs nothing
  EXPECT_TRUE(Budget::has_any_left());
  EXPECT_TRUE(task.poll(ready).is_ready());
  EXPECT_FALSE(Budget::has_any_left());
}

TEST(SleepTest, BlockingSleepOfATaskWithoutBudget_EndsAllTheSame) {
  const Deadline deadline("a blocked thread has no turn to wait for");
  PausedClock clock;
  const Budget::Scope spent(0);
  blocking_sleep(1s);
  EXPECT_EQ(now(), Instant(1s));
}

// The second breakfast of chapter 2 depends on it: both are over in one poll.
TEST(SleepTest, TwoOfOneDeadlineInOneTask_AreReadyInTheSamePoll) {
  PausedClock clock;
  ManualExecutor executor;
  auto task = executor.spawn([]() -> Async<> {
    auto kettle = sleep(10s), toaster = sleep(10s);
    (void)co_await join(std::move(kettle), std::move(toaster));
  });
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_TRUE(clock.advance_to_next());
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_TRUE(task.is_finished());
  EXPECT_FALSE(clock.advance_to_next());
}

}  // namespace

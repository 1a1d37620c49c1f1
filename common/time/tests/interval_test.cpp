// interval_test.cpp -- interval(): the rhythm, the three rules for missed ticks, resets, and ticks that are dropped.
#include "common/time/interval.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/tests/at.hpp"
#include "common/time/timeout.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using enum MissedTickBehavior;

// When each tick was planned, and when it was there.
struct Ticks {
  std::vector<Duration> planned, there;

  void take(Interval& every) {
    planned.push_back(block_on(every.tick()).time_since_epoch());
    there.push_back(now().time_since_epoch());
  }
};

using Durations = std::vector<Duration>;

// A worker that does its work for `late` after the first tick, and then asks for `more` at once.
Ticks late_worker(MissedTickBehavior behavior, Duration late, int more) {
  PausedClock clock;  // this thread takes part: time moves when it waits
  Ticks ticks;
  auto every = interval(50ms);
  every.set_missed_tick_behavior(behavior);
  ticks.take(every);
  blocking_sleep(late);
  for (int i = 0; i < more; ++i) ticks.take(every);
  return ticks;
}

// Read these three first.
// Question: a tick is due every 50 ms, and the worker is away from 0 to 200 ms. When do the next five ticks come?
// Predict `there` for each rule. Break in `Interval::after`.
TEST(IntervalTest, Burst_CatchesUpWithoutAPause) {
  const Ticks ticks = late_worker(burst, 200ms, 6);
  EXPECT_EQ(ticks.planned, (Durations{0ms, 50ms, 100ms, 150ms, 200ms, 250ms, 300ms}));
  EXPECT_EQ(ticks.there, (Durations{0ms, 200ms, 200ms, 200ms, 200ms, 250ms, 300ms}));
}

TEST(IntervalTest, Delay_CountsFromTheTickThatWasLate) {
  const Ticks ticks = late_worker(delay, 210ms, 3);
  EXPECT_EQ(ticks.planned, (Durations{0ms, 50ms, 260ms, 310ms}));
  EXPECT_EQ(ticks.there, (Durations{0ms, 210ms, 260ms, 310ms}));
}

TEST(IntervalTest, Skip_GoesOnAtTheNextMultiple) {
  const Ticks ticks = late_worker(skip, 210ms, 3);
  EXPECT_EQ(ticks.planned, (Durations{0ms, 50ms, 250ms, 300ms}));
  EXPECT_EQ(ticks.there, (Durations{0ms, 210ms, 250ms, 300ms}));
}

// A multiple of the period, to the nanosecond: it is taken by the late tick, so delay and skip say the same.
TEST(IntervalTest, LateByWholePeriods_DelayAndSkipGiveOneTickForAll) {
  for (const auto behavior : {delay, skip}) {
    const Ticks ticks = late_worker(behavior, 200ms, 3);
    EXPECT_EQ(ticks.planned, (Durations{0ms, 50ms, 250ms, 300ms}));
    EXPECT_EQ(ticks.there, (Durations{0ms, 200ms, 250ms, 300ms}));
  }
}

TEST(IntervalTest, LateByAPeriodAndAHalf_EachRuleDiffers) {
  EXPECT_EQ(late_worker(burst, 75ms, 3).there, (Durations{0ms, 75ms, 100ms, 150ms}));
  EXPECT_EQ(late_worker(delay, 75ms, 3).there, (Durations{0ms, 75ms, 125ms, 175ms}));
  EXPECT_EQ(late_worker(skip, 75ms, 3).there, (Durations{0ms, 75ms, 100ms, 150ms}));
  EXPECT_EQ(late_worker(burst, 125ms, 3).there, (Durations{0ms, 125ms, 125ms, 150ms}));
  EXPECT_EQ(late_worker(delay, 125ms, 3).there, (Durations{0ms, 125ms, 175ms, 225ms}));
  EXPECT_EQ(late_worker(skip, 125ms, 3).there, (Durations{0ms, 125ms, 150ms, 200ms}));
}

// Clocks are late themselves: were a millisecond a missed tick, `delay` would lose one at each.
TEST(IntervalTest, LittleLate_IsOnTime) {
  EXPECT_EQ(late_worker(delay, 55ms, 2).planned, (Durations{0ms, 50ms, 100ms}));
  EXPECT_EQ(late_worker(delay, 55ms + 1ns, 2).planned, (Durations{0ms, 50ms, 105ms + 1ns}));
}

TEST(IntervalTest, WorkerInTime_HearsEachMultipleWhateverTheRule) {
  for (const auto behavior : {burst, delay, skip}) {
    PausedClock clock;
    auto every = interval(50ms);
    every.set_missed_tick_behavior(behavior);
    Ticks ticks;
    for (int i = 0; i < 4; ++i) {
      ticks.take(every);
      blocking_sleep(49ms);
    }
    EXPECT_EQ(ticks.planned, (Durations{0ms, 50ms, 100ms, 150ms}));
    EXPECT_EQ(ticks.there, ticks.planned);
  }
}

TEST(IntervalTest, Start_IsWhenTheFirstTickComes) {
  PausedClock clock;
  auto every = interval_at(at(1s), 10s);
  Ticks ticks;
  for (int i = 0; i < 3; ++i) ticks.take(every);
  EXPECT_EQ(ticks.there, (Durations{1s, 11s, 21s}));

  auto long_ago = interval_at(at(0s), 10s);  // it is 21 s
  Ticks missed;
  for (int i = 0; i < 4; ++i) missed.take(long_ago);
  EXPECT_EQ(missed.planned, (Durations{0s, 10s, 20s, 30s}));
  EXPECT_EQ(missed.there, (Durations{21s, 21s, 21s, 30s}));
}

TEST(IntervalTest, Settings_AreReadBack) {
  PausedClock clock;
  auto every = interval(50ms);
  EXPECT_EQ(every.period(), 50ms);
  EXPECT_EQ(every.missed_tick_behavior(), burst);
  every.set_missed_tick_behavior(skip);
  EXPECT_EQ(every.missed_tick_behavior(), skip);
}

TEST(IntervalTest, PeriodOfNothing_IsRefusedAndTheMessageSaysWhatIsAllowed) {
  PausedClock clock;
  for (const Duration period : {Duration(0s), Duration(-1ns)}) {
    EXPECT_THROW((void)interval(period), std::invalid_argument);
    try {
      (void)interval_at(at(1s), period);
      ADD_FAILURE() << "was not refused";
    } catch (const std::invalid_argument& refused) {
      EXPECT_STREQ(refused.what(), "the period of an interval is at least 1 ns");
    }
  }
}

TEST(IntervalTest, Resets_SayWhenTheNextTickComes) {
  PausedClock clock;
  auto every = interval(10s);
  Ticks ticks;
  ticks.take(every);
  blocking_sleep(4s);
  every.reset();  // a period from now
  ticks.take(every);
  every.reset_immediately();
  ticks.take(every);
  every.reset_after(1s);
  ticks.take(every);
  every.reset_at(at(17s));
  ticks.take(every);
  ticks.take(every);
  EXPECT_EQ(ticks.there, (Durations{0s, 14s, 14s, 15s, 17s, 27s}));
}

TEST(IntervalTest, ResetWhileATickWaits_WakesItAsTheNewPlanSays) {
  PausedClock clock;
  auto every = interval(10s);
  CountingTask task;
  EXPECT_EQ(block_on(every.tick()), at(0s));
  auto tick = every.tick();
  EXPECT_TRUE(task.poll(tick).is_pending());
  every.reset_after(3s);
  clock.advance(3s);
  EXPECT_EQ(task.take_wakes(), 1u);
  auto answer = task.poll(tick);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(answer.value(), at(3s));
  EXPECT_EQ(block_on(every.tick()), at(13s));
}

TEST(IntervalTest, DroppedTick_LosesNothingAndLeavesNothing) {
  PausedClock clock;
  auto every = interval(10s);
  CountingTask task;
  {
    auto before_its_first_poll = every.tick();
  }
  EXPECT_EQ(block_on(every.tick()), at(0s));
  {
    auto waits = every.tick();
    EXPECT_TRUE(task.poll(waits).is_pending());
    EXPECT_EQ(task.kept_wakers(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_FALSE(clock.advance_to_next());  // nobody is woken for it
  {
    auto woken = every.tick();
    EXPECT_TRUE(task.poll(woken).is_pending());
    clock.advance(10s);
    EXPECT_EQ(task.take_wakes(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  auto again = every.tick();
  auto answer = task.poll(again);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(answer.value(), at(10s));
}

TEST(IntervalTest, TickThatATimeoutGaveUp_ComesInItsTime) {
  PausedClock clock;
  auto every = interval(10s);
  (void)block_on(every.tick());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(block_on(timeout(3s, [&] { return every.tick(); })));
  EXPECT_EQ(now(), at(9s));
  EXPECT_EQ(block_on(every.tick()), at(10s));
  EXPECT_EQ(now(), at(10s));
}

TEST(IntervalTest, InACoroutine_ItTicks) {
  PausedClock clock;
  ManualExecutor executor;
  int ticks = 0;
  auto task = executor.spawn([&ticks]() -> Async<> {
    auto every = interval(1s);
    for (int i = 0; i < 5; ++i) {
      co_await every.tick();
      ++ticks;
    }
  });
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_EQ(ticks, 1);
  for (int i = 2; i <= 5; ++i) {
    clock.advance(1s);
    EXPECT_EQ(executor.run_until_stalled(), 1u);
    EXPECT_EQ(ticks, i);
  }
  EXPECT_TRUE(task.is_finished());
}

TEST(IntervalTest, MovedBetweenTicks_KeepsItsPlan) {
  PausedClock clock;
  auto every = interval(10s);
  (void)block_on(every.tick());
  (void)block_on(every.tick());
  auto moved = std::move(every);
  EXPECT_EQ(block_on(moved.tick()), at(20s));
}

TEST(IntervalTest, EndOfTime_IsTheLastTick) {
  PausedClock clock;
  auto every = interval(Duration::max());
  EXPECT_EQ(block_on(every.tick()), at(0s));
  EXPECT_EQ(block_on(every.tick()), Instant::max());
}

TEST(IntervalDeathTest, TwoTicksAtOnce_StopTheProgram) {
  PausedClock clock;
  auto every = interval_at(at(1s), 1s);
  Context cx(Waker::noop());
  auto first = every.tick(), second = every.tick();
  EXPECT_TRUE(first.poll(cx).is_pending());
  EXPECT_DEATH((void)second.poll(cx), "gives one tick at a time");
}

}  // namespace

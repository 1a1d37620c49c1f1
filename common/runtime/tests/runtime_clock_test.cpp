// runtime_clock_test.cpp -- RuntimeClock: timers that somebody else fires; TimelessClock: time without timers.
#include "common/runtime/runtime_clock.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>

#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

class RuntimeClockTest : public testing::Test {
 protected:
  SystemClock under{1000};  // an hour is 3.6 s: nothing here waits
  int news = 0;
  RuntimeClock clock{under, [this] { ++news; }};
  CountingTask task;
};

TEST_F(RuntimeClockTest, TellsTheTimeOfTheOneUnderIt) {
  const Instant before = under.now();
  const Instant told = clock.now();
  EXPECT_GE(told, before);
  EXPECT_LE(told, under.now());
  EXPECT_EQ(clock.of_new_threads(), &under);
}

TEST_F(RuntimeClockTest, WithoutTimers_ThereIsNothingToWaitFor) {
  EXPECT_EQ(clock.time_to_next(), std::nullopt);
  clock.fire_due();
}

TEST_F(RuntimeClockTest, TellsOfATimer_ThatSomebodyMustLookAtEarlier_AndOnlyOfThat) {
  Sleep hour(clock, later(clock.now(), 100h)), day(clock, later(clock.now(), 2400h)),
      minute(clock, later(clock.now(), 20h));
  EXPECT_TRUE(task.poll(hour).is_pending());
  EXPECT_EQ(news, 1);
  EXPECT_TRUE(clock.time_to_next().has_value());
  EXPECT_TRUE(task.poll(day).is_pending());
  EXPECT_EQ(news, 1);
  EXPECT_TRUE(task.poll(minute).is_pending());
  EXPECT_EQ(news, 2);
}

TEST_F(RuntimeClockTest, TimeToNext_IsInRealTime) {
  Sleep hour(clock, later(clock.now(), 100h));
  EXPECT_TRUE(task.poll(hour).is_pending());
  const auto wait = clock.time_to_next();
  ASSERT_TRUE(wait.has_value());
  EXPECT_LE(*wait, 361s);  // a thousandth; the wheel may ask to be looked at earlier
}

TEST_F(RuntimeClockTest, FireDue_WakesWhatIsDue_AndNothingElse) {
  CountingTask later_task;
  Sleep late(clock, later(clock.now(), 1000h));
  EXPECT_TRUE(later_task.poll(late).is_pending());
  std::optional<Sleep> soon;
  Duration time = 1s;
  do {  // again, if this thread was so slow that it is over
    soon.emplace(clock, later(clock.now(), time));
    time *= 2;
  } while (task.poll(*soon).is_ready());
  while (task.take_wakes() == 0) clock.fire_due();
  EXPECT_TRUE(soon->is_elapsed());
  EXPECT_EQ(later_task.take_wakes(), 0u);
}

TEST(TimelessClockTest, RefusesASleepThatWouldWait_AndSaysWhatToDo) {
  PausedClock paused;
  TimelessClock clock(paused);
  const CurrentClock current(clock);
  CountingTask task;
  Sleep over(clock, Instant(0s)), late(clock, Instant(1s));
  EXPECT_TRUE(task.poll(over).is_ready());
  try {
    (void)task.poll(late);
    FAIL() << "nobody would ever wake it";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "this runtime has no timers: build it with enable_time() or enable_all()");
  }
  late.reset(Instant(0s));
  EXPECT_TRUE(task.poll(late).is_ready());
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_EQ(clock.of_new_threads(), &paused);
}

}  // namespace

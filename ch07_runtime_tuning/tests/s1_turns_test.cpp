// s1_turns_test.cpp -- global_queue_interval and event_interval, turn by turn.
#include "ch07_runtime_tuning/s1_turns.hpp"

#include <gtest/gtest.h>

#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

// Read this one first.
// Question: one task is always ready, and another thread spawns two newcomers, one after the other.
// Who has which turn?
// Predict the strings for the intervals 1 to 4. Break in `CurrentThread::next`.
TEST(BuilderTurnsTest, GlobalQueueInterval_GivesEveryNthTurnToTheSharedQueue) {
  const Deadline deadline("the newcomers never had their turn");
  const char* const expected[] = {"", ".N.N", ".N.N", "..N..N", "...N...N"};
  for (const std::uint32_t interval : {1u, 2u, 3u, 4u}) {
    Builder builder = Builder::new_current_thread();
    EXPECT_EQ(turns_with_newcomers(builder.global_queue_interval(interval), 2), expected[interval]);
  }
}

// A worker counts the same way; only how many turns it had before is luck.
TEST(BuilderTurnsTest, GlobalQueueInterval_OfAWorker) {
  const Deadline deadline("the newcomers never had their turn");
  for (const std::uint32_t interval : {2u, 3u, 7u}) {
    Builder builder = Builder::new_multi_thread();
    const std::string turns =
        turns_with_newcomers(builder.worker_threads(1).global_queue_interval(interval), 3);
    EXPECT_EQ(own_turns_between(turns), interval - 1) << turns;
  }
}

TEST(BuilderTurnsTest, Defaults_AreThirtyOneAndSixtyOne) {
  const Deadline deadline("the newcomers never had their turn");
  EXPECT_EQ(own_turns_between(turns_with_newcomers(Builder::new_current_thread(), 2)), 30u);
  Builder builder = Builder::new_multi_thread();
  EXPECT_EQ(own_turns_between(turns_with_newcomers(builder.worker_threads(1), 2)), 60u);
}

// Question: a task sleeps for a millisecond, its neighbour is always ready. When does the
// sleeper have its turn?
// Predict. Break in `CurrentThread::look_at_events`.
TEST(BuilderTurnsTest, EventInterval_IsHowLongADueTimerIsNotSeen) {
  const Deadline deadline("the timer was never seen");
  for (const std::uint32_t interval : {3u, 10u, 61u, 200u}) {
    EXPECT_EQ(own_turns_before_timer(interval), interval);
  }
}

TEST(BuilderTurnsTest, EventInterval_IsAboutRealTimeAlsoUnderAPausedClock) {
  const Deadline deadline("the timer was never seen");
  const PausedClock clock;
  EXPECT_EQ(own_turns_before_timer(20), 20u);
}

}  // namespace
}  // namespace ch07

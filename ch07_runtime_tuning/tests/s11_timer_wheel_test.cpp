// s11_timer_wheel_test.cpp -- a timeout costs the wheel one move, however many others wait.
#include "ch07_runtime_tuning/s11_timer_wheel.hpp"

#include <gtest/gtest.h>

#include "common/time/timer_heap.hpp"
#include "common/time/timer_wheel.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(TimerWheelStepTest, SetAndCancel_IsOneMove_HoweverManyWait) {
  for (const std::size_t standing : {0u, 1'000u, 20'000u}) {
    StandingTimers others(standing, 1);
    TimerWheel wheel;
    others.enter(wheel);
    const auto before = wheel.moves();
    set_and_cancel(wheel, 1'000);
    EXPECT_EQ(wheel.moves() - before, 1'000u) << standing << " others";
    EXPECT_EQ(wheel.size(), standing);
    others.leave(wheel);
    EXPECT_TRUE(wheel.is_empty());
  }
}

// Question: a timer of 5 s lies in the slot of a coarse level. How often is it moved until it is due?
// Predict: 5000 is 1, 14, 8 in digits of 64, one a level. And 64 and 4096 ms, the first of their slot?
// Break in `TimerWheel::turn_to_next_slot`.
TEST(TimerWheelStepTest, TimerThatFires_IsMovedOnceALevel) {
  struct Row {
    std::chrono::milliseconds after;
    std::uint64_t moves;  // into its slot, down from level to level, and out of the last one
  };
  for (const auto& [after, moves] : {Row{1ms, 2}, Row{63ms, 2}, Row{64ms, 2}, Row{65ms, 3}, Row{4096ms, 2},
                                     Row{5s, 4}, Row{3'600'001ms, 5}}) {
    TimerWheel wheel;
    Timer timer{Instant(after)};
    wheel.insert(timer);
    EXPECT_EQ(wheel.moves(), 1u);
    EXPECT_EQ(wheel.pop_due(Instant(after - 1ms)), nullptr);
    EXPECT_EQ(wheel.pop_due(Instant(after)), &timer);
    EXPECT_EQ(wheel.moves(), moves) << after.count() << " ms";
  }
}

template <TimerQueue Queue>
std::vector<Duration> fired_in_order() {
  Queue queue;
  Timer late(Instant(70s)), early(Instant(3ms)), middle(Instant(5s));
  for (Timer* timer : {&late, &early, &middle}) queue.insert(*timer);
  std::vector<Duration> fired;
  while (Timer* const due = queue.pop_due(Instant(100s))) fired.push_back(due->deadline.time_since_epoch());
  return fired;
}

TEST(TimerWheelStepTest, WheelAndHeap_FireInTheSameOrder) {
  EXPECT_EQ(fired_in_order<TimerWheel>(), (std::vector<Duration>{3ms, 5s, 70s}));
  EXPECT_EQ(fired_in_order<TimerHeap>(), fired_in_order<TimerWheel>());
}

}  // namespace
}  // namespace ch07

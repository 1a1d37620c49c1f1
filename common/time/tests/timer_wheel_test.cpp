// timer_wheel_test.cpp -- the wheel's own: levels, coming down, rounding, what is too far; and that it costs O(1).
#include "common/time/timer_wheel.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <vector>

#include "common/task/tests/deadline.hpp"
#include "common/time/tests/at.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

constexpr Duration kYear = 24h * 365;

// Read this one first.
// Question: a timer is due in 5,000 ms. Where does it lie, and how often is it moved until it comes?
// 5,000 is 1, 14, 8 in digits of base 64: level 2, slot 1. Predict when the wheel must be looked at, and how many
// moves there are each time. Break in `TimerWheel::put`.
TEST(TimerWheelTest, TimerOfLevelTwo_ComesDownOneLevelAfterTheOther) {
  TimerWheel wheel;
  Timer timer(at(5000ms));
  wheel.insert(timer);
  EXPECT_EQ(wheel.moves(), 1u);

  EXPECT_EQ(wheel.next(), at(4096ms));  // where slot 1 of level 2 begins
  EXPECT_EQ(wheel.pop_due(at(4095ms)), nullptr);
  EXPECT_EQ(wheel.moves(), 1u);  // time went by, and nobody was touched
  EXPECT_EQ(wheel.pop_due(at(4096ms)), nullptr);
  EXPECT_EQ(wheel.moves(), 2u);

  EXPECT_EQ(wheel.next(), at(4992ms));  // slot 14 of level 1
  EXPECT_EQ(wheel.pop_due(at(4992ms)), nullptr);
  EXPECT_EQ(wheel.moves(), 3u);

  EXPECT_EQ(wheel.next(), at(5000ms));  // slot 8 of level 0: a single tick
  EXPECT_EQ(wheel.pop_due(at(4999ms)), nullptr);
  EXPECT_EQ(wheel.pop_due(at(5000ms)), &timer);
  EXPECT_EQ(wheel.next(), std::nullopt);
}

// Its last 6 * level bits are all ones: on its way down it has a place on each level below.
TEST(TimerWheelTest, EveryLevel_FiresInItsTickAfterOneMoveALevel) {
  std::int64_t ticks = 1;
  for (unsigned level = 0; level < TimerWheel::kLevels; ++level, ticks *= TimerWheel::kSlots) {
    for (const std::int64_t slot : {1, 2, 62, 63}) {
      TimerWheel wheel;
      Timer timer(at(1ms * (slot * ticks + ticks - 1)));  // the last tick of the slot
      wheel.insert(timer);
      EXPECT_EQ(wheel.next(), at(1ms * (slot * ticks))) << "where the slot begins";
      EXPECT_EQ(wheel.pop_due(timer.deadline - 1ns), nullptr) << level << " " << slot;
      EXPECT_EQ(wheel.pop_due(timer.deadline), &timer) << level << " " << slot;
      EXPECT_EQ(wheel.moves(), level + 2) << level << " " << slot << ": in, once a level, due";
    }
  }
}

TEST(TimerWheelTest, Deadline_IsRoundedUpToATick) {
  TimerWheel wheel;
  Timer exact(at(5ms)), just_after(at(5ms + 1ns)), almost_six(at(6ms - 1ns));
  for (Timer* timer : {&just_after, &almost_six, &exact}) wheel.insert(*timer);
  EXPECT_EQ(wheel.next(), at(5ms));
  EXPECT_EQ(wheel.pop_due(at(5ms - 1ns)), nullptr);
  EXPECT_EQ(wheel.pop_due(at(5ms)), &exact);
  EXPECT_EQ(wheel.next(), at(6ms));
  EXPECT_EQ(wheel.pop_due(at(6ms - 1ns)), nullptr);
  EXPECT_EQ(wheel.pop_due(at(6ms)), &just_after);
  EXPECT_EQ(wheel.pop_due(at(6ms)), &almost_six);  // in the order of registration, within one tick
}

TEST(TimerWheelTest, OtherTicks_OnlyChangeTheRounding) {
  TimerWheel coarse(10ms), exact(1ns);
  Timer a(at(11ms)), b(at(11ms + 1ns)), never(Instant::max());
  coarse.insert(a);
  exact.insert(b);
  exact.insert(never);
  EXPECT_EQ(coarse.pop_due(at(20ms - 1ns)), nullptr);
  EXPECT_EQ(coarse.pop_due(at(20ms)), &a);
  EXPECT_EQ(exact.pop_due(at(11ms)), nullptr);
  EXPECT_EQ(exact.pop_due(at(11ms + 1ns)), &b);
  // A jump over 2^27 turns of the wheel is one look, not one a turn.
  EXPECT_EQ(exact.pop_due(Instant::max() - 1ns), nullptr);
  EXPECT_EQ(exact.next(), Instant::max());
  EXPECT_EQ(exact.pop_due(Instant::max()), &never);
}

TEST(TimerWheelTest, TickOfNothing_IsRefused) {
  EXPECT_THROW(TimerWheel(0ms), std::invalid_argument);
  EXPECT_THROW(TimerWheel(-1ms), std::invalid_argument);
}

TEST(TimerWheelTest, BeyondTheLastLevel_ItIsKeptAndLookedAtOnceATurn) {
  const Duration turn = 1ms * (std::int64_t{1} << 36);  // 2.2 years
  TimerWheel wheel;
  Timer next_turn(at(turn)), third_turn(at(2 * turn + 5ms)), never(Instant::max());
  for (Timer* timer : {&never, &third_turn, &next_turn}) wheel.insert(*timer);
  EXPECT_EQ(wheel.next(), at(turn));
  EXPECT_EQ(wheel.pop_due(at(turn - 1ns)), nullptr);
  EXPECT_EQ(wheel.pop_due(at(turn)), &next_turn);
  EXPECT_EQ(wheel.pop_due(at(turn)), nullptr);
  EXPECT_EQ(wheel.next(), at(2 * turn));
  EXPECT_EQ(wheel.pop_due(at(2 * turn)), nullptr);
  EXPECT_EQ(wheel.next(), at(2 * turn + 5ms));
  EXPECT_EQ(wheel.pop_due(at(2 * turn + 5ms)), &third_turn);
  EXPECT_EQ(wheel.pop_due(at(290 * kYear)), nullptr);
  EXPECT_EQ(wheel.pop_due(Instant::max()), &never);
}

TEST(TimerWheelTest, JumpThatEndsBeforeWhatIsFar_DoesNotTakeThePresentThere) {
  TimerWheel wheel;
  Timer far(at(20 * kYear)), between(at(10 * kYear + 1ms));
  wheel.insert(far);
  EXPECT_EQ(wheel.pop_due(at(10 * kYear)), nullptr);
  wheel.insert(between);
  EXPECT_EQ(wheel.pop_due(at(10 * kYear)), nullptr);
  EXPECT_EQ(wheel.next(), at(10 * kYear + 1ms));
  EXPECT_EQ(wheel.pop_due(at(10 * kYear + 1ms)), &between);
  EXPECT_EQ(wheel.pop_due(at(20 * kYear)), &far);
}

TEST(TimerWheelTest, LastTicksOfTime_DoNotOverflow) {
  TimerWheel wheel;
  Timer last(Instant::max()), almost(Instant::max() - 1ns), before(Instant::max() - 2ms);
  for (Timer* timer : {&last, &almost, &before}) wheel.insert(*timer);
  EXPECT_EQ(wheel.pop_due(Instant::max() - 1ns), &before);
  EXPECT_EQ(wheel.pop_due(Instant::max() - 1ns), nullptr);  // not early: their tick ends with time itself
  EXPECT_EQ(wheel.next(), Instant::max());
  EXPECT_EQ(wheel.pop_due(Instant::max()), &last);
  EXPECT_EQ(wheel.pop_due(Instant::max()), &almost);
}

TEST(TimerWheelTest, OneJumpOverEverything_KeepsTheOrderOfTheTicks) {
  TimerWheel wheel;
  std::vector<Duration> waits{1ms, 40ms, 64ms,     100ms, 4s,        5min,
                              3h,  20h,  30 * 24h, kYear, 3 * kYear, 7 * kYear};
  std::deque<Timer> timers;
  for (const Duration wait : waits) timers.emplace_back(at(wait));
  std::mt19937 random(3);
  std::vector<Timer*> shuffled;
  for (Timer& timer : timers) shuffled.push_back(&timer);
  std::ranges::shuffle(shuffled, random);
  for (Timer* timer : shuffled) wheel.insert(*timer);
  for (Timer& timer : timers) EXPECT_EQ(wheel.pop_due(at(100 * kYear)), &timer);
  EXPECT_EQ(wheel.pop_due(at(100 * kYear)), nullptr);
}

TEST(TimerWheelTest, WhatIsPastAlready_IsDueAtOnceBeforeAllElse) {
  TimerWheel wheel;
  Timer next(at(1ms));
  wheel.insert(next);
  EXPECT_EQ(wheel.pop_due(at(24h)), &next);
  EXPECT_EQ(wheel.pop_due(at(24h)), nullptr);
  Timer birth(at(0ms)), before_birth(Instant::min()), hour_ago(at(23h)), present(at(24h)),
      coming(at(24h + 1ms));
  for (Timer* timer : {&coming, &hour_ago, &birth, &before_birth, &present}) wheel.insert(*timer);
  EXPECT_LE(wheel.next(), at(24h));
  for (Timer* timer : {&hour_ago, &birth, &before_birth, &present}) EXPECT_EQ(wheel.pop_due(at(24h)), timer);
  EXPECT_EQ(wheel.pop_due(at(24h)), nullptr);
  EXPECT_EQ(wheel.next(), at(24h + 1ms));
  wheel.remove(coming);
}

// They lie on different levels when they are registered, and have met when they come.
TEST(TimerWheelTest, TimersOfOneTickFromDifferentLevels_ComeInTheOrderOfRegistration) {
  TimerWheel wheel;
  std::deque<Timer> timers;
  for (const Duration now : {0ms, 10ms, 64ms, 4096ms, 4992ms, 4999ms}) {
    EXPECT_EQ(wheel.pop_due(at(now)), nullptr);
    wheel.insert(timers.emplace_back(at(5000ms)));
  }
  for (Timer& timer : timers) EXPECT_EQ(wheel.pop_due(at(5000ms)), &timer);
}

TEST(TimerWheelTest, SlotThatLosesItsLastTimer_IsNotLookedAt) {
  TimerWheel wheel;
  Timer first(at(3ms)), twin(at(3ms)), higher(at(100ms)), far(at(10 * kYear));
  for (Timer* timer : {&first, &twin, &higher, &far}) wheel.insert(*timer);
  wheel.remove(twin);
  EXPECT_EQ(wheel.next(), at(3ms));
  wheel.remove(first);
  EXPECT_EQ(wheel.next(), at(64ms));
  wheel.remove(higher);
  EXPECT_GT(wheel.next(), at(kYear));
  wheel.remove(far);
  EXPECT_EQ(wheel.next(), std::nullopt);
}

// The timers_cancel of the benchmark: timeouts that never come. One change of a list each, whatever else is there.
TEST(TimerWheelTest, AMillionTimersThatComeAndGo_AreMovedOnceEach) {
  TimerWheel wheel;
  std::deque<Timer> others;
  for (int i = 0; i < 1000; ++i) wheel.insert(others.emplace_back(at(10s + i * 7ms)));
  const auto before = wheel.moves();
  Timer timer(at(10s));
  for (int i = 0; i < 1'000'000; ++i) {
    timer.deadline = at(10s + i * 1us);
    wheel.insert(timer);
    wheel.remove(timer);
  }
  EXPECT_EQ(wheel.moves() - before, 1'000'000u);
  for (Timer& other : others) wheel.remove(other);
}

// All in one slot: were a list searched from its beginning, this would take hours.
TEST(TimerWheelTest, HalfAMillionInOneSlot_LeaveFromItsMiddleWithoutASearch) {
  const Deadline deadline("a timer is searched for");
  TimerWheel wheel;
  std::deque<Timer> timers;
  std::vector<Timer*> order;
  for (int i = 0; i < 500'000; ++i) {
    wheel.insert(timers.emplace_back(at(10s)));
    order.push_back(&timers.back());
  }
  std::mt19937 random(5);
  std::ranges::shuffle(order, random);
  for (Timer* timer : order) wheel.remove(*timer);
  EXPECT_TRUE(wheel.is_empty());
  EXPECT_EQ(wheel.moves(), 500'000u);
}

// Question: how often is a timer moved until it comes? Write its tick in digits of base 64, the lowest first. Predict.
// Once for each digit that is not 0, for it has a place only there; and once more, into the list of those that are due.
TEST(TimerWheelTest, TimerThatComes_IsMovedOnceForEachOfItsDigitsThatIsNotZero) {
  struct Case {
    std::vector<std::int64_t> digits;
    std::uint64_t moves;
  };
  for (const auto& [digits, moves] : {Case{{5}, 2}, Case{{0, 1}, 2}, Case{{1, 1}, 3}, Case{{63, 63}, 3},
                                      Case{{8, 14, 1}, 4}, Case{{0, 0, 1}, 2}, Case{{1, 0, 0, 1}, 3},
                                      Case{{0, 0, 0, 0, 0, 63}, 2}, Case{{63, 63, 63, 63, 63, 63}, 7}}) {
    std::int64_t tick = 0;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) tick = tick * 64 + *digit;
    TimerWheel wheel;
    Timer timer(at(1ms * tick));
    wheel.insert(timer);
    while (wheel.pop_due(*wheel.next()) == nullptr) {
    }
    EXPECT_EQ(wheel.moves(), moves) << "tick " << tick;
  }
}

// What a timer's moves are does not depend on the others.
TEST(TimerWheelTest, TimersThatCome_AreMovedAsOftenAsIfEachWereAlone) {
  TimerWheel wheel;
  std::mt19937_64 random(9);
  std::deque<Timer> timers;
  std::uint64_t moves = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto tick = static_cast<std::int64_t>(1 + random() % static_cast<std::uint64_t>(kYear / 1ms));
    wheel.insert(timers.emplace_back(at(1ms * tick)));
    for (moves += 1; tick != 0; tick /= 64) moves += tick % 64 != 0;
  }
  std::size_t fired = 0;
  while (const auto next = wheel.next()) {
    while (wheel.pop_due(*next) != nullptr) ++fired;
  }
  EXPECT_EQ(fired, timers.size());
  EXPECT_EQ(wheel.moves(), moves);
}

}  // namespace

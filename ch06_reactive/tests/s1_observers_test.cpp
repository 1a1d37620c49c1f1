// s1_observers_test.cpp -- heater, heat loss, thermostat and display, step by step on a paused clock.
#include "ch06_reactive/s1_observers.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;

class ObserversTest : public testing::Test {
 protected:
  void desire(int temp) {
    room_->update([temp](Room room) {
      room.desired_temp = static_cast<std::int16_t>(temp);
      return room;
    });
    executor_.run_until_stalled();
  }
  void switch_to(bool on) {
    room_->update([on](Room room) {
      room.heat_on = on;
      return room;
    });
    executor_.run_until_stalled();
  }
  // Timer by timer: all that a timer brings about happens at its moment.
  void pass(Duration time) {
    executor_.run_until_stalled();
    for (; time > 0s; time -= std::min<Duration>(time, 100ms)) {
      clock_.advance(std::min<Duration>(time, 100ms));
      executor_.run_until_stalled();
    }
  }
  [[nodiscard]] int temp() const { return room_->load().temp; }
  [[nodiscard]] bool heat_on() const { return room_->load().heat_on; }

  PausedClock clock_;
  const SharedRoom room_ = std::make_shared<RoomSubject>();
  ManualExecutor executor_;  // last: its tasks end first
};

// Question: the heater is on for two seconds, off for one, and on again. When does the room get warmer?
// Predict: count from which moment? Break in `heater`, after its select.
TEST_F(ObserversTest, HeaterThatWasOff_BeginsItsThreeSecondsAnew) {
  executor_.spawn(heater, room_).detach();
  switch_to(true);
  pass(2s);
  switch_to(false);
  pass(1s);
  switch_to(true);
  pass(2900ms);
  EXPECT_EQ(temp(), 2090);
  pass(100ms);
  EXPECT_EQ(temp(), 2093);
  pass(3s);
  EXPECT_EQ(temp(), 2096);
}

TEST_F(ObserversTest, HeaterThatIsOff_DoesNothingAndIsNotPolled) {
  executor_.spawn(heater, room_).detach();
  executor_.run_until_stalled();
  EXPECT_FALSE(clock_.has_timers());
  pass(1min);
  EXPECT_EQ(temp(), 2090);
}

TEST_F(ObserversTest, HeatLoss_IsAHundredthEveryThreeSeconds) {
  executor_.spawn(heat_loss, room_).detach();
  pass(2900ms);
  EXPECT_EQ(temp(), 2090);
  pass(100ms);
  EXPECT_EQ(temp(), 2089);
  pass(30s);
  EXPECT_EQ(temp(), 2079);
}

TEST_F(ObserversTest, Thermostat_SwitchesBelowAndAboveAndNotAtTheDesiredTemperature) {
  executor_.spawn(thermostat, room_, Duration(0s)).detach();
  executor_.run_until_stalled();
  EXPECT_TRUE(heat_on());
  desire(2090);
  EXPECT_TRUE(heat_on()) << "as warm as desired: no reason to switch";
  desire(2089);
  EXPECT_FALSE(heat_on());
  desire(2090);
  EXPECT_FALSE(heat_on());
  desire(2091);
  EXPECT_TRUE(heat_on());
}

// Question: the thermostat reacts after ten seconds, and after five of them the heat is not wanted any more. Is the
// heater switched on?
// Predict. Break in `switch_heater`: what does it see?
TEST_F(ObserversTest, LateThermostat_DecidesOnTheRoomAsItIsThen) {
  executor_.spawn(thermostat, room_, Duration(10s)).detach();
  pass(5s);
  desire(2000);
  pass(5s);
  EXPECT_FALSE(heat_on());
  pass(1min);
  EXPECT_FALSE(heat_on());
  desire(2100);
  pass(9900ms);
  EXPECT_FALSE(heat_on());
  pass(100ms);
  EXPECT_TRUE(heat_on());
}

TEST_F(ObserversTest, Display_ShowsEachChangeOnce) {
  std::vector<int> shown;
  executor_.spawn(display, room_, [&shown](const Room& room) { shown.push_back(room.temp); }).detach();
  executor_.spawn(heat_loss, room_).detach();
  pass(9s);
  EXPECT_EQ(shown, (std::vector{2089, 2088, 2087}));
  pass(2s);
  EXPECT_EQ(shown.size(), 3u);
}

// Row 6.1's promise: the room becomes as warm as desired, and stays about there.
TEST_F(ObserversTest, Room_BecomesAsWarmAsDesiredAndStaysThere) {
  executor_.spawn(thermostat, room_, Duration(0s)).detach();
  executor_.spawn(heater, room_).detach();
  executor_.spawn(heat_loss, room_).detach();
  pass(15s);
  EXPECT_GE(temp(), 2100);
  for (int i = 0; i < 1000; ++i) {
    pass(1s);
    ASSERT_GE(temp(), 2098);
    ASSERT_LE(temp(), 2103);
  }
}

// Question: between decision and switch somebody wants another temperature. How often is it decided?
// Predict for one change, and for two. Break in `switch_heater`.
TEST(SwitchHeaterTest, StaleDecision_IsMadeAgain) {
  for (const int wanted_meanwhile : {2000, 2200}) {
    RoomSubject room;
    int decisions = 0;
    const bool switched = switch_heater(room, [&] {
      ++decisions;
      room.update([wanted_meanwhile](Room changed) {
        changed.desired_temp = static_cast<std::int16_t>(wanted_meanwhile);
        return changed;
      });
    });
    const bool is_cold = wanted_meanwhile > 2090;
    EXPECT_EQ(switched, is_cold);
    EXPECT_EQ(room.load().heat_on, is_cold);
    EXPECT_EQ(decisions, is_cold ? 2 : 1);
    EXPECT_EQ(room.load().desired_temp, wanted_meanwhile);
  }
}

TEST(SwitchHeaterTest, NothingToDo_ChangesNothing) {
  Room warm;
  warm.temp = 2200;
  RoomSubject room(warm);
  EXPECT_FALSE(switch_heater(room, [] {}));
  EXPECT_EQ(room.load(), warm);
}

}  // namespace
}  // namespace ch06

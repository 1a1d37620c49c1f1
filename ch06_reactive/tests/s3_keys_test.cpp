// s3_keys_test.cpp -- keys change the desired temperature, and the screen shows both at once.
#include "ch06_reactive/s3_keys.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<KeySource> script(const char* keys) {
  return std::make_unique<ScriptedKeys>(parse_script(keys).value());
}

TEST(ApplyTest, UpAndDown_AreHalfADegree) {
  RoomSubject room;
  apply(Key("Up"), room);
  apply(Key("+"), room);
  EXPECT_EQ(room.load().desired_temp, 2200);
  for (const char* const key : {"Down", "-", "-"}) apply(Key(key), room);
  EXPECT_EQ(room.load().desired_temp, 2050);
  apply(Key("x"), room);
  EXPECT_EQ(room.load().desired_temp, 2050);
  EXPECT_EQ(room.load().temp, 2090);
}

TEST(ApplyTest, DesiredTemperature_StaysBetweenFiveAndThirtyFive) {
  RoomSubject room;
  for (int i = 0; i < 1000; ++i) apply(Key("Up"), room);
  EXPECT_EQ(room.load().desired_temp, 3500);
  for (int i = 0; i < 1000; ++i) apply(Key("Down"), room);
  EXPECT_EQ(room.load().desired_temp, 500);
}

// Read this one first.
// Question: the key x changes nothing in the room, and the next heat loss is seconds away. When is x on the screen?
// Predict. Break in `hear_keys`: in which thread is it, and in which was the callback?
TEST(HeatByKeysTest, EachKey_IsOnTheScreenAtOnce) {
  const Deadline deadline("a key never came to the screen");
  const PausedClock clock;
  std::vector<std::pair<Duration, std::string>> shown;
  const Heated heated = heat_by_keys(script("1s,x,500ms,Up,500ms,y,200ms,q,z"), 0s,
                                     [&shown](const Room&, const std::string& input) {
                                       if (!shown.empty() && shown.back().second == input) return;
                                       shown.emplace_back(now().time_since_epoch(), input);
                                     });
  EXPECT_EQ(heated.input, "xUpy");
  EXPECT_EQ(heated.room.desired_temp, 2150);
  EXPECT_EQ(heated.curve.length, 2200ms);
  EXPECT_EQ(shown, (std::vector<std::pair<Duration, std::string>>{
                       {0s, ""}, {1s, "x"}, {1500ms, "xUp"}, {2s, "xUpy"}}));
}

TEST(HeatByKeysTest, NoMoreKeys_EndItAsQDoes) {
  const Deadline deadline("it waits for keys that never come");
  const PausedClock clock;
  const Heated heated = heat_by_keys(script("1s,a,30s"), 0s, [](const Room&, const std::string&) {});
  EXPECT_EQ(heated.input, "a");
  EXPECT_EQ(heated.curve.length, 31s);
  EXPECT_GE(heated.curve.samples.back().room.temp, 2100);
}

TEST(HeatByKeysTest, Delay_IsTheThermostats) {
  const Deadline deadline("a script stands still");
  const PausedClock clock;
  const Heated heated = heat_by_keys(script("20s"), 15s, [](const Room&, const std::string&) {});
  EXPECT_FALSE(heated.curve.at(14s).heat_on);
  EXPECT_TRUE(heated.curve.at(15s).heat_on);
}

class BrokenKeys : public KeySource {
 public:
  std::optional<Key> next() override { throw std::runtime_error("the keyboard has come off"); }
  void stop() noexcept override {}
};

TEST(HeatByKeysTest, SourceThatFails_IsToldByAnException) {
  const Deadline deadline("it waits for keys that never come");
  const PausedClock clock;
  EXPECT_THROW((void)heat_by_keys(std::make_unique<BrokenKeys>(), 0s, [](const Room&, const std::string&) {}),
               std::runtime_error);
}

// The screen is used by two tasks: one for keys, one for the room.
TEST(HeatByKeysTest, ScreenThatFails_IsToldByAnException) {
  const Deadline deadline("it waits for keys that nobody sees");
  const PausedClock clock;
  const auto fails_at_a_key = [](const Room&, const std::string& input) {
    if (!input.empty()) throw std::runtime_error("the screen is dark");
  };
  EXPECT_THROW((void)heat_by_keys(script("1s,x,500s"), 0s, fails_at_a_key), std::runtime_error);
  const auto fails_when_warmer = [](const Room& room, const std::string&) {
    if (room.temp > 2090) throw std::runtime_error("the screen is dark");
  };
  EXPECT_THROW((void)heat_by_keys(script("500s"), 0s, fails_when_warmer), std::runtime_error);
}

}  // namespace
}  // namespace ch06

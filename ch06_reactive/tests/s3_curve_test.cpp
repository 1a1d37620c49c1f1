// s3_curve_test.cpp -- what is recorded, how far it swings, and what a reaction delay does to that.
#include "ch06_reactive/s3_curve.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <vector>

namespace ch06 {
namespace {

using namespace std::chrono_literals;

Sample sample(Duration time, int temp, bool heat_on = false) {
  Room room;
  room.temp = static_cast<std::int16_t>(temp);
  room.heat_on = heat_on;
  return {time, room};
}

TEST(CurveTest, Room_LastsFromItsSampleToTheNext) {
  const Curve curve{.samples = {sample(0s, 2090), sample(3s, 2093), sample(3s, 2092)}, .length = 10s};
  EXPECT_EQ(curve.at(0s).temp, 2090);
  EXPECT_EQ(curve.at(2999ms).temp, 2090);
  EXPECT_EQ(curve.at(3s).temp, 2092);
  EXPECT_EQ(curve.at(1h).temp, 2092);
}

TEST(CurveTest, During_HasTheRoomAtTheBeginningAndEachChange) {
  const Curve curve{.samples = {sample(0s, 2090), sample(3s, 2093), sample(3s, 2092), sample(6s, 2095)},
                    .length = 10s};
  const auto temps = [&curve](Duration from, Duration until) {
    std::vector<int> all;
    for (const Room& room : curve.during(from, until)) all.push_back(room.temp);
    return all;
  };
  EXPECT_EQ(temps(0s, 3s), (std::vector{2090}));
  EXPECT_EQ(temps(2s, 4s), (std::vector{2090, 2093, 2092}));
  EXPECT_EQ(temps(3s, 10s), (std::vector{2092, 2095}));
}

TEST(SwingTest, CountsFromTheFirstMomentThatIsWarmEnough) {
  const Curve curve{
      .samples = {sample(0s, 2000), sample(3s, 2100), sample(6s, 2105), sample(9s, 2098), sample(12s, 2101)}};
  const auto swing = swing_of(curve);
  ASSERT_TRUE(swing);
  EXPECT_EQ(swing->reached, 3s);
  EXPECT_EQ(swing->lowest, 2098);
  EXPECT_EQ(swing->highest, 2105);
  EXPECT_EQ(swing->size(), 7);
}

TEST(SwingTest, RoomThatWasNeverWarm_HasNone) {
  const Curve cold{.samples = {sample(0s, 2000)}};
  EXPECT_FALSE(swing_of(cold));
}

TEST(SimulateTest, IsTheSameAtEveryRun) {
  const auto temps = [] {
    std::vector<std::pair<Duration, int>> all;
    for (const Sample& one : simulate(2min, 5s, {{1min, 2200}}).samples)
      all.emplace_back(one.time, one.room.temp);
    return all;
  };
  const auto first = temps();
  EXPECT_GT(first.size(), 40u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(temps(), first);
}

TEST(SimulateTest, Wish_IsHeardAtItsTime) {
  const Curve curve = simulate(1min, 0s, {{10s, 2200}, {20s, 1900}});
  EXPECT_EQ(curve.at(9999ms).desired_temp, 2100);
  EXPECT_EQ(curve.at(10s).desired_temp, 2200);
  EXPECT_EQ(curve.at(20s).desired_temp, 1900);
  EXPECT_FALSE(curve.at(20s).heat_on);
}

// Question: the thermostat sees the same temperatures, and acts 3, 10 or 30 seconds later. What becomes of the swing?
// Predict: by how much does the room get warmer in the seconds of the delay, and colder? Break in `thermostat`.
TEST(SimulateTest, LongerDelay_MakesABiggerSwing) {
  int before = 0;
  for (const auto delay : {0s, 3s, 10s, 30s, 60s}) {
    const auto swing = swing_of(simulate(15min, delay));
    ASSERT_TRUE(swing);
    EXPECT_GT(swing->size(), before) << delay.count();
    before = swing->size();
    // Two hundredths more for each three seconds that the heater stays on, one less for those that it stays off.
    const int steps = static_cast<int>(delay / 3s) + 1;
    EXPECT_LE(swing->highest, 2100 + 2 * steps + 3) << delay.count();
    EXPECT_GE(swing->lowest, 2100 - steps - 2) << delay.count();
  }
}

}  // namespace
}  // namespace ch06

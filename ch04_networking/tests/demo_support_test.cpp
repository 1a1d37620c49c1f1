// demo_support_test.cpp -- RealTime: whose clock is not hurried by --speed.
#include "ch04_networking/demo_support.hpp"

#include <gtest/gtest.h>

namespace ch04::tests {
namespace {

// The speed of the clock by which a demo's limits go.
int speed_with(const demo::Options& options) {
  const SystemClock of_the_command_line(options.speed);
  const RealTime real_time(options);
  return dynamic_cast<const SystemClock&>(Clock::current()).speed();
}

TEST(RealTimeTest, PeopleAndTheInternet_AreNotHurried) {
  demo::Options options;
  options.texts = {{"url", ""}};
  EXPECT_EQ(speed_with(options), 10) << "a demo that is alone";
  options.texts = {{"url", "http://example.org/"}};
  EXPECT_EQ(speed_with(options), 1);
  options.texts = {{"url", ""}};
  options.interactive = true;
  EXPECT_EQ(speed_with(options), 1);
}

}  // namespace
}  // namespace ch04::tests

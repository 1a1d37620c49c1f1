// demo_support_test.cpp -- whether something took as long as promised.
#include "ch02_futures/demo_support.hpp"

#include <chrono>
#include <gtest/gtest.h>

namespace ch02 {
namespace {

using namespace std::chrono_literals;

TEST(TookTest, PausedClock_IsExact) {
  async::demo::Options options;
  options.paused = true;
  EXPECT_TRUE(took(options, 3s, 3s));
  EXPECT_FALSE(took(options, 3s + 1ns, 3s));
  EXPECT_FALSE(took(options, 3s - 1ns, 3s));
}

TEST(TookTest, RealClock_IsNeverEarly) {
  const async::demo::Options options;
  EXPECT_TRUE(took(options, 4s, 3s));
  EXPECT_FALSE(took(options, 3s - 1ns, 3s));
}

}  // namespace
}  // namespace ch02

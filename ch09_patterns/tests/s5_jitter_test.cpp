// s5_jitter_test.cpp -- without jitter a crowd comes back as a crowd.
#include "ch09_patterns/s5_jitter.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;

std::size_t crowd(std::size_t clients, unsigned jitter_percent, std::uint64_t seed = 1) {
  const Deadline deadline("a client never gave up");
  const PausedClock clock;
  const BackoffOptions options{.tries = 4, .cap = 10s, .jitter_percent = jitter_percent, .seed = seed};
  return run_async_main(most_at_once(clients, options), RuntimeFlavor::current_thread);
}

// Question: a hundred clients fail at the same moment. How many are there at the next one?
// Predict it for a jitter of nothing, and of all: a first pause of one second has ten tenths.
TEST(JitterTest, Crowd_ComesBackTogetherOrSpread) {
  EXPECT_EQ(crowd(100, 0), 100u);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_LT(crowd(100, 100, seed), 40u);
    EXPECT_GE(crowd(100, 100, seed), 10u) << "ten tenths, a hundred clients";
  }
  EXPECT_EQ(crowd(1, 0), 1u);
}

TEST(JitterTest, SameSeed_SameCrowd) { EXPECT_EQ(crowd(50, 100, 3), crowd(50, 100, 3)); }

}  // namespace
}  // namespace ch09

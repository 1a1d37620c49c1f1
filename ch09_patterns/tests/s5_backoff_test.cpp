// s5_backoff_test.cpp -- delays double up to the cap, jitter stays within its bounds, and nothing overflows.
#include "ch09_patterns/s5_backoff.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Duration> delays(BackoffOptions options) {
  Backoff backoff(options);
  std::vector<Duration> all;
  while (const auto delay = backoff.next()) all.push_back(*delay);
  return all;
}

// Question: five tries. How many pauses are there, and how long is the last one?
TEST(BackoffTest, FiveTries_HaveFourPausesThatDouble) {
  EXPECT_THAT(delays({}), ElementsAre(1s, 2s, 4s, 8s));
  EXPECT_THAT(delays({.first = 10ms, .tries = 3}), ElementsAre(10ms, 20ms));
  EXPECT_THAT(delays({.tries = 1}), IsEmpty());
}

TEST(BackoffTest, Cap_EndsTheDoubling) {
  EXPECT_THAT(delays({.tries = 7, .cap = 10s}), ElementsAre(1s, 2s, 4s, 8s, 10s, 10s));
  EXPECT_THAT(delays({.tries = 6, .cap = 8s}), ElementsAre(1s, 2s, 4s, 8s, 8s));
  EXPECT_THAT(delays({.tries = 3, .cap = 500ms}), ElementsAre(500ms, 500ms));
}

TEST(BackoffTest, ForEver_NeverOverflowsAndNeverEnds) {
  Backoff backoff({.tries = Backoff::kNoEnd});
  Duration before{0};
  for (int i = 0; i < 200; ++i) {
    const auto delay = backoff.next();
    ASSERT_TRUE(delay);
    EXPECT_GE(*delay, before);
    before = *delay;
  }
  EXPECT_EQ(before, Duration::max());
  Backoff jittered({.tries = 200, .jitter_percent = 100});
  while (const auto delay = jittered.next()) EXPECT_GE(*delay, Duration::zero());
}

// Question: 25 percent of jitter. Between which two values is a delay of eight seconds?
TEST(BackoffTest, Jitter_TakesSomethingOffButNotMore) {
  for (const unsigned percent : {1u, 25u, 50u, 100u}) {
    std::set<Duration> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      const auto all = delays({.tries = 6, .cap = 10s, .jitter_percent = percent, .seed = seed});
      const std::vector<Duration> plain{1s, 2s, 4s, 8s, 10s};
      ASSERT_EQ(all.size(), plain.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_LE(all[i], plain[i]);
        EXPECT_GE(all[i], plain[i] - plain[i] / 100 * percent);
      }
      seen.insert(all[3]);
    }
    EXPECT_GT(seen.size(), 95u) << "each seed has delays of its own";
    EXPECT_GT(*seen.rbegin() - *seen.begin(), 8s / 100 * percent / 2) << "and they are spread";
  }
}

TEST(BackoffTest, Seed_MakesItTheSameEveryTime) {
  const BackoffOptions options{.tries = 6, .jitter_percent = 100, .seed = 7};
  EXPECT_EQ(delays(options), delays(options));
  Backoff backoff(options);
  (void)backoff.next();
  Backoff copy = backoff;
  EXPECT_EQ(copy.next(), backoff.next());
}

// Question: a hundred clients have the same options, and none of them thinks of a seed. Do they all wait the
// same time?
TEST(BackoffTest, WithoutASeed_EachHasItsOwnJitter) {
  std::set<Duration> first;
  for (int client = 0; client < 100; ++client) first.insert(delays({.tries = 2, .jitter_percent = 100})[0]);
  EXPECT_GT(first.size(), 95u);
}

TEST(BackoffTest, AfterTheLastTry_ThereIsNoDelayHoweverOftenItIsAsked) {
  Backoff backoff({.tries = 2});
  EXPECT_EQ(backoff.next(), 1s);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(backoff.next(), std::nullopt);
}

std::string refusal_of(BackoffOptions options) {
  try {
    (void)Backoff(options);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(BackoffTest, ValueThatCannotBe_IsRefused) {
  EXPECT_EQ(refusal_of({.first = 0s}), "the first delay must be above 0");
  EXPECT_EQ(refusal_of({.first = -1s}), "the first delay must be above 0");
  EXPECT_EQ(refusal_of({.cap = 0s}), "the cap of the delays must be above 0");
  EXPECT_EQ(refusal_of({.tries = 0}), "there must be at least 1 try");
  EXPECT_EQ(refusal_of({.jitter_percent = 101}), "the jitter must be 0 to 100 percent");
  EXPECT_EQ(refusal_of({.first = 1ns, .tries = 1, .cap = 1ns, .jitter_percent = 100}), "accepted");
}

}  // namespace
}  // namespace ch09

// s3_deadlock_test.cpp -- row 11.3: a deadlock is found at once; an order cures it. And a livelock.
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string_view>

#include "common/demo/println.hpp"
#include "common/testing/async_test.hpp"
#include "common/time/timeout.hpp"

#include "ch11_testing/row_tests.hpp"
#include "ch11_testing/s3_two_locks.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

// ---- both stand still ----

// Question: each of two tasks has one lock and waits for the other one. When is that found, and where do they
// wait?
// Predict: after the 5 seconds of the next test? Break in `PausedClock::stall`.
TEST(DeadlockTest, OppositeOrder_IsFoundTheMomentNothingCanRun) {
  const AsyncOutcome outcome = run_async([] { return in_opposite_order(lock_both, lock_both); });
  ASSERT_TRUE(outcome.is_stalled()) << outcome.message();
  EXPECT_EQ(outcome.at, 100ms) << "both had their sleep";
  ASSERT_EQ(outcome.tasks.size(), 2u);
  const auto where = [&](std::size_t task) { return outcome.tasks[task].places.at(0); };
  EXPECT_TRUE(std::string_view(where(0).file_name()).ends_with("s3_two_locks.hpp"));
  EXPECT_EQ(where(0).line(), where(1).line()) << "the second lock, both of them";
  demo::println("deadlock, ", duration_cast<milliseconds>(outcome.at).count(), " ms after the start");
  print_waiting(outcome);
}

// The book's way: if they have not ended after 5 seconds, they never will. Here those seconds take no time.
ASYNC_TEST(DeadlockTest, OppositeOrder_IsFoundByTheBooksTimeout) {
  const auto result = co_await timeout(5s, in_opposite_order(lock_both, lock_both));
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(now(), Instant(5s));
  demo::println("a potential deadlock after ", now().time_since_epoch() / 1s, " s");
}

// The cure.
ASYNC_TEST(DeadlockTest, OneOrderForAll_BothEnd) {
  const auto result = co_await timeout(5s, in_opposite_order(lock_in_order, lock_in_order));
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(now(), Instant(200ms)) << "one after the other";
  demo::println("both have ended after ", now().time_since_epoch() / 1ms, " ms");
}

// Question: who waits for a lock in real time, and who looks? There is no clock to say that nothing can
// happen.
// Predict: what ends this run? Break in `Watch::watch`.
TEST(DeadlockTest, InRealTime_ALimitHasToFindIt) {
  const AsyncOutcome outcome =
      run_async([] { return in_opposite_order(lock_both, lock_both); }, {.real_time = true, .limit = 150ms});
  EXPECT_TRUE(outcome.is_late()) << outcome.message();
  EXPECT_EQ(outcome.tasks.size(), 2u) << "they are named all the same";
}

// ---- both step aside ----

// A polite task, for in_opposite_order.
auto polite(milliseconds patience, std::size_t& tries) {
  return [patience, &tries](Resource& first, Resource& second) {
    return lock_politely(first, second, patience, tries);
  };
}

// Question: nobody waits with a lock in its hand, so there is no deadlock. What is there?
// Predict: does the paused clock see a stall? Break in `lock_politely`, at its last sleep.
ASYNC_TEST(LivelockTest, EqualPatience_IsBusyForEver_AndOnlyABoundFindsIt, .limit = 120s) {
  std::size_t here = 0;
  std::size_t there = 0;
  const auto result = co_await timeout(1h, in_opposite_order(polite(90ms, here), polite(90ms, there)));
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(now(), Instant(1h));
  EXPECT_EQ(here, 18'000u) << "one every 200 ms";
  EXPECT_EQ(there, 18'000u);
  demo::println("after an hour: ", here, " and ", there, " tries, and nobody had both locks");
}

ASYNC_TEST(LivelockTest, UnequalPatience_Ends) {
  std::size_t here = 0;
  std::size_t there = 0;
  const auto result = co_await timeout(1h, in_opposite_order(polite(90ms, here), polite(250ms, there)));
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(here, 2u);
  EXPECT_EQ(there, 2u);
  demo::println(here, " and ", there, " tries; done after ", now().time_since_epoch() / 1ms, " ms");
}

// An order for all cures this too: who is second waits with nothing in its hand.
ASYNC_TEST(LivelockTest, OneOrderForAll_EndsAtTheFirstTry) {
  std::size_t here = 0;
  std::size_t there = 0;
  const auto the_other_way_round = [&](Resource& second, Resource& first) {
    return lock_politely(first, second, 90ms, there);
  };
  co_await in_opposite_order(polite(90ms, here), the_other_way_round);
  EXPECT_EQ(here, 1u);
  EXPECT_EQ(there, 1u);
}

}  // namespace
}  // namespace ch11

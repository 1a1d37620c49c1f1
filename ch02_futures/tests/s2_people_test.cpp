// s2_people_test.cpp -- people on one worker: to the tenth of a second, and who works when.
#include "ch02_futures/s2_people.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

namespace ch02::people {
namespace {

using Ran = Runnable::Ran;

const Instant kStart{};

Duration time_it(Async<> people, Executor& executor) {
  const Instant start = now();
  executor.block_on(std::move(people));
  return now() - start;
}

// Question: two people, 14 s of work each, one pair of hands. Why 28.1 s and not 28?
// Predict: who has breakfast first, and when? Break in `step`, at blocking_sleep.
TEST(PeopleTest, TwoAtOnce_ShareTheHandsAndTheWaiting) {
  PausedClock clock;
  ManualExecutor executor;
  auto one = executor.spawn(person());
  auto two = executor.spawn(person());

  EXPECT_EQ(executor.run_until_stalled(), 2u);
  EXPECT_EQ(now() - kStart, 0s) << "both kettles and both toasters are on, and no hand has moved";

  ASSERT_TRUE(clock.advance_to_next());
  ASSERT_TRUE(clock.advance_to_next());
  EXPECT_EQ(now() - kStart, 100ms) << "nobody needs hands before: this is the tenth of a second";
  EXPECT_EQ(executor.queued(), 2u);
  EXPECT_EQ(executor.step()->task, one.id());
  EXPECT_EQ(now() - kStart, 6100ms);
  EXPECT_EQ(executor.step()->task, two.id());
  EXPECT_EQ(now() - kStart, 12100ms);

  EXPECT_EQ(executor.queued(), 2u) << "all kettles and toasters were ready at 10 s";
  EXPECT_EQ(executor.step()->task, one.id());
  EXPECT_EQ(now() - kStart, 20100ms);
  EXPECT_TRUE(one.is_finished());
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(now() - kStart, 28100ms);
}

TEST(PeopleTest, Durations_AreTheBooks) {
  PausedClock clock;
  Executor executor;
  EXPECT_EQ(time_it(person(), executor), 18s);
  EXPECT_EQ(time_it(one_by_one(executor, 2), executor), 36s);
  EXPECT_EQ(time_it(all_at_once(executor, 2), executor), 28100ms);
  EXPECT_EQ(time_it(all_at_once(executor, 3), executor), 42100ms);
}

TEST(PeopleTest, NobodyAndMany_TakeNoTimeAndFourteenSecondsEach) {
  PausedClock clock;
  Executor executor;
  EXPECT_EQ(time_it(one_by_one(executor, 0), executor), 0s);
  EXPECT_EQ(time_it(all_at_once(executor, 0), executor), 0s);
  EXPECT_EQ(time_it(all_at_once(executor, 1), executor), 18s) << "alone, the hands wait for the kettle";
  EXPECT_EQ(time_it(all_at_once(executor, 100), executor), 1400100ms);
}

}  // namespace
}  // namespace ch02::people

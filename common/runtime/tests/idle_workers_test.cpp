// idle_workers_test.cpp -- IdleWorkers, stepped by hand: who is woken for a push, and who may search.
#include "common/runtime/idle_workers.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace {

using namespace async;

TEST(IdleWorkersTest, WhileAllAreAwake_NobodyIsWoken) {
  IdleWorkers idle(2);
  EXPECT_EQ(idle.to_wake(), std::nullopt);
  EXPECT_EQ(idle.sleeping(), 0u);
}

// Question: two workers sleep, three tasks are pushed one after the other. Who is woken by which push?
TEST(IdleWorkersTest, ABurstOfPushes_WakesOne_TheOtherIsWokenByThatOne) {
  IdleWorkers idle(2);
  idle.sleep(0, false);
  idle.sleep(1, false);
  const auto first = idle.to_wake();
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(idle.sleeps(*first));
  EXPECT_EQ(idle.sleeping(), 1u);
  EXPECT_EQ(idle.to_wake(), std::nullopt);  // it searches, so it will find this one too
  EXPECT_EQ(idle.to_wake(), std::nullopt);
  EXPECT_TRUE(idle.stop_searching());  // it found one, as the last that searched
  const auto second = idle.to_wake();
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(*second, *first);
  EXPECT_TRUE(idle.stop_searching());
  EXPECT_EQ(idle.to_wake(), std::nullopt);  // all are awake
}

TEST(IdleWorkersTest, TheLastThatWentToSleep_IsWokenFirst) {
  IdleWorkers idle(3);
  for (const std::size_t worker : {2u, 0u, 1u}) idle.sleep(worker, false);
  EXPECT_EQ(idle.to_wake(), 1u);
  EXPECT_TRUE(idle.stop_searching());
  EXPECT_EQ(idle.to_wake(), 0u);
  EXPECT_TRUE(idle.stop_searching());
  EXPECT_EQ(idle.to_wake(), 2u);
}

TEST(IdleWorkersTest, AtMostHalfOfThem_Search) {
  IdleWorkers four(4);
  EXPECT_TRUE(four.start_searching());
  EXPECT_TRUE(four.start_searching());
  EXPECT_FALSE(four.start_searching());
  EXPECT_FALSE(four.stop_searching());  // another one still searches
  EXPECT_TRUE(four.stop_searching());
  EXPECT_TRUE(four.start_searching());
  IdleWorkers one(1);
  EXPECT_TRUE(one.start_searching());  // also the only one
  EXPECT_FALSE(one.start_searching());
}

TEST(IdleWorkersTest, WhileSomebodySearches_NobodyIsWoken_UntilItSleepsToo) {
  IdleWorkers idle(3);
  idle.sleep(0, false);
  EXPECT_TRUE(idle.start_searching());
  EXPECT_EQ(idle.to_wake(), std::nullopt);
  idle.sleep(1, true);  // it found nothing
  EXPECT_EQ(idle.to_wake(), 1u);
}

TEST(IdleWorkersTest, AWorkerThatWakesItself_IsOutOfTheList_AndDoesNotSearch) {
  IdleWorkers idle(2);
  idle.sleep(0, false);
  idle.sleep(1, false);
  EXPECT_TRUE(idle.wake_self(0));
  EXPECT_FALSE(idle.sleeps(0));
  EXPECT_TRUE(idle.sleeps(1));
  EXPECT_FALSE(idle.wake_self(0));
  EXPECT_EQ(idle.to_wake(), 1u);
  EXPECT_TRUE(idle.stop_searching());  // the one that was woken; the other one never counted
}

// A worker whose driver brings it work wakes itself, again and again: each time it counts as awake once.
TEST(IdleWorkersTest, AWorkerThatWokeItselfOften_IsStillWokenByOthers) {
  IdleWorkers idle(1);
  for (int i = 0; i < 3; ++i) {
    idle.sleep(0, false);
    EXPECT_TRUE(idle.wake_self(0));
  }
  idle.sleep(0, false);
  EXPECT_EQ(idle.to_wake(), 0u);
}

TEST(IdleWorkersTest, AWorkerThatSomebodyWokeJustNow_CannotWakeItself) {
  IdleWorkers idle(1);
  idle.sleep(0, false);
  EXPECT_EQ(idle.to_wake(), 0u);
  EXPECT_FALSE(idle.wake_self(0));
  EXPECT_TRUE(idle.stop_searching());  // it counts as the searcher that it was made
}

}  // namespace

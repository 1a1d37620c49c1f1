// semaphore_core_test.cpp -- the permits that are counted: who collects them, who is woken, what comes back.
#include "common/sync/semaphore_core.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/sync/tests/asks.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;
using detail::SemaphoreCore;
using Take = SemaphoreCore::Take;

// Read this one first.
// Question: one waits for three permits, one behind it for a single one. Permits come one by one.
// Predict: after which give() is who woken, and how many are free meanwhile? Break in `give_to_waiters`.
TEST(SemaphoreCoreTest, WhoWaitsForSeveral_CollectsThem_AndNobodyOvertakes) {
  SemaphoreCore core(1);
  Asks three(core, 3), one(core, 1);
  EXPECT_EQ(three.poll(), Take::no_permits);
  EXPECT_EQ(core.available(), 0u) << "the free one is collected at once";
  EXPECT_EQ(one.poll(), Take::no_permits);

  core.give(1);
  EXPECT_EQ(core.try_take(1), Take::no_permits) << "that one is the first waiter's too";
  EXPECT_EQ(three.wakes() + one.wakes(), 0u);

  core.give(2);
  EXPECT_EQ(three.wakes(), 1u);  // it has its three
  EXPECT_EQ(one.wakes(), 1u);    // and one was left
  EXPECT_EQ(core.available(), 0u);
  EXPECT_EQ(one.poll(), Take::taken);
  EXPECT_EQ(three.poll(), Take::taken);
  core.give(4);
  EXPECT_EQ(core.available(), 4u);
}

TEST(SemaphoreCoreTest, TryTake_TakesAllOrNone) {
  SemaphoreCore core(2);
  EXPECT_EQ(core.try_take(3), Take::no_permits);
  EXPECT_EQ(core.available(), 2u);
  EXPECT_EQ(core.try_take(2), Take::taken);
  EXPECT_EQ(core.try_take(1), Take::no_permits);
  EXPECT_EQ(core.try_take(0), Take::taken);
  core.give(0);
  EXPECT_EQ(core.available(), 0u);
}

TEST(SemaphoreCoreTest, AWaiterThatLeaves_GivesWhatItHadCollectedToThoseBehindIt) {
  SemaphoreCore core(2);
  Asks three(core, 3), first(core, 1), second(core, 2);
  EXPECT_EQ(three.poll(), Take::no_permits);
  EXPECT_EQ(first.poll(), Take::no_permits);
  EXPECT_EQ(second.poll(), Take::no_permits);
  three.leave();
  EXPECT_EQ(three.kept_wakers(), 0u);
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 0u) << "it has one of two";
  EXPECT_EQ(first.poll(), Take::taken);
  core.give(1);
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_EQ(second.poll(), Take::taken);
}

TEST(SemaphoreCoreTest, TheLastWaiterThatLeaves_LeavesItsPermitsFree) {
  SemaphoreCore core(2);
  {
    Asks three(core, 3);
    EXPECT_EQ(three.poll(), Take::no_permits);
  }
  EXPECT_EQ(core.available(), 2u);
  core.give(1);  // nobody waits: it is added to those that are free
  EXPECT_EQ(core.available(), 3u);
}

TEST(SemaphoreCoreTest, AWaiterThatWasGivenItsPermitsAndLeaves_GivesAllOfThemOn) {
  SemaphoreCore core(0);
  Asks two(core, 2), first(core, 1), second(core, 1);
  EXPECT_EQ(two.poll(), Take::no_permits);
  EXPECT_EQ(first.poll(), Take::no_permits);
  EXPECT_EQ(second.poll(), Take::no_permits);
  core.give(2);
  two.leave();
  two.leave();  // twice is once
  EXPECT_EQ(first.wakes() + second.wakes(), 2u);
  EXPECT_EQ(first.poll(), Take::taken);
  EXPECT_EQ(second.poll(), Take::taken);
  EXPECT_EQ(core.available(), 0u);
}

TEST(SemaphoreCoreTest, AWaiter_CanAskAgainAfterItsTurn) {
  SemaphoreCore core(2);
  Asks two(core, 2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(core.try_take(1), Take::taken);
    EXPECT_EQ(two.poll(), Take::no_permits);
    core.give(1);
    EXPECT_EQ(two.wakes(), 1u);
    EXPECT_EQ(two.poll(), Take::taken);
    core.give(2);
  }
}

TEST(SemaphoreCoreTest, PermitsThatComeWhileTheWakerIsCloned_Count) {
  for (std::size_t come = 1; come <= 3; ++come) {
    SemaphoreCore core(0);
    HookedWaker hooked;
    hooked.on_clone = [&] { core.give(come); };
    const Waker waker = hooked.waker();
    Asks two(core, 2);
    EXPECT_EQ(two.poll_with(waker), come < 2 ? Take::no_permits : Take::taken);
    EXPECT_EQ(core.available(), come < 2 ? 0 : come - 2);
  }
}

TEST(SemaphoreCoreTest, Forget_TakesFreeOnesOnly) {
  SemaphoreCore core(3);
  EXPECT_EQ(core.forget(2), 2u);
  EXPECT_EQ(core.forget(2), 1u);
  Asks two(core, 2);
  EXPECT_EQ(two.poll(), Take::no_permits);
  core.give(1);
  EXPECT_EQ(core.forget(9), 0u) << "that one has been collected";
  core.give(1);
  EXPECT_EQ(two.poll(), Take::taken);
}

TEST(SemaphoreCoreTest, Close_WakesAll_AndWhatWasCollectedIsFreeAgain) {
  SemaphoreCore core(2);
  Asks three(core, 3), one(core, 1), dropped(core, 1);
  EXPECT_EQ(three.poll(), Take::no_permits);
  EXPECT_EQ(one.poll(), Take::no_permits);
  EXPECT_EQ(dropped.poll(), Take::no_permits);
  core.close();
  EXPECT_EQ(three.wakes() + one.wakes() + dropped.wakes(), 3u);
  dropped.leave();
  EXPECT_EQ(three.poll(), Take::closed);
  EXPECT_EQ(one.poll(), Take::closed);
  EXPECT_EQ(core.available(), 2u);
  core.give(1);
  EXPECT_EQ(core.available(), 3u);
  EXPECT_EQ(core.try_take(1), Take::closed);
  EXPECT_EQ(one.poll(), Take::closed);
  core.close();
  EXPECT_TRUE(core.is_closed());
}

TEST(SemaphoreCoreTest, Close_LeavesToAWaiterWhatItWasGivenBefore) {
  SemaphoreCore core(0);
  Asks told(core, 1), dropped(core, 1);
  EXPECT_EQ(told.poll(), Take::no_permits);
  EXPECT_EQ(dropped.poll(), Take::no_permits);
  core.give(2);
  core.close();
  EXPECT_EQ(told.poll(), Take::taken);
  dropped.leave();
  EXPECT_EQ(core.available(), 1u);
}

TEST(SemaphoreCoreLimitsTest, MoreThanCanBeCounted_IsRefused) {
  EXPECT_THROW(SemaphoreCore(SemaphoreCore::kMaxPermits + 1), std::invalid_argument);
  EXPECT_THROW(SemaphoreCore::Waiter(SemaphoreCore::kMaxPermits + 1), std::invalid_argument);
  SemaphoreCore core(SemaphoreCore::kMaxPermits);
  EXPECT_EQ(core.available(), SemaphoreCore::kMaxPermits);
  EXPECT_EQ(core.try_take(SemaphoreCore::kMaxPermits), Take::taken);
  EXPECT_EQ(core.try_take(SemaphoreCore::kMaxPermits), Take::no_permits);
  core.give(SemaphoreCore::kMaxPermits);
  EXPECT_DEATH(core.give(1), "more permits than it can count");
}

}  // namespace

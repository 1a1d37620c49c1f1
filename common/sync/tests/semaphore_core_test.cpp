// semaphore_core_test.cpp -- the permits that are counted: who collects them, who is woken, what comes back.
#include "common/sync/semaphore_core.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;
using detail::SemaphoreCore;
using Take = SemaphoreCore::Take;

// A waiter with a task of its own.
class Asks {
 public:
  Asks(SemaphoreCore& core, std::size_t wanted) : core_(core), waiter_(wanted) {}
  ~Asks() { leave(); }
  Take poll() { return poll_with(waker_); }
  Take poll_with(const Waker& waker) { return core_.poll(waiter_, waker); }
  void leave() { core_.leave(waiter_); }
  std::size_t wakes() { return std::exchange(seen_, counted_.woken()) == counted_.woken() ? 0 : 1; }
  std::size_t kept_wakers() const { return counted_.live() - 1; }

 private:
  SemaphoreCore& core_;
  CountingWaker counted_;
  Waker waker_ = counted_.waker();
  SemaphoreCore::Waiter waiter_;
  std::size_t seen_ = 0;
};

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

// More waiters than a WakeList holds are woken in rounds; what their wakers do comes in between.
class RoundsTest : public testing::Test {
 protected:
  static constexpr std::size_t kMany = 100;
  void all_wait() {
    for (std::size_t i = 0; i < kMany; ++i) {
      EXPECT_EQ(waiters_.emplace_back(core_, 1).poll(), Take::no_permits);
    }
  }
  // The very first waiter, whose waker does this.
  void first_waits(std::function<void()> then) {
    hooked_.on_wake = std::move(then);
    EXPECT_EQ(first_.poll_with(waker_), Take::no_permits);
  }
  std::size_t woken() {
    std::size_t sum = 0;
    for (auto& each : waiters_) sum += each.wakes();
    return sum;
  }
  std::size_t count(Take expected) {
    std::size_t sum = 0;
    for (auto& each : waiters_) sum += each.poll() == expected ? 1 : 0;
    return sum;
  }

  SemaphoreCore core_{0};
  HookedWaker hooked_;
  Waker waker_ = hooked_.waker();
  Asks first_{core_, 1};
  std::deque<Asks> waiters_;
};

TEST_F(RoundsTest, OneGive_WakesAsManyAsItHasPermitsFor_InTheirOrder) {
  all_wait();
  core_.give(70);
  EXPECT_EQ(woken(), 70u);
  for (std::size_t i = 0; i < kMany; ++i) {
    EXPECT_EQ(waiters_[i].poll(), i < 70 ? Take::taken : Take::no_permits) << i;
  }
  core_.give(40);
  EXPECT_EQ(core_.available(), 10u);
}

TEST_F(RoundsTest, WaitersThatGoInBetween_LoseNoPermit) {
  first_waits([&] {
    waiters_[10].leave();  // was given one, and gives it on
    waiters_[60].leave();  // still waits
  });
  all_wait();
  core_.give(kMany);
  EXPECT_EQ(core_.available(), 1u);
  EXPECT_EQ(count(Take::taken), kMany - 1)
      << "all but the two; and one of these asks again, and gets the free one";
}

TEST_F(RoundsTest, AllWhoAreLeftGoInBetween_TheRestIsFree) {
  first_waits([&] {
    for (std::size_t i = 31; i < kMany; ++i) waiters_[i].leave();
  });
  all_wait();
  core_.give(kMany);
  EXPECT_EQ(core_.available(), kMany - 32);
  EXPECT_EQ(core_.try_take(1), Take::taken);
}

TEST_F(RoundsTest, ACloseInBetween_EndsTheGiving) {
  first_waits([&] { core_.close(); });
  all_wait();
  core_.give(kMany);
  EXPECT_EQ(woken(), kMany);
  EXPECT_EQ(first_.poll(), Take::taken);
  EXPECT_EQ(count(Take::taken), 31u);
  EXPECT_EQ(core_.available(), kMany - 32);
}

TEST_F(RoundsTest, APermitThatComesWhileItIsBeingClosed_IsNobodys) {
  first_waits([&] {
    core_.give(1);
    EXPECT_EQ(core_.available(), 1u);
    waiters_[90].leave();
    EXPECT_EQ(waiters_[91].poll(), Take::no_permits) << "it is in the queue still, and will be woken";
  });
  all_wait();
  core_.close();
  EXPECT_EQ(woken(), kMany - 1);
  EXPECT_EQ(core_.available(), 1u);
  EXPECT_EQ(first_.poll(), Take::closed);
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

TEST(WakeListTest, WakesInOrder_AndWhatIsLeftWhenItEnds) {
  std::vector<int> order;
  HookedWaker first, second;
  first.on_wake = [&] { order.push_back(1); };
  second.on_wake = [&] { order.push_back(2); };
  {
    detail::WakeList list;
    list.add(first.waker());
    list.add(second.waker());
    list.wake_all();
    EXPECT_EQ(order, (std::vector{1, 2}));
    list.wake_all();
    list.add(second.waker());
  }
  EXPECT_EQ(order, (std::vector{1, 2, 2}));
}

TEST(WakeListTest, OneMoreThanItHolds_StopsTheProgram) {
  CountingWaker counted;
  detail::WakeList list;
  for (std::size_t i = 0; i < detail::WakeList::kSize; ++i) list.add(counted.waker());
  EXPECT_TRUE(list.is_full());
  EXPECT_DEATH(list.add(counted.waker()), "no more than it has room for");
}

}  // namespace

// semaphore_rounds_test.cpp -- more waiters than are woken in one go, and what happens between two rounds.
#include <cstddef>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "common/sync/tests/asks.hpp"
#include "common/sync/tests/polled.hpp"
#include "common/sync/wake_list.hpp"

namespace {

using namespace async;
using detail::SemaphoreCore;
using Take = SemaphoreCore::Take;

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

// notify_reentry_test.cpp -- wakers that come back to their Notify, in the middle of notify_waiters() too.
#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <optional>

#include "common/sync/tests/notify_fixture.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;
using Notified = Notify::Notified;

TEST_F(NotifyTest, ANotificationWhileTheWakerIsCloned_IsSeenInThatPoll) {
  for (const bool all : {false, true}) {
    HookedWaker hooked;
    hooked.on_clone = [&] { all ? notify_.notify_waiters() : notify_.notify_one(); };
    const Waker waker = hooked.waker();
    Polled asks(make());
    EXPECT_TRUE(asks.poll_with(waker));
    EXPECT_FALSE(takes_permit());
  }
}

TEST_F(NotifyTest, AWakersFunctions_AreCalledWithoutALock) {
  HookedWaker hooked;
  int looks = 0;
  hooked.on_clone = hooked.on_wake = hooked.on_drop = [&] {
    ++looks;
    Polled another(make());
    (void)another.poll();  // would wait for ever if the lock were held
  };
  const Waker waker = hooked.waker();
  {
    CountingTask other;
    Polled replaced(make()), one(make()), all(make()), dropped(make());
    EXPECT_FALSE(one.poll_with(waker) || replaced.poll_with(waker) || all.poll_with(waker) ||
                 dropped.poll_with(waker));
    EXPECT_FALSE(replaced.poll_as(other));
    notify_.notify_one();
    dropped.drop();
    notify_.notify_waiters();
    EXPECT_EQ(looks, 8);
  }
  hooked.on_drop = nullptr;
}

// More waiters than are woken in one round.
class NotifyRoundsTest : public NotifyTest {
 protected:
  void all_wait() {
    EXPECT_FALSE(first_.poll_with(waker_));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(waiters_.emplace_back(make()).poll());
  }
  HookedWaker hooked_;
  Waker waker_ = hooked_.waker();
  Polled<Notified> first_{make()};
  std::deque<Polled<Notified>> waiters_;
};

TEST_F(NotifyRoundsTest, WhoComesInBetween_WaitsForTheNextTime) {
  std::optional<Polled<Notified>> fresh;
  hooked_.on_wake = [&] {
    fresh.emplace(make());
    EXPECT_FALSE(fresh->poll());
    waiters_[70].drop();
    EXPECT_TRUE(waiters_[80].poll()) << "it is free to go, though it was not woken yet";
  };
  all_wait();
  notify_.notify_waiters();
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(waiters_[i].wakes(), i == 70 || i == 80 ? 0u : 1u) << i;
  }
  EXPECT_EQ(fresh->wakes(), 0u);
  EXPECT_FALSE(fresh->poll());
  notify_.notify_one();
  EXPECT_TRUE(fresh->poll());
}

TEST_F(NotifyRoundsTest, NotifyOneInBetween_IsNotForThoseWhoAreWokenAnyway) {
  hooked_.on_wake = [&] { notify_.notify_one(); };
  all_wait();
  notify_.notify_waiters();
  for (auto& each : waiters_) EXPECT_TRUE(each.poll());
  EXPECT_TRUE(takes_permit());
}

TEST_F(NotifyRoundsTest, NotifyOneInBetween_WakesWhoCameSince) {
  std::optional<Polled<Notified>> fresh;
  hooked_.on_wake = [&] {
    fresh.emplace(make());
    EXPECT_FALSE(fresh->poll());
    notify_.notify_one();
  };
  all_wait();
  notify_.notify_waiters();
  EXPECT_EQ(fresh->wakes(), 1u);
  EXPECT_TRUE(fresh->poll());
  EXPECT_FALSE(takes_permit());
}

TEST_F(NotifyRoundsTest, NotifyWaitersInBetween_WakesEachOnce) {
  std::optional<Polled<Notified>> fresh;
  hooked_.on_wake = [&] {
    hooked_.on_wake = nullptr;
    fresh.emplace(make());
    EXPECT_FALSE(fresh->poll());
    notify_.notify_waiters();
  };
  all_wait();
  notify_.notify_waiters();
  for (auto& each : waiters_) EXPECT_EQ(each.wakes(), 1u);
  EXPECT_EQ(fresh->wakes(), 1u);
}

}  // namespace

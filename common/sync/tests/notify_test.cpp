// notify_test.cpp -- one or all are notified, before or after they wait; and futures dropped at any moment.
#include "common/sync/notify.hpp"

#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <type_traits>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/gate.hpp"
#include "common/sync/tests/notify_fixture.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;
using Notified = Notify::Notified;

static_assert(Future<Notified> && std::is_void_v<OutputOf<Notified>>);
static_assert(!std::is_move_constructible_v<Notified> && !std::is_move_constructible_v<Notify>);

// Read this one first.
// Question: two futures wait, a third exists and was never polled. notify_one(), then notify_waiters().
// Predict which of the three are ready after each. Break in `Notify::choose_one`.
TEST_F(NotifyTest, NotifyOne_WakesTheFirstInTheQueue_NotifyWaiters_AllThatExist) {
  Polled first(make()), second(make()), unpolled(make());
  EXPECT_FALSE(first.poll() || second.poll());
  notify_.notify_one();
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 0u);
  EXPECT_TRUE(first.poll());

  notify_.notify_waiters();
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_EQ(unpolled.wakes(), 0u) << "it has left no waker";
  EXPECT_TRUE(second.poll());
  EXPECT_TRUE(unpolled.poll()) << "but it was there when all were notified";
  EXPECT_FALSE(takes_permit()) << "nothing is kept for those who come later";
}

TEST_F(NotifyTest, NotifyOne_WhenNobodyWaits_KeepsOnePermit_NotTwo) {
  notify_.notify_one();
  notify_.notify_one();
  EXPECT_TRUE(takes_permit());
  EXPECT_FALSE(takes_permit());
}

TEST_F(NotifyTest, AFutureThatWasNotPolled_IsNotChosenByNotifyOne) {
  Polled made_first(make()), polled_first(make());
  EXPECT_FALSE(polled_first.poll());
  notify_.notify_one();
  EXPECT_EQ(polled_first.wakes(), 1u);
  EXPECT_FALSE(made_first.poll());
}

TEST_F(NotifyTest, Enable_StandsInTheQueueWithoutAPoll) {
  CountingTask task, later_task;
  auto enabled = notify_.notified(), later = notify_.notified();
  EXPECT_FALSE(enabled.enable());
  EXPECT_FALSE(enabled.enable());  // twice is once
  EXPECT_TRUE(later_task.poll(later).is_pending());
  notify_.notify_one();
  EXPECT_EQ(later_task.take_wakes(), 0u);
  EXPECT_TRUE(task.poll(enabled).is_ready());
  notify_.notify_one();
  EXPECT_EQ(later_task.take_wakes(), 1u);
}

TEST_F(NotifyTest, Enable_ThenAPoll_LeavesTheWaker) {
  CountingTask task;
  auto future = notify_.notified();
  EXPECT_FALSE(future.enable());
  EXPECT_TRUE(task.poll(future).is_pending());
  notify_.notify_one();
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(future.enable()) << "it is notified";
  EXPECT_TRUE(task.poll(future).is_ready());
}

TEST_F(NotifyTest, Enable_ThatSaysTrue_HasUsedTheNotificationUp) {
  notify_.notify_one();
  {
    auto future = notify_.notified();
    EXPECT_TRUE(future.enable());
    EXPECT_TRUE(future.enable());
  }
  EXPECT_FALSE(takes_permit());
  auto future = notify_.notified();
  notify_.notify_waiters();
  notify_.notify_one();
  EXPECT_TRUE(future.enable());
  EXPECT_TRUE(takes_permit()) << "it was notify_waiters() that the future was told of";
}

TEST_F(NotifyTest, DroppedAfterNotifyOneChoseIt_PassesItOn) {
  Polled first(make()), second(make());
  EXPECT_FALSE(first.poll() || second.poll());
  notify_.notify_one();
  first.drop();
  EXPECT_EQ(second.wakes(), 1u);
  second.drop();
  EXPECT_TRUE(takes_permit()) << "nobody waits: it is kept";
}

TEST_F(NotifyTest, DroppedAfterNotifyOneChoseIt_PassesItOn_AlsoIfAllWereNotifiedSince) {
  Polled chosen(make()), other(make());
  EXPECT_FALSE(chosen.poll() || other.poll());
  notify_.notify_one();
  notify_.notify_waiters();
  EXPECT_EQ(other.wakes(), 1u);
  chosen.drop();
  EXPECT_TRUE(takes_permit());
  EXPECT_TRUE(other.poll());
}

TEST_F(NotifyTest, DroppedAfterNotifyWaiters_KeepsNothing) {
  Polled first(make()), second(make());
  EXPECT_FALSE(first.poll() || second.poll());
  notify_.notify_waiters();
  first.drop();
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_TRUE(second.poll());
  EXPECT_FALSE(takes_permit());
}

TEST_F(NotifyTest, DroppedUnpolled_OrWhileItWaits_TouchesNobodyElse) {
  for (std::size_t dropped = 0; dropped < 3; ++dropped) {
    std::deque<Polled<Notified>> queue;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(queue.emplace_back(make()).poll());
    {
      Polled unpolled(make());
    }
    queue[dropped].drop();
    EXPECT_EQ(queue[dropped].kept_wakers(), 0u);
    for (std::size_t i = 0; i < 3; ++i) {
      if (i == dropped) continue;
      notify_.notify_one();
      EXPECT_TRUE(queue[i].poll()) << i;
    }
    EXPECT_FALSE(takes_permit());
  }
}

TEST_F(NotifyTest, ANotifiedThatLosesASelect_PassesItsNotificationOn) {
  Gate<> quicker;
  CountingTask task;
  auto either = select([&] { return notify_.notified(); }, quicker.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  quicker.open();
  EXPECT_EQ(task.poll(either).value().index(), 1u);
  notify_.notify_one();
  block_on(notify_.notified());
}

TEST_F(NotifyTest, PolledByAnotherTask_WakesTheNewest) {
  CountingTask new_task;
  Polled waits(make());
  EXPECT_FALSE(waits.poll() || waits.poll());
  EXPECT_EQ(waits.clones(), 1u) << "the same waker is not cloned again";
  EXPECT_FALSE(waits.poll_as(new_task));
  EXPECT_EQ(waits.kept_wakers(), 0u);
  notify_.notify_waiters();
  EXPECT_EQ(waits.wakes(), 0u);
  EXPECT_EQ(new_task.take_wakes(), 1u);
}

TEST_F(NotifyTest, ABudgetThatIsSpent_SendsTheTaskToTheBackOfItsQueue) {
  notify_.notify_one();
  Polled asks(make());
  {
    const Budget::Scope spent(0);
    EXPECT_FALSE(asks.poll());
    EXPECT_EQ(asks.wakes(), 1u);
  }
  const Budget::Scope one(1);
  EXPECT_TRUE(asks.poll());
  EXPECT_FALSE(Budget::has_any_left());
}

// A condition that is looked at between the making of the future and its await: no wake falls in between.
TEST_F(NotifyTest, AConditionAndANotify_LoseNoWake_IfTheFutureIsMadeBeforeTheLook) {
  ManualExecutor executor;
  bool is_set = false;
  std::string log;
  const auto waits = [&]() -> Async<> {
    for (;;) {
      auto changed = notify_.notified();
      if (is_set) break;
      log += "waits, ";
      co_await changed;
    }
    log += "goes on";
  };
  executor.spawn(waits).detach();
  executor.spawn(waits).detach();
  executor.run_until_stalled();
  notify_.notify_waiters();  // for nothing: both look again
  executor.run_until_stalled();
  is_set = true;
  notify_.notify_waiters();
  executor.run_until_stalled();
  EXPECT_EQ(log, "waits, waits, waits, waits, goes ongoes on");
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST_F(NotifyTest, PolledAfterItIsReady_StopsTheProgram) {
  notify_.notify_one();
  auto future = notify_.notified();
  CountingTask task;
  EXPECT_TRUE(task.poll(future).is_ready());
  EXPECT_DEATH((void)task.poll(future), "polled after it was ready");
}

}  // namespace

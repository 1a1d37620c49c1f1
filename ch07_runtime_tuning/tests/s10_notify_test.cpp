// s10_notify_test.cpp -- a notification is kept, and passed on; a barrier forgets who left.
#include "ch07_runtime_tuning/s10_notify.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/notify.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

TEST(NotifyStepTest, Notification_IsKeptOnce_PassedOn_OrForAll) {
  const Deadline deadline("somebody was never notified");
  const auto heard = run_async_main(notifications(), RuntimeFlavor::current_thread);
  ASSERT_EQ(heard.size(), 6u);
  EXPECT_EQ(heard[1], "second");
  EXPECT_EQ(heard[3], "third");
  EXPECT_EQ(heard[4], "fourth");
}

TEST(BarrierStepTest, WhoLeft_DoesNotCount_AndTheLastIsTheLeader) {
  const Deadline deadline("the three never met");
  const PausedClock clock;
  const auto lines = run_async_main(meetings(), RuntimeFlavor::current_thread);
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[3], "two are there: nobody goes on");
  EXPECT_EQ(lines[5], "carl goes on, and is the leader");
}

Async<> wait_for(Notify& notify, int& count) {
  co_await notify.notified();
  ++count;
}

// Question: notify_waiters() and then notify_one(), while nobody waits. Who hears of it who comes later?
// Predict: which of the two is kept? Break in `Notify::choose_one`.
TEST(NotifyStepTest, OnlyNotifyOne_IsKeptForWhoComesLater) {
  Notify notify;
  int count = 0;
  ManualExecutor executor;
  notify.notify_waiters();
  auto early = executor.spawn(wait_for(notify, count));
  executor.step();
  EXPECT_EQ(count, 0) << "that was before it came";
  notify.notify_one();
  executor.step();
  EXPECT_EQ(count, 1);

  notify.notify_one();
  auto late = executor.spawn(wait_for(notify, count));
  executor.step();
  EXPECT_EQ(count, 2) << "kept until it came";
  early.abort();
  late.abort();
}

}  // namespace
}  // namespace ch07

// channel_timeout_test.cpp -- sends and receives for a limited time, on the paused clock: exact.
#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// Question: a task waits up to 3 s for a value. How often is it polled if none comes? And what if one comes
// at the very moment at which the time is over? Predict `queued` and the results. Break in
// `RecvTimeoutFuture::poll`.
TEST(ChannelTimeoutTest, Receive_EndsAtItsTime_ButWhatIsThereCounts) {
  PausedClock clock;
  ManualExecutor executor;
  auto [sender, receiver] = unbounded<int>();
  const auto wait = [](Receiver<int> from) -> Async<std::expected<int, RecvError>> {
    co_return co_await from.recv_timeout_async(3s);
  };
  auto in_vain = executor.spawn(wait, receiver);
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  clock.advance(2'999ms);
  EXPECT_EQ(executor.queued(), 0u);
  clock.advance(1ms);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_TRUE(block_on(in_vain)->error().is_timed_out());

  auto lucky = executor.spawn(wait, receiver);
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  clock.advance(3s);            // its time is over, and it is woken
  EXPECT_TRUE(sender.send(7));  // and before it is polled this comes
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_EQ(**block_on(lucky), 7);
  EXPECT_FALSE(clock.advance_to_next());  // no timer is left
}

TEST(ChannelTimeoutTest, ReceiveThatTimedOut_HasLeftTheQueue_AlsoWhileItsFutureLives) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto timed = receiver.recv_timeout_async(1s);
  EXPECT_TRUE(task.poll(timed).is_pending());
  EXPECT_FALSE(sender.is_full());
  clock.advance(1s);
  EXPECT_TRUE(task.poll(timed).value().error().is_timed_out());
  EXPECT_TRUE(sender.try_send(1).error().is_full());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(ChannelTimeoutTest, SendThatTimedOut_GivesTheValueBack_AndSendsNothing) {
  PausedClock clock;
  Counts counts;
  auto [sender, receiver] = bounded<Counted>(0);
  CountingTask task;
  auto timed = sender.send_timeout_async(Counted(counts), 1s);
  EXPECT_TRUE(task.poll(timed).is_pending());
  clock.advance(1s);
  EXPECT_EQ(task.take_wakes(), 1u);
  {
    auto answer = task.poll(timed);
    EXPECT_TRUE(answer.value().error().is_timed_out());
    EXPECT_EQ(counts.live(), 1u);
  }
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(ChannelTimeoutTest, SendThatWasLetInWhenItsTimeWasOver_IsSent) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto timed = sender.send_timeout_async(5, 1s);
  EXPECT_TRUE(task.poll(timed).is_pending());
  clock.advance(1s);
  EXPECT_EQ(receiver.try_recv(), 5);
  EXPECT_TRUE(task.poll(timed).value().has_value());
}

TEST(ChannelTimeoutTest, Closed_EndsTheWaitAtOnce) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto send = sender.send_timeout_async(5, 1s);
  EXPECT_TRUE(task.poll(send).is_pending());
  sender.close();
  EXPECT_EQ(task.take_wakes(), 1u);
  auto sent = task.poll(send);
  EXPECT_TRUE(sent.value().error().is_closed());
  EXPECT_EQ(sent.value().error().value(), 5);
  auto receive = receiver.recv_timeout_async(1s);
  EXPECT_TRUE(task.poll(receive).value().error().is_closed());
  EXPECT_TRUE(receiver.recv_timeout(1s).error().is_closed());
  EXPECT_TRUE(sender.send_timeout(1, 1s).error().is_closed());
  EXPECT_EQ(now(), Instant(0s));
}

TEST(ChannelTimeoutTest, DroppedWhileTheyWait_LeaveNeitherWaiterNorTimer) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  {
    auto receive = receiver.recv_timeout_async(1s);
    EXPECT_TRUE(task.poll(receive).is_pending());
  }
  EXPECT_TRUE(sender.is_full());
  {
    auto send = sender.send_timeout_async(1, 1s);
    EXPECT_TRUE(task.poll(send).is_pending());
  }
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
  EXPECT_FALSE(clock.advance_to_next());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(ChannelTimeoutTest, FinishedInTime_LeaveNoTimer_AlsoWhileTheirFuturesLive) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto receive = receiver.recv_timeout_async(1s);
  EXPECT_TRUE(task.poll(receive).is_pending());
  EXPECT_TRUE(sender.try_send(1));
  EXPECT_TRUE(task.poll(receive).value().has_value());
  auto send = sender.send_timeout_async(2, 1s);
  EXPECT_TRUE(task.poll(send).is_pending());
  EXPECT_EQ(receiver.try_recv(), 2);
  EXPECT_TRUE(task.poll(send).value().has_value());
  EXPECT_FALSE(clock.advance_to_next());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(ChannelTimeoutTest, NoTimeAtAll_StillAsksOnce) {
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(1);
  EXPECT_TRUE(receiver.recv_timeout(0s).error().is_timed_out());
  EXPECT_TRUE(sender.send_timeout(1, 0s));
  const auto refused = sender.send_timeout(2, -1s);
  EXPECT_TRUE(refused.error().is_timed_out());
  EXPECT_EQ(refused.error().value(), 2);
  EXPECT_EQ(receiver.recv_timeout(0s), 1);
  EXPECT_EQ(now(), Instant(0s));
}

// On a thread: it is parked meanwhile, and the paused clock counts it as blocked.
TEST(ChannelTimeoutTest, BlockingEnds_EndExactlyAtTheirTime) {
  const Deadline deadline("the clock never moved");
  PausedClock clock;
  auto [sender, receiver] = bounded<int>(1);
  EXPECT_TRUE(receiver.recv_timeout(3s).error().is_timed_out());
  EXPECT_EQ(now(), Instant(3s));
  EXPECT_TRUE(sender.send_timeout(1, 1s));
  EXPECT_EQ(sender.send_timeout(2, 4s).error().value(), 2);
  EXPECT_EQ(now(), Instant(7s));

  const base::Thread other([&receiver, &sender] {
    blocking_sleep(2s);
    EXPECT_EQ(receiver.recv(), 1);  // at 9 s: lets 3 in
    blocking_sleep(2s);
    EXPECT_EQ(receiver.recv(), 3);  // at 11 s
    blocking_sleep(2s);
    EXPECT_TRUE(sender.send(4));  // at 13 s
  });
  EXPECT_TRUE(sender.send_timeout(3, 4s));
  EXPECT_EQ(now(), Instant(9s));
  blocking_sleep(3s);
  EXPECT_EQ(receiver.recv_timeout(4s), 4);
  EXPECT_EQ(now(), Instant(13s));
}

}  // namespace

// channel_cancel_test.cpp -- a send or a receive that is dropped at every moment of its life.
//
// The values are counted: each is made once and ends once, whoever holds it then.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

class ChannelCancelTest : public testing::Test {
 protected:
  ~ChannelCancelTest() override { EXPECT_EQ(counts_.live(), 0u); }

  Counted value() { return Counted(counts_); }

  Counts counts_;
};

// The receiver's moments.

TEST_F(ChannelCancelTest, ReceiveThatWasNeverPolled_LeavesNoTrace) {
  auto [sender, receiver] = bounded<Counted>(0);
  Receiving<Counted> receive(receiver);
  receive.drop();
  EXPECT_TRUE(sender.try_send(value()).error().is_full());  // nobody waits
}

TEST_F(ChannelCancelTest, ReceiveThatWaits_LeavesTheQueue) {
  auto [sender, receiver] = bounded<Counted>(0);
  Receiving<Counted> first(receiver), second(receiver), third(receiver);
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());
  second.drop();  // from the middle
  EXPECT_EQ(second.kept_wakers(), 0u);
  first.drop();
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_EQ(third.wakes(), 1u);
  EXPECT_TRUE(sender.try_send(value()).error().is_full());
  EXPECT_TRUE(third.poll());
}

TEST_F(ChannelCancelTest, ReceiveThatWaits_WhileAnotherIsOnItsWayToTheValue_WakesNobody) {
  auto [sender, receiver] = unbounded<Counted>();
  Receiving<Counted> first(receiver), second(receiver), third(receiver);
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());
  EXPECT_TRUE(sender.try_send(value()));
  second.drop();
  EXPECT_EQ(third.wakes(), 0u);
  EXPECT_TRUE(first.poll());
}

// Predict: it was woken for a value, and is dropped before it takes it. Who learns of the value?
// Break in `ChannelCore::leave`.
TEST_F(ChannelCancelTest, ReceiveThatWasWoken_WakesTheNextInItsStead) {
  auto [sender, receiver] = unbounded<Counted>();
  Receiving<Counted> first(receiver), second(receiver), third(receiver);
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_EQ(first.wakes(), 1u);
  first.drop();
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_EQ(third.wakes(), 0u);
  second.drop();
  EXPECT_EQ(third.wakes(), 1u);
  EXPECT_TRUE(third.poll());
  EXPECT_EQ(counts_.live(), 1u);
}

TEST_F(ChannelCancelTest, ReceiveThatWasWokenInVain_WakesNobody) {
  auto [sender, receiver] = unbounded<Counted>();
  Receiving<Counted> first(receiver), second(receiver);
  EXPECT_FALSE(first.poll() || second.poll());
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_TRUE(receiver.try_recv());
  first.drop();
  EXPECT_EQ(second.wakes(), 0u);
}

TEST_F(ChannelCancelTest, ReceiveThatWasWoken_AndNobodyElseWaits_LeavesTheValueForTheNext) {
  auto [sender, receiver] = bounded<Counted>(0);
  Receiving<Counted> first(receiver);
  EXPECT_FALSE(first.poll());
  EXPECT_TRUE(sender.try_send(value()));
  first.drop();
  EXPECT_EQ(receiver.len(), 1u);  // a rendezvous, but the one whom it met is gone
  EXPECT_TRUE(sender.is_full());

  // A sender that waits is not let in for it: the channel keeps what it has to, and no more.
  Sending<Counted> waits(sender, value());
  EXPECT_FALSE(waits.poll());
  EXPECT_TRUE(receiver.try_recv());
  EXPECT_EQ(waits.wakes(), 0u);
  EXPECT_EQ(receiver.len(), 0u);
  EXPECT_TRUE(receiver.try_recv());
  EXPECT_EQ(waits.wakes(), 1u);
}

TEST_F(ChannelCancelTest, ReceiveThatWasWokenByClose_WakesNobody) {
  auto [sender, receiver] = unbounded<Counted>();
  Receiving<Counted> first(receiver), second(receiver);
  EXPECT_FALSE(first.poll() || second.poll());
  sender.close();
  first.drop();
  EXPECT_EQ(second.wakes(), 1u);  // by close() itself
  EXPECT_TRUE(second.poll());
}

TEST_F(ChannelCancelTest, ReceiveThatFinished_ChangesNothingWhenItIsDropped) {
  auto [sender, receiver] = unbounded<Counted>();
  Receiving<Counted> first(receiver), second(receiver);
  EXPECT_FALSE(first.poll() || second.poll());
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_TRUE(first.poll());
  first.drop();
  EXPECT_EQ(second.wakes(), 0u);
  EXPECT_EQ(counts_.live(), 1u);  // in `result`
}

TEST_F(ChannelCancelTest, ReceiveThatWasWokenInVain_AndWaitsAgain_IsAsNew) {
  auto [sender, receiver] = bounded<Counted>(0);
  Receiving<Counted> first(receiver), second(receiver), third(receiver);
  EXPECT_FALSE(first.poll());
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_TRUE(receiver.try_recv());
  EXPECT_FALSE(second.poll() || first.poll() || third.poll());  // it stands behind the second now
  EXPECT_TRUE(sender.try_send(value()));
  EXPECT_EQ(second.wakes(), 1u);
  first.drop();
  EXPECT_EQ(third.wakes(), 0u);  // the second is on its way
  third.drop();
  EXPECT_TRUE(second.poll());
  EXPECT_TRUE(sender.is_full());
}

// The sender's moments.

TEST_F(ChannelCancelTest, SendThatWasNeverPolled_SendsNothing) {
  auto [sender, receiver] = unbounded<Counted>();
  Sending<Counted> send(sender, value());
  send.drop();
  EXPECT_EQ(counts_.live(), 0u);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
}

TEST_F(ChannelCancelTest, SendThatWaits_TakesItsValueWithIt) {
  auto [sender, receiver] = bounded<int>(1);
  EXPECT_TRUE(sender.try_send(1));
  Sending<int> first(sender, 2), second(sender, 3), third(sender, 4);
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());
  second.drop();
  EXPECT_EQ(second.kept_wakers(), 0u);
  for (const int expected : {1, 2, 4}) EXPECT_EQ(receiver.try_recv(), expected);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
}

TEST_F(ChannelCancelTest, SendThatWaits_DestroysItsValueWhenItIsDropped) {
  auto [sender, receiver] = bounded<Counted>(0);
  Sending<Counted> send(sender, value());
  EXPECT_FALSE(send.poll());
  EXPECT_EQ(counts_.live(), 1u);
  send.drop();
  EXPECT_EQ(counts_.live(), 0u);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
}

TEST_F(ChannelCancelTest, SendThatWasLetIn_IsSentAlthoughItIsDroppedUntold) {
  auto [sender, receiver] = bounded<Counted>(1);
  EXPECT_TRUE(sender.try_send(value()));
  Sending<Counted> send(sender, value());
  EXPECT_FALSE(send.poll());
  EXPECT_TRUE(receiver.try_recv());
  send.drop();
  EXPECT_EQ(counts_.live(), 1u);
  EXPECT_TRUE(receiver.try_recv());
}

TEST_F(ChannelCancelTest, SendThatWasToldClosed_DestroysItsValueWhenItIsDropped) {
  auto [sender, receiver] = bounded<Counted>(0);
  Sending<Counted> untold(sender, value()), told(sender, value());
  EXPECT_FALSE(untold.poll() || told.poll());
  receiver.close();
  untold.drop();
  EXPECT_EQ(counts_.live(), 1u);
  EXPECT_TRUE(told.poll());
  told.result.reset();
  EXPECT_EQ(counts_.live(), 0u);
}

TEST_F(ChannelCancelTest, Cancel_GivesTheValueBack_UnlessItWasSent) {
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  {
    auto unpolled = sender.send_async(1);
    EXPECT_EQ(unpolled.cancel(), 1);
  }
  auto waits = sender.send_async(2);
  auto let_in = sender.send_async(3);
  EXPECT_TRUE(task.poll(waits).is_pending());
  EXPECT_EQ(waits.cancel(), 2);
  EXPECT_TRUE(task.poll(let_in).is_pending());
  EXPECT_EQ(receiver.try_recv(), 3);
  EXPECT_EQ(let_in.cancel(), std::nullopt);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST_F(ChannelCancelTest, CancelledReceive_PassesItsWakeOn_AtOnce) {
  auto [sender, receiver] = unbounded<int>();
  CountingTask task;
  auto first = receiver.recv_async();
  Receiving<int> second(receiver);
  EXPECT_TRUE(task.poll(first).is_pending());
  EXPECT_FALSE(second.poll());
  EXPECT_TRUE(sender.try_send(1));
  first.cancel();
  EXPECT_EQ(second.wakes(), 1u);
  first.cancel();  // twice is once
  EXPECT_EQ(second.wakes(), 0u);
}

// The same through tasks: an executor destroys what a Task held that was dropped.
TEST_F(ChannelCancelTest, DroppedTasks_LoseNoValue) {
  ManualExecutor executor;
  auto [sender, receiver] = bounded<Counted>(0);
  const auto receive = [](Receiver<Counted> from) -> Async<bool> {
    const auto received = co_await from.recv_async();
    co_return received.has_value();
  };
  std::optional dropped(executor.spawn_task(receive, receiver));
  auto kept = executor.spawn(receive, receiver);
  executor.run_until_stalled();
  EXPECT_TRUE(sender.try_send(value()));  // wakes the first task
  dropped.reset();                        // whose executor destroys it in its next step
  executor.run_until_stalled();
  EXPECT_TRUE(*block_on(kept));
  EXPECT_EQ(receiver.receiver_count(), 1u);
}

}  // namespace

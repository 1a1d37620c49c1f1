// channel_test.cpp -- lessons: who waits for whom, who wakes whom, and what a channel costs a waiter.
#include "common/channel/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/select.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;
using testing::ElementsAre;

Async<> send_two(Sender<std::string> sender, std::vector<std::string>& log) {
  (void)co_await sender.send_async("one");
  log.push_back("sent one");
  (void)co_await sender.send_async("two");
  log.push_back("sent two");
}
Async<> receive_all(Receiver<std::string> receiver, std::vector<std::string>& log) {
  for (;;) {
    const auto text = co_await receiver.recv_async();
    if (!text) break;
    log.push_back("got " + *text);
  }
  log.push_back("closed");
}

// Read this one first.
// Question: there is room for one value. A task sends two, another receives. Who waits, and who wakes whom?
// Predict the log and `queued` after each step. Break in `ChannelCore::send` and `ChannelCore::recv`.
TEST(ChannelTest, RoomForOne_TheSenderWaits_UntilAReceiveLetsItIn) {
  ManualExecutor executor;
  std::vector<std::string> log;
  auto [sender, receiver] = bounded<std::string>(1);
  auto sends = executor.spawn(send_two, std::move(sender), std::ref(log));
  auto receives = executor.spawn(receive_all, std::move(receiver), std::ref(log));

  // The first value finds room. The second does not: it waits inside the future, inside the coroutine.
  auto step = executor.step();
  EXPECT_EQ(step->task, sends.id());
  EXPECT_EQ(step->ran, Ran::waits);
  EXPECT_THAT(log, ElementsAre("sent one"));

  // To receive the first lets the second in, and wakes the sender. The receiver goes on, takes the second
  // too, and waits.
  step = executor.step();
  EXPECT_EQ(step->task, receives.id());
  EXPECT_EQ(step->ran, Ran::waits);
  EXPECT_THAT(log, ElementsAre("sent one", "got one", "got two"));
  EXPECT_EQ(executor.queued(), 1u);

  // The sender only learns now that its second value is sent. It ends, and with it the last Sender: that
  // wakes the receiver.
  step = executor.step();
  EXPECT_EQ(step->task, sends.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_THAT(log, ElementsAre("sent one", "got one", "got two", "sent two"));
  EXPECT_EQ(executor.queued(), 1u);

  step = executor.step();
  EXPECT_EQ(step->task, receives.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_EQ(log.back(), "closed");
}

// Question: three receivers wait. How many does one value wake? And two?
// Predict `wakes` of each. Break in `ChannelCore::notify_receiver`.
TEST(ChannelTest, OneValue_WakesOneReceiver_TheFirst) {
  auto [sender, receiver] = unbounded<int>();
  Receiving<int> first(receiver), second(receiver), third(receiver);
  EXPECT_FALSE(first.poll());
  EXPECT_FALSE(second.poll());
  EXPECT_FALSE(third.poll());
  EXPECT_EQ(first.kept_wakers(), 1u);  // in the channel's list

  EXPECT_TRUE(sender.send(10));
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 0u);
  EXPECT_EQ(third.wakes(), 0u);
  EXPECT_EQ(first.kept_wakers(), 0u);  // used up
  EXPECT_EQ(receiver.len(), 1u);       // the value stays in the channel until somebody takes it

  EXPECT_TRUE(sender.send(20));  // the first one is on its way: the next one's turn
  EXPECT_EQ(first.wakes(), 0u);
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_EQ(third.wakes(), 0u);

  EXPECT_TRUE(first.poll());
  EXPECT_EQ(first.result->value(), 10);
  EXPECT_TRUE(second.poll());
  EXPECT_EQ(second.result->value(), 20);
  EXPECT_EQ(third.wakes(), 0u);
}

// Question: the first receiver is woken for a value. Before it is polled, somebody else asks. Who gets it?
// Predict. Break in `ChannelCore::recv`, and look at `waiter.notified`.
TEST(ChannelTest, WhoAsksFirst_GetsTheValue_AndTheWokenOneWaitsAgain) {
  auto [sender, receiver] = unbounded<int>();
  Receiving<int> woken(receiver), behind(receiver);
  EXPECT_FALSE(woken.poll());
  EXPECT_FALSE(behind.poll());
  EXPECT_TRUE(sender.send(1));
  EXPECT_EQ(receiver.try_recv().value(), 1);

  EXPECT_EQ(woken.wakes(), 1u);
  EXPECT_FALSE(woken.poll());  // nothing there: it stands behind the other one now
  EXPECT_TRUE(sender.send(2));
  EXPECT_EQ(behind.wakes(), 1u);
  EXPECT_EQ(woken.wakes(), 0u);
  EXPECT_TRUE(sender.send(3));
  EXPECT_EQ(woken.wakes(), 1u);
}

// Question: a receiver waits, and its task is moved: it is polled with another waker. Who is woken?
TEST(ChannelTest, PolledByAnotherTask_TheNewestWakerIsWoken) {
  auto [sender, receiver] = bounded<int>(1);
  CountingTask other;
  Receiving<int> receive(receiver);
  EXPECT_FALSE(receive.poll());
  EXPECT_FALSE(receive.poll());
  EXPECT_EQ(receive.clones(), 1u);  // the same task again: nothing to clone
  EXPECT_FALSE(receive.poll_as(other));
  EXPECT_EQ(receive.kept_wakers(), 0u);
  EXPECT_TRUE(sender.send(1));
  EXPECT_EQ(receive.wakes(), 0u);
  EXPECT_EQ(other.take_wakes(), 1u);

  Sending<int> send(sender, 2);
  EXPECT_FALSE(send.poll());
  EXPECT_FALSE(send.poll());
  EXPECT_EQ(send.clones(), 1u);
  EXPECT_FALSE(send.poll_as(other));
  EXPECT_EQ(send.kept_wakers(), 0u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(send.wakes(), 0u);
  EXPECT_EQ(other.take_wakes(), 1u);
}

TEST(ChannelTest, PolledAgainByAnother_KeepsItsPlaceInTheQueue) {
  auto [sender, receiver] = bounded<int>(0);
  CountingTask other;
  Sending<int> first(sender, 1), second(sender, 2);
  EXPECT_FALSE(first.poll());
  EXPECT_FALSE(second.poll());
  EXPECT_FALSE(first.poll_as(other));
  EXPECT_EQ(receiver.try_recv().value(), 1);

  Receiving<int> one(receiver), two(receiver);
  second.drop();
  EXPECT_FALSE(one.poll());
  EXPECT_FALSE(two.poll());
  EXPECT_FALSE(one.poll_as(other));
  (void)other.take_wakes();
  EXPECT_TRUE(sender.try_send(3));
  EXPECT_EQ(other.take_wakes(), 1u);
  EXPECT_EQ(two.wakes(), 0u);
}

// A future may live on after it finished; what it kept of its task must not.
TEST(ChannelTest, FinishedFuture_KeepsNoWaker) {
  auto [sender, receiver] = bounded<int>(0);
  CountingTask task;
  auto receive = receiver.recv_async(), closed = receiver.recv_async();
  auto send = sender.send_async(1), refused = sender.send_async(2);
  EXPECT_TRUE(task.poll(send).is_pending());
  EXPECT_TRUE(task.poll(receive).is_ready());
  EXPECT_TRUE(task.poll(send).is_ready());
  EXPECT_TRUE(task.poll(closed).is_pending());
  sender.close();
  EXPECT_TRUE(task.poll(closed).is_ready());
  EXPECT_TRUE(task.poll(refused).is_ready());
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(ChannelTest, PolledForNoReason_ItMayFinish_AndKeepsNoWaker) {
  auto [sender, receiver] = unbounded<int>();
  CountingTask woken, other;
  auto first = receiver.recv_async(), second = receiver.recv_async();
  EXPECT_TRUE(woken.poll(first).is_pending());
  EXPECT_TRUE(other.poll(second).is_pending());
  EXPECT_TRUE(sender.send(1));
  EXPECT_EQ(other.take_wakes(), 0u);
  EXPECT_TRUE(other.poll(second).is_ready());  // as a join does, which polls all its children
  EXPECT_EQ(other.kept_wakers(), 0u);
  EXPECT_TRUE(woken.poll(first).is_pending());
}

TEST(ChannelTest, WhatNeedNotWait_ClonesNoWaker) {
  auto [sender, receiver] = bounded<int>(1);
  Sending<int> send(sender, 1);
  EXPECT_TRUE(send.poll());
  EXPECT_EQ(send.clones(), 0u);
  Receiving<int> receive(receiver);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(receive.clones(), 0u);
}

TEST(ChannelTest, InJoinAndSelect_TheFuturesAreBuiltInPlace) {
  auto [sender, receiver] = bounded<int>(0);
  const auto both = [](Sender<int> to, Receiver<int> from) -> Async<int> {
    auto [sent, received] =
        co_await join([&] { return to.send_async(4); }, [&] { return from.recv_async(); });
    EXPECT_TRUE(sent);
    auto won = co_await select_biased([&] { return from.recv_async(); }, [&] { return to.send_async(5); });
    EXPECT_EQ(won.index(), 1u);  // the receive waits, so the send need not
    EXPECT_EQ(co_await from.recv_async(), 5);
    co_return received.value();
  };
  EXPECT_EQ(block_on(both(sender, receiver)), 4);
}

TEST(ChannelTest, Ends_AreCopiedMovedAndCounted) {
  auto [sender, receiver] = unbounded<std::unique_ptr<int>>();
  {
    const auto copy = sender;
    auto clone = receiver.clone();
    EXPECT_EQ(receiver.sender_count(), 2u);
    EXPECT_EQ(sender.receiver_count(), 2u);
    auto moved = std::move(clone);
    EXPECT_EQ(sender.receiver_count(), 2u);
    EXPECT_TRUE(copy.send(std::make_unique<int>(1)));
    EXPECT_EQ(*moved.recv().value(), 1);

    auto [other, other_receiver] = unbounded<std::unique_ptr<int>>();
    other = copy;  // the last Sender of its channel goes
    EXPECT_TRUE(other_receiver.is_closed());
    EXPECT_EQ(sender.sender_count(), 3u);
    auto& same = other;
    other = same;
    EXPECT_EQ(sender.sender_count(), 3u);
  }
  EXPECT_EQ(sender.sender_count(), 1u);
  EXPECT_EQ(sender.receiver_count(), 1u);
  EXPECT_FALSE(sender.is_closed());
}

void send_after_a_move() {
  auto ends = unbounded<int>();
  const auto moved = std::move(ends.sender);
  (void)ends.sender.send(1);
}
void poll_a_finished_send() {
  auto ends = unbounded<int>();
  auto send = ends.sender.send_async(1);
  CountingTask task;
  (void)task.poll(send);
  (void)task.poll(send);
}
void cancel_a_finished_send() {
  auto ends = unbounded<int>();
  auto send = ends.sender.send_async(1);
  (void)block_on(send);
  (void)send.cancel();
}
void poll_a_cancelled_receive() {
  auto ends = unbounded<int>();
  auto receive = ends.receiver.recv_async();
  receive.cancel();
  CountingTask task;
  (void)task.poll(receive);
}
TEST(ChannelDeathTest, WhatNoProgramShouldDo_StopsItWithAMessage) {
  EXPECT_DEATH(send_after_a_move(), "used after it was moved away");
  EXPECT_DEATH(poll_a_finished_send(), "a send was polled after it finished");
  EXPECT_DEATH(cancel_a_finished_send(), "a send was cancelled after it finished");
  EXPECT_DEATH(poll_a_cancelled_receive(), "a receive was polled after it finished");
}

static_assert(!std::is_move_constructible_v<RecvFuture<int>> &&
                  !std::is_move_constructible_v<SendFuture<int>>,
              "they are elements of the channel's lists");
static_assert(std::is_nothrow_move_constructible_v<Sender<int>> &&
              std::is_copy_constructible_v<Receiver<int>>);

}  // namespace

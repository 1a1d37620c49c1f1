// channel_contract_test.cpp -- what every channel promises, whatever its capacity: none, 1, 3, unlimited.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/channel.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;
using testing::ElementsAre;

constexpr std::size_t kUnbounded = 1'000'000;  // stands for no limit

class ChannelContractTest : public testing::TestWithParam<std::size_t> {
 protected:
  template <class T>
  static Channel<T> make() {
    return is_bounded() ? bounded<T>(GetParam()) : unbounded<T>();
  }
  static bool is_bounded() { return GetParam() != kUnbounded; }
  static int capacity() { return static_cast<int>(GetParam()); }

  // Sends 1, 2, ... until the channel is full; an unlimited one gets five.
  static int fill(const Sender<int>& sender) {
    const int n = is_bounded() ? capacity() : 5;
    for (int i = 1; i <= n; ++i) EXPECT_TRUE(sender.try_send(i));
    return n;
  }
  static std::vector<int> take_all(const Receiver<int>& receiver) {
    std::vector<int> values;
    for (const int value : receiver.try_iter()) values.push_back(value);
    return values;
  }
};

TEST_P(ChannelContractTest, NewChannel_IsOpenAndEmpty) {
  auto [sender, receiver] = make<int>();
  EXPECT_FALSE(sender.is_closed());
  EXPECT_TRUE(receiver.is_empty());
  EXPECT_EQ(sender.len(), 0u);
  EXPECT_EQ(sender.is_full(), GetParam() == 0);  // a rendezvous has no room until somebody waits
  EXPECT_EQ(receiver.capacity(), is_bounded() ? std::optional(GetParam()) : std::nullopt);
  EXPECT_EQ(sender.sender_count(), 1u);
  EXPECT_EQ(sender.receiver_count(), 1u);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
}

TEST_P(ChannelContractTest, TrySend_TakesAsManyAsThereIsRoomFor_AndGivesTheNextOneBack) {
  auto [sender, receiver] = make<int>();
  const int n = fill(sender);
  EXPECT_EQ(sender.len(), static_cast<std::size_t>(n));
  EXPECT_EQ(sender.is_full(), is_bounded());
  EXPECT_EQ(sender.is_empty(), n == 0);
  if (is_bounded()) {
    const auto refused = sender.try_send(99);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is_full());
    EXPECT_EQ(refused.error().value(), 99);
  }
  for (int i = 1; i <= n; ++i) EXPECT_EQ(receiver.try_recv(), i);
  EXPECT_TRUE(receiver.try_recv().error().is_empty());
}

TEST_P(ChannelContractTest, EachWaitingReceiver_MakesRoomForOneValue_AndIsWokenOnce) {
  auto [sender, receiver] = make<int>();
  Receiving<int> a(receiver), b(receiver), c(receiver);
  for (auto* each : {&a, &b, &c}) EXPECT_FALSE(each->poll());
  EXPECT_FALSE(sender.is_full());
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(sender.try_send(i)) << i;
  int value = 0;
  for (auto* each : {&a, &b, &c}) {
    EXPECT_EQ(each->wakes(), 1u);
    EXPECT_TRUE(each->poll());
    EXPECT_EQ(each->result->value(), ++value);
    EXPECT_EQ(each->kept_wakers(), 0u);
  }
  EXPECT_EQ(sender.is_full(), GetParam() == 0);
}

TEST_P(ChannelContractTest, WaitingSenders_AreLetInInTheirOrder_BeforeAnybodyElse) {
  auto [sender, receiver] = make<int>();
  const int n = fill(sender);
  Sending<int> a(sender, n + 1), b(sender, n + 2);
  EXPECT_EQ(a.poll(), !is_bounded());
  if (!is_bounded()) return;  // nobody has to wait
  EXPECT_FALSE(b.poll());
  EXPECT_EQ(sender.len(), GetParam());  // who waits is not counted

  EXPECT_EQ(receiver.try_recv(), 1);
  EXPECT_EQ(a.wakes(), 1u);
  EXPECT_EQ(b.wakes(), 0u);
  EXPECT_TRUE(sender.try_send(99).error().is_full());  // b stands before it
  EXPECT_TRUE(a.poll());
  EXPECT_TRUE(*a.result);
  EXPECT_FALSE(b.poll());

  for (int i = 2; i <= n + 2; ++i) EXPECT_EQ(receiver.try_recv(), i);
  EXPECT_EQ(b.wakes(), 1u);
  EXPECT_TRUE(b.poll());
  EXPECT_EQ(b.kept_wakers(), 0u);
}

TEST_P(ChannelContractTest, TasksOnBothSides_ReceiveEverythingInOrder) {
  ManualExecutor executor;
  auto ends = make<std::unique_ptr<int>>();
  const auto send = [](Sender<std::unique_ptr<int>> sender) -> Async<> {
    for (int i = 1; i <= 10; ++i) {
      const auto sent = co_await sender.send_async(std::make_unique<int>(i));
      EXPECT_TRUE(sent);
    }
  };
  const auto receive = [](Receiver<std::unique_ptr<int>> receiver) -> Async<std::vector<int>> {
    std::vector<int> got;
    for (;;) {
      const auto value = co_await receiver.recv_async();
      if (!value) co_return got;
      got.push_back(**value);
    }
  };
  auto receives = executor.spawn(receive, std::move(ends.receiver));
  executor.spawn(send, std::move(ends.sender)).detach();
  executor.run_until_stalled();
  EXPECT_THAT(*block_on(receives), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

// Ends, in every way. Predict: what do those get who wait, and what those who come later?

TEST_P(ChannelContractTest, Close_GivesWaitingSendersTheirValuesBack_AndReceiversWhatIsLeft) {
  auto [sender, receiver] = make<int>();
  const int n = fill(sender);
  Sending<int> waits(sender, 77);
  const bool had_to_wait = !waits.poll();
  EXPECT_EQ(had_to_wait, is_bounded());
  receiver.close();
  EXPECT_TRUE(sender.is_closed());
  EXPECT_EQ(waits.wakes(), had_to_wait ? 1u : 0u);
  if (had_to_wait) {
    EXPECT_TRUE(waits.poll());
    EXPECT_TRUE(waits.result->error().is_closed());
    EXPECT_EQ(waits.result->error().value(), 77);
    EXPECT_EQ(waits.kept_wakers(), 0u);
  }
  EXPECT_TRUE(sender.send(1).error().is_closed());
  EXPECT_EQ(sender.try_send(8).error().value(), 8);
  sender.close();  // twice is once
  for (int i = 1; i <= n; ++i) EXPECT_EQ(receiver.recv(), i);
  if (!had_to_wait) {
    EXPECT_EQ(receiver.recv(), 77);
  }
  EXPECT_TRUE(receiver.recv().error().is_closed());
  EXPECT_TRUE(receiver.try_recv().error().is_closed());
}

TEST_P(ChannelContractTest, Close_WakesEveryWaitingReceiver) {
  auto [sender, receiver] = make<int>();
  Receiving<int> a(receiver), b(receiver), c(receiver);
  EXPECT_FALSE(a.poll() || b.poll() || c.poll());
  EXPECT_TRUE(sender.try_send(1));  // a is notified of a value, and not polled yet
  sender.close();
  for (auto* each : {&a, &b, &c}) EXPECT_EQ(each->wakes(), 1u);
  EXPECT_TRUE(b.poll());
  EXPECT_EQ(b.result->value(), 1);  // who asks first
  EXPECT_TRUE(a.poll());
  EXPECT_TRUE(a.result->error().is_closed());
  EXPECT_TRUE(c.poll());
  EXPECT_EQ(a.kept_wakers() + b.kept_wakers() + c.kept_wakers(), 0u);
}

TEST_P(ChannelContractTest, LastSenderGone_ReceiversGetWhatIsLeft_ThenClosed) {
  auto [sender, receiver] = make<int>();
  std::optional<Sender<int>> first(sender), second(std::move(sender));
  const int n = fill(*first);
  first.reset();
  EXPECT_FALSE(receiver.is_closed());
  for (int i = 1; i <= n; ++i) EXPECT_EQ(receiver.try_recv(), i);
  Receiving<int> waits(receiver);
  EXPECT_FALSE(waits.poll());
  second.reset();
  EXPECT_TRUE(receiver.is_closed());
  EXPECT_EQ(receiver.sender_count(), 0u);
  EXPECT_EQ(waits.wakes(), 1u);
  EXPECT_TRUE(waits.poll());
  EXPECT_TRUE(waits.result->error().is_closed());
}

TEST_P(ChannelContractTest, LastReceiverGone_DestroysWhatIsLeft_AndSendersGetTheirValuesBack) {
  Counts counts;
  auto ends = make<Counted>();
  std::optional<Receiver<Counted>> first(ends.receiver), second(std::move(ends.receiver));
  const Sender<Counted> sender = std::move(ends.sender);
  const std::size_t n = is_bounded() ? GetParam() : 5;
  for (std::size_t i = 0; i < n; ++i) EXPECT_TRUE(sender.try_send(Counted(counts)));
  Sending<Counted> waits(sender, Counted(counts));
  const bool had_to_wait = !waits.poll();
  first.reset();
  EXPECT_FALSE(sender.is_closed());
  EXPECT_EQ(counts.ended, 0u);
  second.reset();
  EXPECT_TRUE(sender.is_closed());
  EXPECT_TRUE(sender.is_empty());
  EXPECT_EQ(counts.live(), had_to_wait ? 1u : 0u);  // at once, though a Sender still keeps the channel
  EXPECT_EQ(waits.wakes(), had_to_wait ? 1u : 0u);
  if (had_to_wait) {
    EXPECT_TRUE(waits.poll());
    EXPECT_TRUE(waits.result->error().is_closed());
    EXPECT_EQ(counts.live(), 1u);
    waits.result.reset();
  }
  EXPECT_TRUE(sender.send(Counted(counts)).error().is_closed());
  EXPECT_EQ(counts.live(), 0u);
}

// A future shares the channel's memory, but does not keep it open.
TEST_P(ChannelContractTest, FuturesThatOutliveTheEnds_GetClosed) {
  auto ends = std::optional(make<int>());
  Receiving<int> receives(ends->receiver), unpolled(ends->receiver);
  EXPECT_FALSE(receives.poll());
  ends.reset();
  EXPECT_EQ(receives.wakes(), 1u);
  EXPECT_TRUE(receives.poll());
  EXPECT_TRUE(receives.result->error().is_closed());
  EXPECT_TRUE(unpolled.poll());
  EXPECT_TRUE(unpolled.result->error().is_closed());

  ends.emplace(make<int>());
  (void)fill(ends->sender);
  Sending<int> sends(ends->sender, 5);
  if (!sends.poll()) {
    ends.reset();
    EXPECT_EQ(sends.wakes(), 1u);
    EXPECT_TRUE(sends.poll());
    EXPECT_EQ(sends.result->error().value(), 5);
  }
}

TEST_P(ChannelContractTest, WaitingSendOutlivesTheLastSender_ItsValueComesBack_AndIsNotReceived) {
  auto ends = make<int>();
  std::optional<Sender<int>> sender(std::move(ends.sender));
  const int n = fill(*sender);
  Sending<int> sends(*sender, 5);
  EXPECT_EQ(sends.poll(), !is_bounded());
  if (!is_bounded()) return;  // nobody has to wait
  sender.reset();
  EXPECT_EQ(take_all(ends.receiver).size(), static_cast<std::size_t>(n));
  EXPECT_EQ(sends.wakes(), 1u);
  EXPECT_TRUE(sends.poll());
  EXPECT_EQ(sends.result->error().value(), 5);
}

INSTANTIATE_TEST_SUITE_P(Capacities, ChannelContractTest, testing::Values(kUnbounded, 0, 1, 3),
                         [](const auto& each) {
                           return each.param == kUnbounded ? std::string("Unbounded")
                                                           : "Bounded" + std::to_string(each.param);
                         });

}  // namespace

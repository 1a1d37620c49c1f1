// mpsc_close_test.cpp -- the ends of an mpsc: senders gone, the receiver closes or goes, permits out.
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

TEST(MpscCloseTest, LastSenderGoes_WhatIsInItComesOut_ThenNothing) {
  auto [tx, rx] = mpsc::channel<int>(4);
  EXPECT_TRUE(tx.try_send(1));
  {
    auto copy = tx.clone();
    const auto first = std::move(tx);
    EXPECT_TRUE(copy.try_send(2));
  }
  EXPECT_TRUE(rx.is_closed());
  EXPECT_EQ(rx.try_recv(), 1);
  EXPECT_EQ(block_on(rx.recv()), 2);
  EXPECT_EQ(block_on(rx.recv()), std::nullopt);
  EXPECT_TRUE(rx.try_recv().error().is_closed());
}

TEST(MpscCloseTest, LastSenderGoes_WhileTheReceiverWaits_WakesIt) {
  auto [tx, rx] = mpsc::channel<int>(4);
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  auto copy = std::make_unique<mpsc::Sender<int>>(tx);
  copy.reset();
  EXPECT_EQ(receive.wakes(), 0u);
  {
    const auto last = std::move(tx);
  }
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(*receive.result, std::nullopt);
}

// The end comes exactly at a block's edge: the next block may not exist.
TEST(MpscCloseTest, LastSenderGoes_AfterAnyNumberOfValues) {
  for (int count = 0; count < 100; ++count) {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    {
      const auto last = std::move(tx);
      for (int i = 0; i < count; ++i) EXPECT_TRUE(last.send(i));
    }
    for (int i = 0; i < count; ++i) EXPECT_EQ(block_on(rx.recv()), i);
    EXPECT_EQ(block_on(rx.recv()), std::nullopt);
    EXPECT_EQ(block_on(rx.recv()), std::nullopt);
  }
}

// Question: three values are in it, a send waits, and a permit is out. The receiver closes. What still comes?
// Predict the list. Break in `Bounded::is_over`.
TEST(MpscCloseTest, ReceiverCloses_WhatWasSentOrPermittedStillComes) {
  auto [tx, rx] = mpsc::channel<int>(4);
  for (int i : {1, 2, 3}) EXPECT_TRUE(tx.try_send(i));
  auto permit = tx.try_reserve();
  ASSERT_TRUE(permit);
  HandPolled send(std::in_place, [&] { return tx.send(5); });
  EXPECT_FALSE(send.poll());

  rx.close();
  EXPECT_TRUE(tx.is_closed());
  EXPECT_EQ(send.wakes(), 1u);
  EXPECT_TRUE(send.poll());
  EXPECT_EQ(send.result->error().value(), 5);
  for (int i : {1, 2, 3}) EXPECT_EQ(rx.try_recv(), i);

  // The permit is out: the receiver must wait for what becomes of it.
  EXPECT_TRUE(rx.try_recv().error().is_empty());
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  std::move(*permit).send(4);
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(*receive.result, 4);
  EXPECT_TRUE(rx.try_recv().error().is_closed());  // though a sender is still there
}

TEST(MpscCloseTest, ReceiverCloses_APermitIsDroppedUnused_ThatIsTheEnd) {
  auto [tx, rx] = mpsc::channel<int>(2);
  std::optional permits(*tx.try_reserve_many(2));
  rx.close();
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  permits->next().reset();
  EXPECT_EQ(receive.wakes(), 0u);
  permits.reset();
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(*receive.result, std::nullopt);
}

// Woken with its permit, and dropped without a poll after the channel was closed: the receiver must be told.
TEST(MpscCloseTest, ReceiverCloses_AWokenSendIsDropped_ThatIsTheEnd) {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_TRUE(tx.try_send(1));
  HandPolled send(std::in_place, [&] { return tx.send(2); });
  EXPECT_FALSE(send.poll());
  EXPECT_EQ(rx.try_recv(), 1);
  EXPECT_EQ(send.wakes(), 1u);
  rx.close();
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  send.drop();
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(*receive.result, std::nullopt);
}

TEST(MpscCloseTest, ReceiverCloses_AWokenSendIsPolled_ItsValueStillComes) {
  auto [tx, rx] = mpsc::channel<int>(1);
  EXPECT_TRUE(tx.try_send(1));
  HandPolled send(std::in_place, [&] { return tx.send(2); });
  EXPECT_FALSE(send.poll());
  EXPECT_EQ(rx.try_recv(), 1);
  rx.close();
  EXPECT_TRUE(send.poll());
  EXPECT_TRUE(*send.result);
  EXPECT_EQ(block_on(rx.recv()), 2);
  EXPECT_EQ(block_on(rx.recv()), std::nullopt);
}

TEST(MpscCloseTest, Unbounded_ReceiverCloses_WhatWasSentStillComes) {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  for (int i = 0; i < 32; ++i) EXPECT_TRUE(tx.send(i));
  rx.close();
  rx.close();
  EXPECT_EQ(tx.send(99).error().value(), 99);
  EXPECT_EQ(rx.len(), 32u);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(block_on(rx.recv()), i);
  EXPECT_EQ(block_on(rx.recv()), std::nullopt);
  {
    const auto last = std::move(tx);
  }
  EXPECT_EQ(block_on(rx.recv()), std::nullopt);
}

TEST(MpscCloseTest, ReceiverGoes_WhatIsInItIsDestroyedAtOnce_AndSendsFail) {
  Counts counts;
  auto [tx, rx] = mpsc::channel<Counted>(40);
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(tx.try_send(Counted(counts)));
  HandPolled closed(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(closed.poll());
  {
    const auto gone = std::move(rx);
  }
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(closed.wakes(), 1u);
  EXPECT_TRUE(closed.poll());
  EXPECT_TRUE(tx.is_closed());
  EXPECT_TRUE(tx.try_send(Counted(counts)).error().is_closed());
  EXPECT_EQ(counts.live(), 0u);
}

TEST(MpscCloseTest, ReceiverGoes_APermitStillTakesItsValue_WhichGoesWithTheChannel) {
  Counts counts;
  {
    auto [tx, rx] = mpsc::channel<Counted>(1);
    auto permit = tx.try_reserve();
    {
      const auto gone = std::move(rx);
    }
    std::move(*permit).send(Counted(counts));
  }
  EXPECT_EQ(counts.made, 1u);
  EXPECT_EQ(counts.live(), 0u);
}

// A value that owns the channel's own sender: the circle is broken by the receiver's end.
TEST(MpscCloseTest, ReceiverGoes_ValuesThatOwnASender_DoNotKeepTheChannel) {
  struct Letter {
    Letter(Counts& counts, mpsc::UnboundedSender<std::unique_ptr<Letter>> reply)
        : life(counts), answer_to(std::move(reply)) {}
    Counted life;
    mpsc::UnboundedSender<std::unique_ptr<Letter>> answer_to;
  };
  Counts counts;
  {
    auto [tx, rx] = mpsc::unbounded_channel<std::unique_ptr<Letter>>();
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(tx.send(std::make_unique<Letter>(counts, tx)));
    const auto sender_first = std::move(tx);
  }
  EXPECT_EQ(counts.live(), 0u);
}

TEST(MpscCloseTest, Closed_IsReadyAtOnceIfItIs_AndLeavesTheListWhenDropped) {
  auto [tx, rx] = mpsc::channel<int>(1);
  HandPolled first(std::in_place, [&] { return tx.closed(); });
  HandPolled second(std::in_place, [&] { return tx.closed(); });
  EXPECT_FALSE(first.poll() || second.poll());
  first.drop();
  EXPECT_EQ(first.kept_wakers(), 0u);
  rx.close();
  EXPECT_EQ(first.wakes(), 0u);
  EXPECT_EQ(second.wakes(), 1u);
  second.drop();  // woken and not polled
  HandPolled third(std::in_place, [&] { return tx.closed(); });
  EXPECT_TRUE(third.poll());
}

}  // namespace

// mpsc_cancel_test.cpp -- futures and permits of an mpsc channel, dropped at every moment of their life.
//
// The values are counted: each is made once and ends once, whoever holds it then.
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"

namespace {

using namespace async;

class MpscCancelTest : public testing::Test {
 protected:
  ~MpscCancelTest() override { EXPECT_EQ(counts_.live(), 0u); }

  Counted value() { return Counted(counts_); }
  auto sending(const mpsc::Sender<Counted>& tx) {
    return [this, &tx] { return tx.send(value()); };
  }

  Counts counts_;
};

// The receiver's moments.

TEST_F(MpscCancelTest, Receive_DroppedUnpolled_LeavesNoTrace) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  receive.drop();
  EXPECT_TRUE(tx.try_send(value()));
  EXPECT_TRUE(rx.try_recv());
}

TEST_F(MpscCancelTest, Receive_DroppedWhileItWaits_KeepsNoWaker_AndTheNextOneIsWoken) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  HandPolled first(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(first.poll());
  first.drop();
  EXPECT_EQ(first.kept_wakers(), 0u);
  HandPolled second(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(second.poll());
  EXPECT_TRUE(tx.try_send(value()));
  EXPECT_EQ(first.wakes(), 0u);
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_TRUE(second.poll());
}

TEST_F(MpscCancelTest, Receive_DroppedAfterItWasWoken_LeavesTheValueForTheNext) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  EXPECT_TRUE(tx.try_send(value()));
  EXPECT_EQ(receive.wakes(), 1u);
  receive.drop();
  EXPECT_EQ(counts_.live(), 1u);
  EXPECT_TRUE(rx.try_recv());
}

TEST_F(MpscCancelTest, RecvMany_DroppedAfterItWasWoken_LeavesTheValuesForTheNext) {
  auto [tx, rx] = mpsc::channel<Counted>(2);
  std::vector<Counted> values;
  HandPolled receive(std::in_place, [&] { return rx.recv_many(values, 5); });
  EXPECT_FALSE(receive.poll());
  EXPECT_TRUE(tx.try_send(value()));
  EXPECT_TRUE(tx.try_send(value()));
  receive.drop();
  EXPECT_EQ(receive.kept_wakers(), 0u);
  EXPECT_TRUE(values.empty());
  EXPECT_EQ(rx.len(), 2u);
}

// The sender's moments.

TEST_F(MpscCancelTest, Send_DroppedUnpolled_TakesItsValueAlong) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  HandPolled send(std::in_place, sending(tx));
  send.drop();
  EXPECT_EQ(counts_.live(), 0u);
  EXPECT_EQ(tx.capacity(), 1u);
}

TEST_F(MpscCancelTest, Send_DroppedInTheQueue_IsNotWaitedFor) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  EXPECT_TRUE(tx.try_send(value()));
  HandPolled first(std::in_place, sending(tx)), second(std::in_place, sending(tx)),
      third(std::in_place, sending(tx));
  EXPECT_FALSE(first.poll() || second.poll() || third.poll());
  second.drop();  // from the middle
  EXPECT_EQ(second.kept_wakers(), 0u);
  first.drop();
  EXPECT_TRUE(rx.try_recv());
  EXPECT_EQ(third.wakes(), 1u);
  EXPECT_TRUE(third.poll());
  EXPECT_TRUE(*third.result);
}

// Predict: it was woken with the permit, and is dropped before it sends. Who gets the permit? Break in
//   `Admission::leave`.
TEST_F(MpscCancelTest, Send_DroppedAfterItWasWoken_PassesThePermitOn) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  EXPECT_TRUE(tx.try_send(value()));
  HandPolled first(std::in_place, sending(tx)), second(std::in_place, sending(tx));
  EXPECT_FALSE(first.poll() || second.poll());
  EXPECT_TRUE(rx.try_recv());
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_TRUE(tx.try_send(value()).error().is_full());  // it is promised to the first
  first.drop();
  EXPECT_EQ(second.wakes(), 1u);
  second.drop();
  EXPECT_EQ(tx.capacity(), 1u);
}

TEST_F(MpscCancelTest, Permit_DroppedUnused_PassesTheRoomOn) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  std::optional permit(*tx.try_reserve());
  HandPolled send(std::in_place, sending(tx));
  EXPECT_FALSE(send.poll());
  permit.reset();
  EXPECT_EQ(send.wakes(), 1u);
  EXPECT_TRUE(send.poll());
  EXPECT_TRUE(rx.try_recv());
}

TEST_F(MpscCancelTest, Reserve_InEachMoment_LosesNoRoom) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  const auto reserving = [&] { return tx.reserve(); };
  HandPolled unpolled(std::in_place, reserving);
  unpolled.drop();
  std::optional held(*tx.try_reserve());
  HandPolled queued(std::in_place, reserving), woken(std::in_place, reserving),
      next(std::in_place, reserving);
  EXPECT_FALSE(queued.poll() || woken.poll() || next.poll());
  queued.drop();
  held.reset();
  EXPECT_EQ(woken.wakes(), 1u);
  woken.drop();
  EXPECT_EQ(next.wakes(), 1u);
  EXPECT_TRUE(next.poll());
  std::move(**next.result).send(value());
  EXPECT_TRUE(rx.try_recv());
}

TEST_F(MpscCancelTest, ReserveMany_DroppedWithSomeCollected_PassesThemOn) {
  auto [tx, rx] = mpsc::channel<Counted>(3);
  EXPECT_TRUE(tx.try_send(value()));
  HandPolled all(std::in_place, [&] { return tx.reserve_many(3); });
  EXPECT_FALSE(all.poll());
  EXPECT_EQ(tx.capacity(), 0u);  // two are collected
  HandPolled send(std::in_place, sending(tx));
  EXPECT_FALSE(send.poll());  // does not overtake
  all.drop();
  EXPECT_EQ(send.wakes(), 1u);
  EXPECT_TRUE(send.poll());
  EXPECT_EQ(tx.capacity(), 1u);
  EXPECT_EQ(rx.len(), 2u);
}

TEST_F(MpscCancelTest, ReserveMany_Sends_AndGivesBackTheRest) {
  auto [tx, rx] = mpsc::channel<Counted>(3);
  {
    HandPolled all(std::in_place, [&] { return tx.reserve_many(3); });
    EXPECT_TRUE(all.poll());
    auto permits = *std::move(*all.result);
    EXPECT_EQ(permits.size(), 3u);
    std::move(*permits.next()).send(value());
    EXPECT_EQ(permits.size(), 2u);
    EXPECT_EQ(tx.capacity(), 0u);
  }
  EXPECT_EQ(tx.capacity(), 2u);
  EXPECT_EQ(rx.len(), 1u);
  auto none = tx.try_reserve_many(0);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->next());
}

TEST_F(MpscCancelTest, OwnedPermit_IsASender_AndGivesItBack) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  HandPolled reserve(std::in_place, [&] { return std::move(tx).reserve_owned(); });
  EXPECT_TRUE(reserve.poll());
  EXPECT_FALSE(rx.is_closed());
  auto again = std::move(**reserve.result).send(value());
  EXPECT_EQ(again.strong_count(), 1u);
  reserve.result.reset();
  auto refused = std::move(again).try_reserve_owned();
  EXPECT_TRUE(refused.error().is_full());
  again = std::move(refused).error().value();
  EXPECT_TRUE(rx.try_recv());
  auto permit = std::move(again).try_reserve_owned();
  ASSERT_TRUE(permit);
  EXPECT_EQ(rx.capacity(), 0u);
  {
    const auto sender = std::move(*permit).release();
  }
  EXPECT_EQ(rx.capacity(), 1u);
  EXPECT_TRUE(rx.is_closed());
}

TEST_F(MpscCancelTest, ReserveOwned_DroppedInTheQueue_DropsItsSender) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  EXPECT_TRUE(tx.try_send(value()));
  HandPolled reserve(std::in_place, [&] { return std::move(tx).reserve_owned(); });
  EXPECT_FALSE(reserve.poll());
  EXPECT_FALSE(rx.is_closed());
  reserve.drop();
  EXPECT_TRUE(rx.is_closed());
  EXPECT_TRUE(rx.try_recv());
}

// Whole tasks that wait, dropped with their executor.
TEST_F(MpscCancelTest, ExecutorEnds_WhileTasksWait_NothingIsLeft) {
  auto [tx, rx] = mpsc::channel<Counted>(1);
  {
    ManualExecutor executor;
    const auto send = [this](mpsc::Sender<Counted> sender) -> Async<> {
      while (true) {
        auto life = value();
        const auto sent = co_await sender.send(std::move(life));
        if (!sent) break;
      }
    };
    auto first = executor.spawn(send, tx);
    auto second = executor.spawn(send, std::move(tx));
    executor.run_until_stalled();
    EXPECT_EQ(rx.len(), 1u);
  }
  EXPECT_TRUE(rx.is_closed());
  EXPECT_TRUE(rx.try_recv());
  EXPECT_TRUE(rx.try_recv().error().is_closed());
}

}  // namespace

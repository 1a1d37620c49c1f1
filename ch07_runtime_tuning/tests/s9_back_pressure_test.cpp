// s9_back_pressure_test.cpp -- with room for one the sender is never more than one ahead; permits are room.
#include "ch07_runtime_tuning/s9_back_pressure.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

#include "common/channel/mpsc.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(BackPressureTest, RoomForOne_SenderWaitsForEachReceive) {
  const Deadline deadline("sender and receiver wait for each other");
  const Lines lines = run_async_main(room_for_one(), RuntimeFlavor::current_thread);
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[1], "sender: no room for 2, waits");
  EXPECT_EQ(lines[2], "receiver: takes 1");
  EXPECT_EQ(run_async_main(room_for_all(), RuntimeFlavor::current_thread), 3u);
}

TEST(BackPressureTest, DroppedPermit_IsRoomForWhoWaits) {
  const Deadline deadline("the room of a dropped permit was lost");
  const Lines lines = run_async_main(permits(), RuntimeFlavor::current_thread);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[3], "the send that waited has its room");
}

TEST(BackPressureTest, ChannelWithoutRoom_IsRefused) {
  EXPECT_THROW((void)mpsc::channel<int>(0), std::invalid_argument);
}

Async<> send(mpsc::Sender<int> to, int value) { (void)co_await to.send(value); }

// Question: the channel is full and two senders wait. One value is taken: how many of them are woken?
// Predict: which one? And if that one is aborted before it runs? Break in `SemaphoreCore::give`.
TEST(BackPressureTest, OneReceive_WakesOneSender_AndItsRoomIsHandedOn) {
  auto [tx, rx] = mpsc::channel<int>(1);
  ManualExecutor executor;
  ASSERT_TRUE(tx.try_send(1));
  auto second = executor.spawn(send(tx, 2));
  auto third = executor.spawn(send(tx, 3));
  while (executor.step()) {
  }
  EXPECT_EQ(rx.try_recv().value(), 1);
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_FALSE(tx.try_send(4)) << "the room is the second one's, before it runs";
  second.abort();
  while (executor.step()) {
  }
  EXPECT_EQ(rx.try_recv().value(), 3);
  third.abort();
}

}  // namespace
}  // namespace ch07

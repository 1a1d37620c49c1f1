// mpsc_test.cpp -- lessons: back-pressure, who wakes the receiver, and the end of an mpsc channel.
#include "common/channel/mpsc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Ran = Runnable::Ran;
using testing::ElementsAre;

Async<> send_two(mpsc::Sender<std::string> tx, std::vector<std::string>& log) {
  (void)co_await tx.send("one");
  log.push_back("sent one");
  (void)co_await tx.send("two");
  log.push_back("sent two");
}
Async<> receive_all(mpsc::Receiver<std::string> rx, std::vector<std::string>& log) {
  while (true) {
    const auto text = co_await rx.recv();
    if (!text) break;
    log.push_back("got " + *text);
  }
  log.push_back("closed");
}

// Read this one first.
// Question: there is room for one value. A task sends two, another receives. Where does the second value
//   wait?
// Predict the log after each step, and compare with the same lesson in channel_test.cpp: there a receive lets
// the waiting value in; here it gives a permit to its task. Break in `Admission::poll` and `State::pop`.
TEST(MpscTest, RoomForOne_TheSecondSendWaitsForThePermit) {
  ManualExecutor executor;
  std::vector<std::string> log;
  auto [tx, rx] = mpsc::channel<std::string>(1);
  auto sends = executor.spawn(send_two, std::move(tx), std::ref(log));
  auto receives = executor.spawn(receive_all, std::move(rx), std::ref(log));

  // The first send takes the one permit. The second waits for it: its value stays in the future.
  auto step = executor.step();
  EXPECT_EQ(step->task, sends.id());
  EXPECT_EQ(step->ran, Ran::waits);
  EXPECT_THAT(log, ElementsAre("sent one"));

  // To receive the first gives the permit to the sender and wakes it. The value itself has not been sent yet.
  step = executor.step();
  EXPECT_EQ(step->task, receives.id());
  EXPECT_EQ(step->ran, Ran::waits);
  EXPECT_THAT(log, ElementsAre("sent one", "got one"));

  // The sender puts its value into the slot that the receiver waits for, and wakes it; then it ends, and the
  // last sender with it.
  step = executor.step();
  EXPECT_EQ(step->task, sends.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_EQ(executor.queued(), 1u);

  step = executor.step();
  EXPECT_EQ(step->task, receives.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_THAT(log, ElementsAre("sent one", "got one", "sent two", "got two", "closed"));
}

// Question: the receiver waits, three values come. How often is it woken?
// Predict `wakes`. Break in `BlockQueue::push`: which of the three sees the mark AWAITED?
TEST(MpscTest, ThreeValues_WakeTheReceiverOnce) {
  auto [tx, rx] = mpsc::channel<int>(8);
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(receive.poll());
  for (int i : {1, 2, 3}) EXPECT_TRUE(tx.try_send(i));
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_EQ(receive.kept_wakers(), 0u);
  EXPECT_TRUE(receive.poll());
  EXPECT_EQ(*receive.result, 1);
  EXPECT_EQ(rx.len(), 2u);
}

// Question: a waiting task is polled again for no reason, and then by another one. Who is woken?
TEST(MpscTest, ReceiverWaits_TheNewestWakerIsWoken_AndClonedOnlyOnce) {
  auto [tx, rx] = mpsc::channel<int>(1);
  HandPolled receive(std::in_place, [&] { return rx.recv(); });
  CountingTask other;
  EXPECT_FALSE(receive.poll());
  EXPECT_FALSE(receive.poll());
  EXPECT_EQ(receive.clones(), 1u);
  EXPECT_FALSE(receive.poll_as(other));
  EXPECT_EQ(receive.kept_wakers(), 0u);
  EXPECT_TRUE(tx.try_send(1));
  EXPECT_EQ(receive.wakes(), 0u);
  EXPECT_EQ(other.take_wakes(), 1u);
}

TEST(MpscTest, ValuesComeInOrder_OverManyBlocks) {
  for (const std::size_t capacity : {1u, 2u, 3u, 5u, 31u, 32u, 33u, 200u}) {
    auto [tx, rx] = mpsc::channel<std::unique_ptr<std::size_t>>(capacity);  // a value that can only be moved
    std::size_t sent = 0, received = 0;
    while (received < 1000) {
      while (tx.try_send(std::make_unique<std::size_t>(sent))) ++sent;
      EXPECT_EQ(rx.len(), capacity);
      EXPECT_EQ(tx.capacity(), 0u);
      for (std::size_t part = 0; part <= received % capacity; ++part) {
        const auto value = rx.try_recv();
        ASSERT_TRUE(value);
        EXPECT_EQ(**value, received++);
      }
    }
  }
}

TEST(MpscTest, Unbounded_HoldsWhatComes_InOrder) {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(tx.send(i));
    EXPECT_EQ(rx.len(), 10'000u);
    for (int i = 0; i < 10'000; ++i) EXPECT_EQ(rx.try_recv(), i);
    EXPECT_TRUE(rx.try_recv().error().is_empty());
  }
}

TEST(MpscTest, TrySend_GivesTheValueBack_AndSaysWhy) {
  auto [tx, rx] = mpsc::channel<std::string>(1);
  EXPECT_TRUE(tx.try_send("kept"));
  auto refused = tx.try_send("back");
  EXPECT_TRUE(refused.error().is_full());
  EXPECT_EQ(std::move(refused).error().value(), "back");
  rx.close();
  refused = tx.try_send("again");
  EXPECT_TRUE(refused.error().is_closed());
  EXPECT_EQ(refused.error().value(), "again");
}

TEST(MpscTest, SendTimeout_GivesTheValueBack_AndLeavesTheQueue) {
  PausedClock clock;
  auto [tx, rx] = mpsc::channel<std::string>(1);
  EXPECT_TRUE(block_on(tx.send_timeout("in time", 1s)));
  const auto late = block_on(tx.send_timeout("late", 1s));
  EXPECT_TRUE(late.error().is_timed_out());
  EXPECT_EQ(late.error().value(), "late");
  EXPECT_EQ(rx.try_recv(), "in time");
  EXPECT_EQ(tx.capacity(), 1u);  // nobody took it for the one that gave up
}

TEST(MpscTest, RecvMany_TakesWhatIsThere_UpToTheLimit) {
  auto [tx, rx] = mpsc::channel<int>(8);
  std::vector<int> values{-1};
  HandPolled none(std::in_place, [&] { return rx.recv_many(values, 0); });
  EXPECT_TRUE(none.poll());
  EXPECT_EQ(*none.result, 0u);

  HandPolled first(std::in_place, [&] { return rx.recv_many(values, 3); });
  EXPECT_FALSE(first.poll());
  for (int i : {1, 2, 3, 4}) EXPECT_TRUE(tx.try_send(i));
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_TRUE(first.poll());
  EXPECT_EQ(*first.result, 3u);
  EXPECT_THAT(values, ElementsAre(-1, 1, 2, 3));
  EXPECT_EQ(tx.capacity(), 7u);
  {
    const auto last = std::move(tx);
  }
  EXPECT_EQ(block_on(rx.recv_many(values, 100)), 1u);
  EXPECT_EQ(block_on(rx.recv_many(values, 100)), 0u);
}

// Question: a task receives from a channel that is never empty. Does it ever let go of its thread?
// Predict how many values one poll takes. Break in `Budget::is_spent`.
TEST(MpscTest, BudgetIsSpent_TheReceiverAnswersPending_AndWakesItself) {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(tx.send(i));
  const Budget::Scope budget(2);
  for (int i : {0, 1}) {
    HandPolled receive(std::in_place, [&] { return rx.recv(); });
    EXPECT_TRUE(receive.poll());
    EXPECT_EQ(*receive.result, i);
  }
  HandPolled third(std::in_place, [&] { return rx.recv(); });
  EXPECT_FALSE(third.poll());
  EXPECT_EQ(third.wakes(), 1u);
  const Budget::Unlimited more;
  EXPECT_TRUE(third.poll());
  EXPECT_EQ(*third.result, 2);
}

TEST(MpscTest, BudgetIsSpent_TheSenderAnswersPending_WithoutAPlaceInTheQueue) {
  auto [tx, rx] = mpsc::channel<int>(1);
  HandPolled send(std::in_place, [&] { return tx.send(1); });
  {
    const Budget::Scope nothing(0);
    EXPECT_FALSE(send.poll());
  }
  EXPECT_EQ(send.wakes(), 1u);
  EXPECT_EQ(tx.capacity(), 1u);
  EXPECT_TRUE(send.poll());
}

TEST(MpscTest, BlockingEnds_WorkBetweenThreads) {
  const Deadline deadline("a blocking send or receive was not woken");
  auto [tx, rx] = mpsc::channel<int>(2);
  const base::Thread sender([own = std::move(tx)] {
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(own.blocking_send(i));
  });
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(rx.blocking_recv(), i);
  EXPECT_EQ(rx.blocking_recv(), std::nullopt);
}

TEST(MpscTest, WeakSender_DoesNotKeepTheChannelOpen) {
  auto [tx, rx] = mpsc::channel<int>(1);
  const auto weak = tx.downgrade();
  {
    auto strong = weak.upgrade();
    ASSERT_TRUE(strong);
    EXPECT_TRUE(strong->same_channel(tx));
    EXPECT_EQ(tx.strong_count(), 2u);
    EXPECT_TRUE(strong->try_send(1));
  }
  EXPECT_FALSE(rx.is_closed());
  {
    const auto last = std::move(tx);
  }
  EXPECT_FALSE(weak.upgrade());
  EXPECT_TRUE(rx.is_closed());
  EXPECT_EQ(block_on(rx.recv()), 1);
  EXPECT_EQ(block_on(rx.recv()), std::nullopt);
}

TEST(MpscTest, ImpossibleCapacities_AreRefused) {
  EXPECT_THROW((void)mpsc::channel<int>(0), std::invalid_argument);
  EXPECT_THROW((void)mpsc::channel<int>(std::numeric_limits<std::size_t>::max()), std::invalid_argument);
  auto [tx, rx] = mpsc::channel<int>(2);
  EXPECT_THROW((void)tx.reserve_many(3), std::invalid_argument);
  EXPECT_THROW((void)tx.try_reserve_many(3), std::invalid_argument);
  EXPECT_EQ(tx.max_capacity(), 2u);
  EXPECT_EQ(rx.max_capacity(), 2u);
  EXPECT_EQ(rx.capacity(), 2u);
}

TEST(MpscTest, OverAlignedValues_ArePutWhereTheyMayStand) {
  struct alignas(64) Wide {
    explicit Wide(int given) : number(given) {}
    int number;
  };
  auto [tx, rx] = mpsc::unbounded_channel<Wide>();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(tx.send(Wide(i)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rx.try_recv()->number, i);
}

}  // namespace

// broadcast_test.cpp -- lessons: everyone gets every value, and what becomes of who is too slow.
#include "common/channel/broadcast.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/channel/tests/hand_polled.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"

namespace {

using namespace async;

template <class T>
auto receiving(broadcast::Receiver<T>& rx) {
  return [&rx] { return rx.recv(); };
}

Async<> print_all(broadcast::Receiver<int> rx, std::string& log) {
  while (true) {
    const auto value = co_await rx.recv();
    if (value) {
      log += std::to_string(*value) + " ";
    } else if (value.error().is_lagged()) {
      log += "(missed " + std::to_string(value.error().missed()) + ") ";
    } else {
      break;
    }
  }
  log += "closed";
}

// Read this one first.
// Question: two values are kept. A task receives; five are sent before it is polled. What does it get?
// Predict the log. Break in `Ring::recv`.
TEST(BroadcastTest, ASlowReceiver_IsToldWhatItMissed_AndGoesOnAtTheOldestThatIsKept) {
  ManualExecutor executor;
  std::string log;
  auto [tx, rx] = broadcast::channel<int>(2);
  auto prints = executor.spawn(print_all, std::move(rx), std::ref(log));
  executor.run_until_stalled();
  for (int i : {1, 2, 3, 4, 5}) EXPECT_EQ(tx.send(i), 1u);
  EXPECT_EQ(executor.queued(), 1u);
  executor.run_until_stalled();
  EXPECT_EQ(log, "(missed 3) 4 5 ");
  EXPECT_EQ(tx.send(6), 1u);
  {
    const auto gone = std::move(tx);
  }
  executor.run_until_stalled();
  EXPECT_EQ(log, "(missed 3) 4 5 6 closed");
}

TEST(BroadcastTest, EveryReceiverGetsEveryValue_SinceItWasMade) {
  auto [tx, rx] = broadcast::channel<std::string>(4);
  EXPECT_EQ(tx.send("one"), 1u);
  auto late = tx.subscribe();
  EXPECT_EQ(tx.receiver_count(), 2u);
  EXPECT_EQ(tx.send("two"), 2u);
  EXPECT_EQ(rx.len(), 2u);
  EXPECT_EQ(late.len(), 1u);
  EXPECT_EQ(*rx.try_recv(), "one");
  auto later = rx.resubscribe();
  EXPECT_EQ(*rx.try_recv(), "two");
  EXPECT_EQ(*late.try_recv(), "two");
  for (auto* receiver : {&rx, &late, &later}) EXPECT_TRUE(receiver->try_recv().error().is_empty());
}

// Question: three receivers get one string. How many copies are made?
// Predict the counts. Break in `Ring::take_out`.
TEST(BroadcastTest, TheLastOneGetsTheValueItself) {
  struct Sheet {
    explicit Sheet(int& counter) : copies(&counter) {}
    Sheet(const Sheet& other) : copies(other.copies) { ++*copies; }
    Sheet(Sheet&&) noexcept = default;
    int* copies;
  };
  int copies = 0;
  auto [tx, rx] = broadcast::channel<Sheet>(1);
  auto second = tx.subscribe(), third = tx.subscribe();
  EXPECT_TRUE(tx.send(Sheet(copies)));
  EXPECT_EQ(tx.len(), 1u);
  for (auto* receiver : {&rx, &second, &third}) EXPECT_TRUE(receiver->try_recv());
  EXPECT_EQ(copies, 2);
  EXPECT_TRUE(tx.is_empty());
}

TEST(BroadcastTest, ASend_WakesAllWhoWait_Once) {
  auto [tx, rx] = broadcast::channel<int>(4);
  std::deque<broadcast::Receiver<int>> receivers;
  std::deque<HandPolled<broadcast::Receiver<int>::RecvFuture>> futures;
  for (int i = 0; i < 100; ++i) {
    receivers.push_back(tx.subscribe());
    futures.emplace_back(std::in_place, receiving(receivers.back()));
    EXPECT_FALSE(futures.back().poll());
    EXPECT_FALSE(futures.back().poll());
  }
  EXPECT_EQ(tx.send(1), 101u);
  EXPECT_EQ(tx.send(2), 101u);
  for (auto& future : futures) {
    EXPECT_EQ(future.wakes(), 1u);
    EXPECT_EQ(future.clones(), 1u);
    EXPECT_TRUE(future.poll());
    EXPECT_EQ(**future.result, 1);
  }
}

TEST(BroadcastTest, Receive_DroppedAtAnyMoment_TakesNothingAlong) {
  auto [tx, rx] = broadcast::channel<int>(4);
  auto other = tx.subscribe();
  HandPolled unpolled(std::in_place, receiving(rx)), queued(std::in_place, receiving(rx)),
      woken(std::in_place, receiving(rx)), last(std::in_place, receiving(other));
  unpolled.drop();
  EXPECT_FALSE(queued.poll() || woken.poll() || last.poll());
  queued.drop();
  EXPECT_EQ(queued.kept_wakers(), 0u);
  EXPECT_TRUE(tx.send(1));
  EXPECT_EQ(queued.wakes(), 0u);
  EXPECT_EQ(woken.wakes(), 1u);
  EXPECT_EQ(last.wakes(), 1u);
  woken.drop();
  EXPECT_EQ(*rx.try_recv(), 1);
}

TEST(BroadcastTest, LastSenderGoes_WhoWaitsIsTold) {
  auto [tx, rx] = broadcast::channel<int>(4);
  auto copy = std::make_unique<broadcast::Sender<int>>(tx);
  HandPolled receive(std::in_place, receiving(rx));
  EXPECT_FALSE(receive.poll());
  copy.reset();
  EXPECT_EQ(receive.wakes(), 0u);
  {
    const auto gone = std::move(tx);
  }
  EXPECT_EQ(receive.wakes(), 1u);
  EXPECT_TRUE(rx.is_closed());
  EXPECT_TRUE(receive.poll());
  EXPECT_TRUE(receive.result->error().is_closed());
  EXPECT_TRUE(rx.try_recv().error().is_closed());
}

TEST(BroadcastTest, NoReceiver_TheValueComesBack_UntilSomebodySubscribes) {
  auto [tx, rx] = broadcast::channel<std::string>(4);
  {
    const auto gone = std::move(rx);
  }
  EXPECT_EQ(tx.send("back").error().value(), "back");
  auto again = tx.subscribe();
  EXPECT_EQ(tx.send("here"), 1u);
  EXPECT_EQ(*again.try_recv(), "here");
}

// A value that counts its lives and can be copied.
std::shared_ptr<int> life() { return std::make_shared<int>(0); }

TEST(BroadcastTest, AReceiverThatGoes_LetsGoOfWhatOnlyItStillWanted) {
  auto [tx, rx] = broadcast::channel<std::shared_ptr<int>>(4);
  auto other = std::make_unique<broadcast::Receiver<std::shared_ptr<int>>>(tx.subscribe());
  const auto first = life(), second = life();
  EXPECT_TRUE(tx.send(first));
  EXPECT_TRUE(tx.send(second));
  EXPECT_TRUE(rx.try_recv());
  EXPECT_EQ(first.use_count(), 2);
  other.reset();
  EXPECT_EQ(first.use_count(), 1);   // nobody wants it any more
  EXPECT_EQ(second.use_count(), 2);  // the first receiver does
  EXPECT_EQ(tx.len(), 1u);
}

TEST(BroadcastTest, AReceiverThatLagged_AndGoes_CountsInNoNewerValue) {
  auto [tx, rx] = broadcast::channel<std::shared_ptr<int>>(2);
  auto slow = std::make_unique<broadcast::Receiver<std::shared_ptr<int>>>(tx.subscribe());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(tx.send(life()));
  slow.reset();
  EXPECT_EQ(tx.len(), 2u);
  EXPECT_EQ(rx.try_recv().error().missed(), 3u);
  EXPECT_TRUE(rx.try_recv() && rx.try_recv());
  EXPECT_TRUE(tx.is_empty());
  const auto next = life();
  EXPECT_EQ(tx.send(next), 1u);
  EXPECT_TRUE(rx.try_recv());
  EXPECT_EQ(next.use_count(), 1);
}

// Question: a receiver goes, and what is destroyed with it sends something. Is that for the one that goes,
//   too?
// Predict what the other receiver gets. Break in `Ring::pass`.
TEST(BroadcastTest, SentWhileAReceiverGoes_IsForTheOthersAlone) {
  auto [tx, rx] = broadcast::channel<std::shared_ptr<int>>(8);
  std::optional going(std::move(rx));
  EXPECT_EQ(tx.send(std::shared_ptr<int>(new int(1),
                                         [&](const int* number) {
                                           EXPECT_EQ(tx.send(std::make_shared<int>(2)), 1u);
                                           delete number;
                                         })),
            1u);
  auto other = tx.subscribe();
  going.reset();
  EXPECT_EQ(tx.len(), 1u);
  const auto got = other.try_recv();
  ASSERT_TRUE(got);
  EXPECT_EQ(**got, 2);
}

TEST(BroadcastTest, AValueThatIsPushedOut_IsDestroyedWithoutTheLock) {
  struct Nosy {
    explicit Nosy(const broadcast::Sender<std::shared_ptr<Nosy>>* looks_at) : sender(looks_at) {}
    ~Nosy() {
      if (sender != nullptr) {
        EXPECT_EQ(sender->receiver_count(), 1u);
      }
    }
    const broadcast::Sender<std::shared_ptr<Nosy>>* sender;
  };
  auto [tx, rx] = broadcast::channel<std::shared_ptr<Nosy>>(1);
  EXPECT_TRUE(tx.send(std::make_shared<Nosy>(&tx)));
  EXPECT_TRUE(tx.send(std::make_shared<Nosy>(nullptr)));
}

TEST(BroadcastTest, ACopyThatThrows_LeavesTheValueForTheNextReceive) {
  struct Stubborn {
    explicit Stubborn(bool& says_no) : refuses(&says_no) {}
    Stubborn(const Stubborn& other) : refuses(other.refuses) {
      if (std::exchange(*refuses, false)) throw std::runtime_error("no copy");
    }
    Stubborn(Stubborn&&) noexcept = default;
    bool* refuses;
  };
  bool refuses = true;
  auto [tx, rx] = broadcast::channel<Stubborn>(1);
  auto other = tx.subscribe();
  HandPolled receive(std::in_place, receiving(rx));
  EXPECT_FALSE(receive.poll());
  EXPECT_TRUE(tx.send(Stubborn(refuses)));
  EXPECT_THROW((void)receive.poll(), std::runtime_error);
  receive.drop();
  EXPECT_TRUE(rx.try_recv());
  EXPECT_TRUE(other.try_recv());
}

TEST(BroadcastTest, BudgetIsSpent_AnswersPending_AndWakesItself) {
  auto [tx, rx] = broadcast::channel<int>(1);
  EXPECT_TRUE(tx.send(1));
  HandPolled receive(std::in_place, receiving(rx));
  {
    const Budget::Scope nothing(0);
    EXPECT_FALSE(receive.poll());
    EXPECT_EQ(receive.wakes(), 1u);
  }
  EXPECT_TRUE(receive.poll());
}

TEST(BroadcastTest, ImpossibleCapacity_IsRefused) {
  EXPECT_THROW((void)broadcast::channel<int>(0), std::invalid_argument);
}

}  // namespace

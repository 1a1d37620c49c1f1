// mpsc_stress_test.cpp -- threads send in every way, and give up now and then; one receives likewise.
//
// Suite `slow`; of most use under ThreadSanitizer. Rounds are bounded, totals are checked, and nothing waits
// for time: a lost wake would wait for ever, so each test has a deadline.
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/mpsc.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using Random = std::minstd_rand;

constexpr unsigned kRounds = 60;
constexpr std::size_t kProducers = 3;
constexpr int kMessages = 300;

class Message {
 public:
  Message(std::size_t from, int count, Counts& counts) : sender(from), number(count), life_(counts) {}
  std::size_t sender;
  int number;

 private:
  Counted life_;
};

// True: sent. False: the channel is closed.
bool send_somehow(const mpsc::Sender<Message>& tx, Message message, Random& random) {
  switch (random() % 5) {
    case 0: {
      auto sent = tx.try_send(std::move(message));
      if (sent) return true;
      if (sent.error().is_closed()) return false;
      return tx.blocking_send(std::move(sent).error().value()).has_value();
    }
    case 1: {
      auto permit = block_on(tx.reserve());
      if (!permit) return false;
      std::move(*permit).send(std::move(message));
      return true;
    }
    case 2: {
      auto permits = block_on(tx.reserve_many(1 + random() % tx.max_capacity()));
      if (!permits) return false;
      std::move(*permits->next()).send(std::move(message));
      return true;
    }
    case 3: {
      auto permit = block_on(tx.clone().reserve_owned());
      if (!permit) return false;
      (void)std::move(*permit).send(std::move(message));
      return true;
    }
    default: return tx.blocking_send(std::move(message)).has_value();
  }
}
// Waits for room, and does not use it.
void give_up_somehow(const mpsc::Sender<Message>& tx, Random& random) {
  Context cx(Waker::noop());
  if (random() % 2 == 0) {
    auto reserve = tx.reserve();
    (void)reserve.poll(cx);
  } else {
    auto reserve = tx.reserve_many(1 + random() % tx.max_capacity());
    (void)reserve.poll(cx);
  }
}

// What came, in the order of each sender.
class Received {
 public:
  void take(const Message& message) {
    int& last = last_[message.sender];
    ASYNC_CHECK(message.number > last, "a message came twice, or out of its order");
    last = message.number;
    ++count;
  }
  std::size_t count = 0;

 private:
  std::vector<int> last_ = std::vector<int>(kProducers, -1);
};

// False: closed and empty.
template <class Receiver>
bool receive_somehow(Receiver& rx, Received& received, Random& random) {
  switch (random() % 4) {
    case 0: {
      std::vector<Message> messages;
      const std::size_t count = block_on(rx.recv_many(messages, 1 + random() % 10));
      for (const Message& message : messages) received.take(message);
      return count != 0;
    }
    case 1: {
      if (const auto message = rx.try_recv()) received.take(*message);
      return true;
    }
    case 2: {
      Context cx(Waker::noop());
      auto receive = rx.recv();
      auto answer = receive.poll(cx);
      if (answer.is_pending()) return true;  // and is dropped while it waits
      if (answer.value()) received.take(*answer.value());
      return answer.value().has_value();
    }
    default: {
      const auto message = rx.blocking_recv();
      if (message) received.take(*message);
      return message.has_value();
    }
  }
}

struct Outcome {
  std::size_t sent = 0, received = 0;
};

// `stop_after`: the receiver closes when it has so many, and takes what still comes.
Outcome run(std::size_t capacity, unsigned seed, Counts& counts, std::size_t stop_after) {
  auto [tx, rx] = mpsc::channel<Message>(capacity);
  base::Atomic<std::size_t> sent = 0;
  Received received;
  {
    std::vector<base::Thread> threads;
    for (std::size_t id = 0; id < kProducers; ++id) {
      threads.emplace_back([&counts, &sent, own = tx, id, seed] {
        Random random(seed * 10 + static_cast<unsigned>(id));
        for (int i = 0; i < kMessages; ++i) {
          if (random() % 4 == 0) give_up_somehow(own, random);
          if (!send_somehow(own, Message(id, i, counts), random)) return;
          ++sent;
        }
      });
    }
    {
      const auto mine = std::move(tx);
    }
    Random random(seed);
    while (receive_somehow(rx, received, random)) {
      if (received.count >= stop_after) rx.close();
    }
  }
  return Outcome{sent, received.count};
}

TEST(MpscStressTest, AllThatIsSent_IsReceivedOnce_InOrder) {
  const Deadline deadline("a sender or the receiver was not woken");
  for (unsigned round = 0; round < kRounds; ++round) {
    Counts counts;
    const auto outcome =
        run(std::vector<std::size_t>{1, 2, 5, 40}[round % 4], round, counts, kProducers * kMessages + 1);
    ASSERT_EQ(outcome.sent, kProducers * kMessages);
    ASSERT_EQ(outcome.received, outcome.sent);
    ASSERT_EQ(counts.live(), 0u);
  }
}

TEST(MpscStressTest, TheReceiverCloses_WhatWasAcceptedStillComes) {
  const Deadline deadline("the end was not told");
  for (unsigned round = 0; round < kRounds; ++round) {
    Counts counts;
    const auto outcome = run(std::vector<std::size_t>{1, 2, 5, 40}[round % 4], round, counts, round * 10);
    ASSERT_EQ(outcome.received, outcome.sent);
    ASSERT_EQ(counts.live(), 0u);
  }
}

TEST(MpscStressTest, TheReceiverGoes_SendersAreTold_AndNothingIsLeft) {
  const Deadline deadline("a sender was not told that the receiver is gone");
  for (unsigned round = 0; round < kRounds; ++round) {
    Counts counts;
    {
      auto [tx, rx] = mpsc::channel<Message>(1 + round % 3);
      std::vector<base::Thread> threads;
      for (std::size_t id = 0; id < kProducers; ++id) {
        threads.emplace_back([&counts, own = tx, id] {
          for (int i = 0; own.blocking_send(Message(id, i, counts)); ++i) {
          }
          block_on(own.closed());
        });
      }
      for (unsigned i = 0; i < round; ++i) EXPECT_TRUE(rx.blocking_recv());
      const auto gone = std::move(rx);
    }
    ASSERT_EQ(counts.live(), 0u);
  }
}

TEST(MpscStressTest, Unbounded_WhatWasAccepted_IsReceived_AlsoIfItIsClosedMeanwhile) {
  const Deadline deadline("the receiver was not woken");
  for (unsigned round = 0; round < kRounds; ++round) {
    Counts counts;
    base::Atomic<std::size_t> sent = 0;
    Received received;
    {
      auto [tx, rx] = mpsc::unbounded_channel<Message>();
      std::vector<base::Thread> threads;
      for (std::size_t id = 0; id < kProducers; ++id) {
        threads.emplace_back([&counts, &sent, own = tx, id] {
          for (int i = 0; i < kMessages; ++i) {
            if (!own.send(Message(id, i, counts))) return;
            ++sent;
          }
        });
      }
      {
        const auto mine = std::move(tx);
      }
      Random random(round);
      const std::size_t stop_after = round % 2 == 0 ? 100'000 : round * 10;
      while (receive_somehow(rx, received, random)) {
        if (received.count >= stop_after) rx.close();
      }
    }
    ASSERT_EQ(received.count, sent);
    ASSERT_EQ(counts.live(), 0u);
  }
}

// Each message is waited for: this is where a wake would get lost.
TEST(MpscStressTest, PingPong_OverChannelsOfOne) {
  const Deadline deadline("a ball was dropped");
  auto [there_tx, there_rx] = mpsc::channel<int>(1);
  auto [back_tx, back_rx] = mpsc::channel<int>(1);
  const base::Thread other([rx = std::move(there_rx), tx = std::move(back_tx)]() mutable {
    while (const auto ball = rx.blocking_recv()) EXPECT_TRUE(tx.blocking_send(*ball + 1));
  });
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(there_tx.blocking_send(i));
    ASSERT_EQ(back_rx.blocking_recv(), i + 1);
  }
  const auto end = std::move(there_tx);
}

TEST(MpscStressTest, TheLastSenderGoes_WhileTheReceiverBeginsToWait) {
  const Deadline deadline("the end was not told");
  auto [work_tx, work_rx] = mpsc::channel<mpsc::UnboundedSender<int>>(1);
  const base::Thread dropper([rx = std::move(work_rx)]() mutable {
    while (const auto sender = rx.blocking_recv()) (void)sender->send(1);
  });
  for (int i = 0; i < 2000; ++i) {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    const auto weak = tx.downgrade();
    ASSERT_TRUE(work_tx.blocking_send(std::move(tx)));
    ASSERT_EQ(rx.blocking_recv(), 1);
    (void)weak.upgrade();
    ASSERT_EQ(rx.blocking_recv(), std::nullopt);
  }
  const auto end = std::move(work_tx);
}

// The queue alone, with blocks so small that each is used again all the time, and now and then a sender is
// stopped between its claim and its look at the tail.
TEST(MpscStressTest, BlockQueue_OfTinyBlocks_KeepsEachSendersOrder) {
  const Deadline deadline("a value was lost");
  constexpr std::size_t kValues = 20'000;
  for (const std::size_t slots : {1u, 2u, 4u}) {
    detail::BlockQueue<std::size_t> queue(slots);
    base::Atomic<std::size_t> popped = 0;
    std::vector<base::Thread> threads;
    for (std::size_t id = 0; id < kProducers; ++id) {
      threads.emplace_back([&queue, &popped, id] {
        for (std::size_t i = 0; i < kValues; ++i) {
          while (i * kProducers > popped + 50) std::this_thread::yield();
          std::size_t value = i * kProducers + id;
          (void)queue.push(value);
        }
      });
    }
    std::vector<std::size_t> next(kProducers, 0);
    std::optional<std::size_t> taken;
    while (popped < kProducers * kValues) {
      if (!queue.pop(taken)) {
        (void)queue.await_next();
        std::this_thread::yield();
        continue;
      }
      ASSERT_EQ(*taken / kProducers, next[*taken % kProducers]++);
      ++popped;
    }
  }
}

}  // namespace

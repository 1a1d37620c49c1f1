// channel_stress_test.cpp -- threads and tasks send and receive in every way, and give up now and then.
//
// Suite `slow`; of most use under ThreadSanitizer. Rounds are bounded, totals are checked, and nothing waits
// for time: a lost wake would wait for ever, so each test has a deadline.
#include <chrono>
#include <gtest/gtest.h>
#include <list>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Random = std::minstd_rand;

constexpr unsigned kRounds = 100;
constexpr int kMessages = 60;
constexpr std::size_t kUnbounded = 1'000'000;  // stands for no limit

class Message {
 public:
  Message(std::size_t from, int count, Counts& counts) : sender(from), number(count), life_(counts) {}
  std::size_t sender;
  int number;

 private:
  Counted life_;
};

// What became of all messages of a round.
class Ledger {
 public:
  explicit Ledger(std::size_t senders) : received_(senders * (kMessages + 1)) {}

  Message write(std::size_t sender, int number) { return Message(sender, number, lives_); }
  void receive(const Message& message) {
    const int before = place(message.sender, message.number).fetch_add(1, base::relaxed);
    ASYNC_CHECK(before == 0, "a message was received twice");
  }
  bool was_received(std::size_t sender, int number) { return place(sender, number).load(base::relaxed) == 1; }
  std::size_t live() const { return lives_.live(); }

  base::Atomic<std::size_t> sent = 0, received = 0;

 private:
  base::Atomic<int>& place(std::size_t sender, int number) {
    return received_[sender * (kMessages + 1) + static_cast<std::size_t>(number)];
  }
  Counts lives_;
  std::vector<base::Atomic<int>> received_;
};

// Mostly none: the timer's thread takes a millisecond.
Duration limit(unsigned way) { return way % 64 == 3 ? 1us : 0us; }

// One send, in some way. True: sent. False: closed. Otherwise the message is back in its place.
std::optional<bool> came_of(std::expected<void, SendError<Message>> sent, std::optional<Message>& message) {
  if (sent) return true;
  if (sent.error().is_closed()) return false;
  message.emplace(std::move(sent).error().value());
  return std::nullopt;
}
std::optional<bool> give_up_send(const Sender<Message>& to, std::optional<Message>& message) {
  auto send = to.send_async(*std::exchange(message, std::nullopt));
  Context nobody(Waker::noop());
  if (auto answer = send.poll(nobody); answer.is_ready()) return came_of(std::move(answer).value(), message);
  auto unsent = send.cancel();
  if (!unsent) return true;
  message.emplace(std::move(*unsent));
  return std::nullopt;
}
std::optional<bool> send_somehow(const Sender<Message>& to, std::optional<Message>& message, unsigned way) {
  switch (way % 5) {
    case 0: return came_of(to.send(*std::move(message)), message);
    case 1: return came_of(to.try_send(*std::move(message)), message);
    case 2: return came_of(block_on(to.send_async(*std::move(message))), message);
    case 3: return came_of(to.send_timeout(*std::move(message), limit(way)), message);
    default: return give_up_send(to, message);
  }
}

// One receive, in some way.
std::expected<Message, RecvError> give_up_receive(const Receiver<Message>& from) {
  auto receive = from.recv_async();
  Context nobody(Waker::noop());
  if (auto answer = receive.poll(nobody); answer.is_ready()) return std::move(answer).value();
  std::this_thread::yield();  // somebody may notify it meanwhile
  return std::unexpected(RecvError(ChannelError::timed_out));
}
std::expected<Message, RecvError> receive_somehow(const Receiver<Message>& from, unsigned way) {
  switch (way % 5) {
    case 0: return from.recv();
    case 1: return from.try_recv();
    case 2: return block_on(from.recv_async());
    case 3: return from.recv_timeout(limit(way));
    default: return give_up_receive(from);
  }
}

void send_in_a_thread(Sender<Message> to, std::size_t id, unsigned seed, Ledger& ledger) {
  Random random(seed);
  for (int number = 1; number <= kMessages; ++number) {
    std::optional<Message> message(ledger.write(id, number));
    for (;;) {
      const auto sent = send_somehow(to, message, static_cast<unsigned>(random()));
      if (sent == false) return;
      if (sent == true) break;
      std::this_thread::yield();
    }
    ++ledger.sent;
  }
}
// Stops after `limit` messages, or when the channel is closed.
void receive_in_a_thread(Receiver<Message> from, int limit, unsigned seed, Ledger& ledger) {
  Random random(seed);
  for (int received = 0; received < limit;) {
    const auto message = receive_somehow(from, static_cast<unsigned>(random()));
    if (message) {
      ledger.receive(*message);
      ++ledger.received;
      ++received;
    } else if (message.error().is_closed()) {
      return;
    } else {
      std::this_thread::yield();
    }
  }
}

Async<> send_in_a_task(Sender<Message> to, std::size_t id, Ledger& ledger) {
  for (int number = 1; number <= kMessages; ++number) {
    auto message = ledger.write(id, number);
    const auto sent = co_await to.send_async(std::move(message));
    if (!sent) co_return;
    ++ledger.sent;
  }
}
Async<> receive_in_a_task(Receiver<Message> from, int limit, Ledger& ledger) {
  for (int received = 0; received < limit; ++received) {
    const auto message = co_await from.recv_async();
    if (!message) co_return;
    ledger.receive(*message);
    ++ledger.received;
  }
}
// Receives while it is polled, and waits while it is dropped: whatever it is woken for must go to another
// one.
Async<> be_in_the_way(Receiver<Message> from, Ledger& ledger) {
  for (;;) {
    const auto message = co_await from.recv_async();
    if (!message) co_return;
    ledger.receive(*message);
    ++ledger.received;
    co_await yield_now();
  }
}

// A thread that steps the tasks of one executor, and drops some of those that are only in the way.
void step_tasks(ManualExecutor& executor, std::list<Task<>>& in_the_way, unsigned seed) {
  Random random(seed);
  while (executor.unfinished() != 0) {
    if (!executor.step()) std::this_thread::yield();
    if (!in_the_way.empty() && random() % 32 == 0) in_the_way.pop_front();
  }
}

class ChannelStressTest : public testing::TestWithParam<std::size_t> {
 protected:
  static Channel<Message> make() {
    return GetParam() == kUnbounded ? unbounded<Message>() : bounded<Message>(GetParam());
  }
};

// Two threads and two tasks on each side.
TEST_P(ChannelStressTest, EveryMessageIsReceivedExactlyOnce) {
  const Deadline deadline("a message was lost, or whoever waits for it was not woken");
  constexpr int kNoLimit = 1'000'000;
  for (unsigned round = 0; round < kRounds; ++round) {
    Ledger ledger(4);
    {
      auto ends = make();
      ManualExecutor executor;
      std::list<Task<>> in_the_way;
      for (std::size_t id : {2u, 3u}) {
        executor.spawn(send_in_a_task, ends.sender, id, std::ref(ledger)).detach();
        executor.spawn(receive_in_a_task, ends.receiver, kNoLimit, std::ref(ledger)).detach();
        in_the_way.push_back(executor.spawn_task(be_in_the_way, ends.receiver, std::ref(ledger)));
      }
      const base::Thread a(send_in_a_thread, ends.sender, 0, 4 * round + 1, std::ref(ledger));
      const base::Thread b(send_in_a_thread, std::move(ends.sender), 1, 4 * round + 2, std::ref(ledger));
      const base::Thread c(receive_in_a_thread, ends.receiver, kNoLimit, 4 * round + 3, std::ref(ledger));
      const base::Thread d(receive_in_a_thread, std::move(ends.receiver), kNoLimit, 4 * round + 4,
                           std::ref(ledger));
      step_tasks(executor, in_the_way, round + 1);
    }
    EXPECT_EQ(ledger.sent, 4u * kMessages);
    EXPECT_EQ(ledger.received, 4u * kMessages);
    EXPECT_EQ(ledger.live(), 0u);
  }
}

TEST_P(ChannelStressTest, OneReceiver_SeesEachSendersMessagesInOrder) {
  const Deadline deadline("a message was lost, or whoever waits for it was not woken");
  for (unsigned round = 0; round < kRounds; ++round) {
    Ledger ledger(3);
    auto ends = make();
    const base::Thread a(send_in_a_thread, ends.sender, 0, 2 * round + 1, std::ref(ledger));
    const base::Thread b(send_in_a_thread, ends.sender, 1, 2 * round + 2, std::ref(ledger));
    const base::Thread c([&ledger, to = std::move(ends.sender)] { block_on(send_in_a_task(to, 2, ledger)); });
    std::vector<int> last(3);
    std::size_t received = 0;
    for (const Message message : ends.receiver) {
      EXPECT_EQ(message.number, ++last[message.sender]);
      ++received;
    }
    EXPECT_EQ(received, 3u * kMessages);
  }
}

// Receivers stop after some messages; the last of them closes the channel. Or somebody else does.
TEST_P(ChannelStressTest, ReceiversThatLeave_LoseNothingThatSomebodyElseCanReceive) {
  const Deadline deadline("a sender waits for receivers that are gone");
  for (unsigned round = 0; round < 2 * kRounds; ++round) {
    const bool somebody_closes = round % 2 == 1;
    Ledger ledger(3);
    {
      auto ends = make();
      const base::Thread a(send_in_a_thread, ends.sender, 0, 2 * round + 1, std::ref(ledger));
      const base::Thread b(send_in_a_thread, ends.sender, 1, 2 * round + 2, std::ref(ledger));
      const base::Thread c([&ledger, to = ends.sender] { block_on(send_in_a_task(to, 2, ledger)); });
      const base::Thread d(receive_in_a_thread, ends.receiver, kMessages / 2, round + 1, std::ref(ledger));
      const base::Thread e([&ledger, from = std::move(ends.receiver)] {
        block_on(receive_in_a_task(from, kMessages, ledger));
      });
      if (somebody_closes) {
        std::this_thread::yield();
        ends.sender.close();
      }
    }
    EXPECT_LE(ledger.received, ledger.sent);
    EXPECT_EQ(ledger.live(), 0u);
    if (somebody_closes) continue;
    EXPECT_EQ(ledger.received, static_cast<std::size_t>(kMessages / 2 + kMessages));
  }
}

// A receive that waits first is dropped while a value comes, or before, or after. The next one gets it.
TEST_P(ChannelStressTest, ReceiveDroppedWhileAValueComes_LeavesNobodyAsleepBesideIt) {
  const Deadline deadline("a receiver sleeps beside a value");
  for (unsigned round = 0; round < 10 * kRounds; ++round) {
    Ledger ledger(1);
    auto ends = make();
    std::optional<detail::Child<RecvFuture<Message>>> first;
    first.emplace(std::in_place, [&] { return ends.receiver.recv_async(); });
    Context nobody(Waker::noop());
    EXPECT_FALSE(first->poll(nobody));
    const base::Thread behind([&ledger, from = ends.receiver] { ledger.receive(from.recv().value()); });
    if (round % 2 == 0) std::this_thread::yield();
    const base::Thread sends([&ledger, to = ends.sender] { EXPECT_TRUE(to.send(ledger.write(0, 1))); });
    if (round % 3 == 0) std::this_thread::yield();
    first.reset();
  }
}

INSTANTIATE_TEST_SUITE_P(Capacities, ChannelStressTest, testing::Values(kUnbounded, 0, 1, 3),
                         [](const auto& each) {
                           return each.param == kUnbounded ? std::string("Unbounded")
                                                           : "Bounded" + std::to_string(each.param);
                         });

}  // namespace

// oneshot_stress_test.cpp -- two threads meet at one oneshot after the other, each in a different way.
//
// Suite `slow`; of most use under ThreadSanitizer. A lost wake would wait for ever, so there is a deadline.
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/oneshot.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

constexpr std::size_t kRounds = 20'000;

// Two threads go through the rounds side by side, so that they meet.
class Meeting {
 public:
  void wait_for(std::size_t round) {
    here_.fetch_add(1);
    while (here_.load() < 2 * (round + 1)) std::this_thread::yield();
  }

 private:
  base::Atomic<std::size_t> here_ = 0;
};

TEST(OneshotStressTest, TheEndsMeetInEveryWay_EachValueEndsOnce) {
  const Deadline deadline("an end of a oneshot was not woken");
  Counts counts;
  std::vector<oneshot::Receiver<Counted>> receivers;
  std::vector<oneshot::Sender<Counted>> senders;
  for (std::size_t i = 0; i < kRounds; ++i) {
    auto [tx, rx] = oneshot::channel<Counted>();
    senders.push_back(std::move(tx));
    receivers.push_back(std::move(rx));
  }
  Meeting meeting;
  base::Atomic<std::size_t> sent = 0, came_back = 0, received = 0;
  {
    const base::Thread sending([&] {
      std::minstd_rand random(1);
      Context cx(Waker::noop());
      for (std::size_t i = 0; i < kRounds; ++i) {
        const auto how = random() / 16 % 4;
        meeting.wait_for(i);
        oneshot::Sender<Counted> tx = std::move(senders[i]);
        if (how == 0) continue;  // goes without
        if (how == 1) {
          auto closed = tx.closed();
          (void)closed.poll(cx);
          (void)closed.poll(cx);
        }
        if (std::move(tx).send(Counted(counts))) {
          ++sent;
        } else {
          ++came_back;
        }
      }
    });
    std::minstd_rand random(2);
    Context cx(Waker::noop());
    for (std::size_t i = 0; i < kRounds; ++i) {
      const auto how = random() / 16 % 5;
      meeting.wait_for(i);
      oneshot::Receiver<Counted> rx = std::move(receivers[i]);
      if (how == 0) continue;  // dropped
      if (how == 1 || how == 2) {
        auto answer = rx.poll(cx);
        if (answer.is_ready()) {
          if (answer.value()) ++received;
          continue;
        }
        if (how == 1) continue;  // dropped while it waits
      }
      if (how == 3) rx.close();
      if (block_on(rx)) ++received;
    }
  }
  EXPECT_EQ(counts.made, sent + came_back);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_LE(received, sent);
  EXPECT_GT(received, kRounds / 10);
  EXPECT_GT(came_back, 0u);
}

TEST(OneshotStressTest, AReceiverGoes_WhoeverWaitsForThatIsWoken) {
  const Deadline deadline("a sender was not told that its receiver is gone");
  Meeting meeting;
  std::vector<oneshot::Receiver<int>> receivers;
  std::vector<oneshot::Sender<int>> senders;
  for (std::size_t i = 0; i < kRounds / 4; ++i) {
    auto [tx, rx] = oneshot::channel<int>();
    senders.push_back(std::move(tx));
    receivers.push_back(std::move(rx));
  }
  const base::Thread dropping([&] {
    for (std::size_t i = 0; i < receivers.size(); ++i) {
      meeting.wait_for(i);
      const auto gone = std::move(receivers[i]);
    }
  });
  for (std::size_t i = 0; i < senders.size(); ++i) {
    meeting.wait_for(i);
    block_on(senders[i].closed());
    EXPECT_TRUE(senders[i].is_closed());
  }
}

}  // namespace

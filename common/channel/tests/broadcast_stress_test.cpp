// broadcast_stress_test.cpp -- threads send to threads, some of which are slow, come late, or go early.
//
// Suite `slow`; of most use under ThreadSanitizer. A lost wake would wait for ever, so there is a deadline.
#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/broadcast.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

constexpr int kRounds = 20;
constexpr int kSenders = 2;
constexpr int kMessages = 1000;

struct Note {
  Note(int from, int count) : sender(from), number(std::make_shared<int>(count)) {}
  int sender;
  std::shared_ptr<int> number;
};

// Returns how many there were, received and missed.
std::uint64_t receive_all(broadcast::Receiver<Note> rx, bool gives_up) {
  std::array<int, kSenders> last{-1, -1};
  std::uint64_t count = 0;
  Context cx(Waker::noop());
  while (true) {
    if (gives_up) {
      auto dropped = rx.recv();
      if (dropped.poll(cx).is_ready()) ++count;
    }
    const auto note = block_on(rx.recv());
    if (!note && note.error().is_closed()) return count;
    if (!note) {
      count += note.error().missed();
      continue;
    }
    int& before = last[static_cast<std::size_t>(note->sender)];
    EXPECT_LT(before, *note->number);
    before = *note->number;
    ++count;
  }
}

TEST(BroadcastStressTest, ReceivedAndMissed_AreAllThatWasSent) {
  const Deadline deadline("a receiver was not woken");
  for (int round = 0; round < kRounds; ++round) {
    auto [tx, rx] = broadcast::channel<Note>(1 + static_cast<std::size_t>(round) * 5);
    std::vector<base::Thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([own = tx.subscribe()]() mutable {
        EXPECT_EQ(receive_all(std::move(own), false), std::uint64_t{kSenders} * kMessages);
      });
    }
    threads.emplace_back([own = tx.subscribe()]() mutable { (void)receive_all(std::move(own), true); });
    threads.emplace_back([own = std::move(rx)] {  // others come and go
      for (int i = 0; i < 100; ++i) {
        auto late = own.resubscribe();
        (void)late.try_recv();
      }
    });
    for (int id = 0; id < kSenders; ++id) {
      threads.emplace_back([own = tx, id] {
        for (int i = 0; i < kMessages; ++i) EXPECT_TRUE(own.send(Note(id, i)));
      });
    }
    const auto mine = std::move(tx);
  }
}

}  // namespace

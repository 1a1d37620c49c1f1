// watch_stress_test.cpp -- threads change a value, and threads watch it, subscribe and go.
//
// Suite `slow`; of most use under ThreadSanitizer. A lost wake would wait for ever, so there is a deadline.
#include <gtest/gtest.h>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/watch.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

constexpr int kRounds = 20;
constexpr int kChanges = 2000;

TEST(WatchStressTest, TheValueOnlyGrows_AndEveryoneSeesTheLast) {
  const Deadline deadline("a watcher was not woken");
  for (int round = 0; round < kRounds; ++round) {
    auto [tx, rx] = watch::channel(0);
    std::vector<base::Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([own = rx, i]() mutable {
        Context cx(Waker::noop());
        int last = 0;
        while (true) {
          if (i == 1) {
            auto dropped = own.changed();
            (void)dropped.poll(cx);
          }
          if (!block_on(own.changed())) break;
          const int now = i == 2 ? own.get() : *own.borrow_and_update();
          EXPECT_GE(now, last);
          last = now;
        }
        EXPECT_EQ(own.get(), 2 * kChanges);
      });
    }
    threads.emplace_back([own = std::move(rx)]() mutable {
      EXPECT_EQ(block_on(own.wait_for([](int value) { return value == 2 * kChanges; })), 2 * kChanges);
    });
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([own = tx] {
        for (int change = 0; change < kChanges; ++change) own.send_modify([](int& value) { ++value; });
      });
    }
    const auto mine = std::move(tx);
  }
}

TEST(WatchStressTest, ReceiversComeAndGo_AndTheSenderIsToldWhenNoneIsLeft) {
  const Deadline deadline("the sender was not told");
  for (int round = 0; round < 500; ++round) {
    auto [tx, rx] = watch::channel(0);
    const base::Thread going([own = std::move(rx)] { const auto copy = own.clone(); });
    block_on(tx.closed());
    EXPECT_EQ(tx.receiver_count(), 0u);
  }
}

}  // namespace

// locked_test.cpp -- a value behind a mutex: mutual exclusion, waiting for a change, deadlines.
#include "common/base/locked.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"

namespace {

using async::base::Atomic;
using async::base::ConditionVariable;
using async::base::Locked;
using async::base::Thread;

TEST(LockedTest, TwoThreadsIncrement_NoIncrementIsLost) {
  constexpr int kEach = 100'000;
  Locked<int> count{0};
  Atomic<int> started = 0;
  const auto increment = [&] {
    ++started;
    while (started.load() != 2)
      std::this_thread::yield();  // so that they meet, and not run one after the other
    for (int i = 0; i < kEach; ++i) ++*count.lock();
  };
  {
    Thread other(increment);
    increment();
  }
  EXPECT_EQ(*count.lock(), 2 * kEach);
}

TEST(LockedTest, MoveOnlyValue_IsMovedInAndReachedThroughTheGuard) {
  Locked<std::unique_ptr<int>> value{std::make_unique<int>(7)};
  auto guard = value.lock();
  EXPECT_EQ(**guard, 7);
  EXPECT_EQ(*guard->get(), 7);
}

TEST(LockedTest, WithoutAnInitialValue_TheValueIsZero) {
  Locked<int> value;
  EXPECT_EQ(*value.lock(), 0);
}

// Predict: the waiter holds the lock when it calls wait. How can the other thread change the value?
TEST(LockedTest, WaitingGuard_LetsGoOfTheMutexUntilTheValueChanged) {
  Locked<std::vector<int>> queue;
  ConditionVariable changed;
  auto guard = queue.lock();
  Thread producer([&] {
    queue.lock()->push_back(1);  // blocks until the waiter waits
    changed.notify_one();
  });
  guard.wait(changed, [](const std::vector<int>& items) { return !items.empty(); });
  EXPECT_EQ(guard->front(), 1);
}

TEST(LockedTest, DeadlineThatHasPassed_SaysWhatThePredicateSays) {
  Locked<bool> flag{false};
  ConditionVariable changed;
  const auto past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  auto guard = flag.lock();
  EXPECT_FALSE(guard.wait_until(changed, past, [](bool set) { return set; }));
  *guard = true;
  EXPECT_TRUE(guard.wait_until(changed, past, [](bool set) { return set; }));
}

}  // namespace

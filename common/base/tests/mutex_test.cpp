// mutex_test.cpp -- the mutex excludes, hands over and wakes; the condition variable wakes who waits, and keeps deadlines.
#include "common/base/mutex.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "common/base/futex.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

namespace {

using namespace async::base;

TEST(MutexTest, Increments_AreNotLost) {
  Mutex mutex;
  int count = 0;
  {
    std::vector<Thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 20'000; ++j) {
          const MutexLock lock(mutex);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, 80'000);
}

// Question: a thread sleeps because the mutex is taken, and two more come. Who wakes whom?
// Predict: each unlock wakes one, because whoever had to sleep leaves the mutex marked as contended.
// Break in `Mutex::lock_contended`.
TEST(MutexTest, SleepersBehindALongHolder_AllGetTheirTurn) {
  for (int round = 0; round < 50; ++round) {
    Mutex mutex;
    Atomic<int> had_it = 0;
    std::optional<MutexLock> held(std::in_place, mutex);
    std::vector<Thread> sleepers;
    for (int i = 0; i < 3; ++i) {
      sleepers.emplace_back([&] {
        const MutexLock lock(mutex);
        ++had_it;
      });
    }
    // Long enough for them to give up looking, on an idle machine; where not, the test says the same.
    for (int i = 0; i < 20; ++i) yield_thread();
    EXPECT_EQ(had_it, 0);
    held.reset();
    sleepers.clear();  // joins
    EXPECT_EQ(had_it, 3);
  }
}

TEST(ConditionVariableTest, Notify_WakesWhoWaits) {
  Mutex mutex;
  ConditionVariable changed;
  int stage = 0;
  Thread other([&] {
    MutexLock lock(mutex);
    for (int i = 1; i <= 1000; i += 2) {
      changed.wait(lock, [&] { return stage == i; });
      ++stage;
      changed.notify_one();
    }
  });
  {
    MutexLock lock(mutex);
    for (int i = 0; i < 1000; i += 2) {
      changed.wait(lock, [&] { return stage == i; });
      ++stage;
      changed.notify_one();
    }
  }
  other.join();
  EXPECT_EQ(stage, 1000);
}

TEST(ConditionVariableTest, NotifyAll_WakesAll) {
  Mutex mutex;
  ConditionVariable changed;
  bool open = false;
  int waiting = 0;
  std::vector<Thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      MutexLock lock(mutex);
      ++waiting;
      changed.wait(lock, [&] { return open; });
    });
  }
  while (!open) {
    yield_thread();
    const MutexLock lock(mutex);
    open = waiting == 5;  // so all five wait: they have let go of the mutex
  }
  changed.notify_all();
  threads.clear();  // joins
}

TEST(ConditionVariableTest, Deadline_EndsTheWaitAndNotBefore) {
  Mutex mutex;
  ConditionVariable changed;
  MutexLock lock(mutex);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_FALSE(changed.wait_until(lock, deadline, [] { return false; }));
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
  EXPECT_TRUE(lock.owns_lock());
  EXPECT_TRUE(changed.wait_until(lock, deadline, [] { return true; }));  // looked at first
  const std::chrono::steady_clock::time_point long_ago{};
  EXPECT_FALSE(changed.wait_until(lock, long_ago - std::chrono::nanoseconds(1), [] { return false; }));
}

TEST(ConditionVariableTest, NotifiedInTime_DoesNotWaitForTheDeadline) {
  Mutex mutex;
  ConditionVariable changed;
  bool open = false;
  MutexLock lock(mutex);
  Thread other([&] {
    const MutexLock taken(mutex);  // blocks until the waiter waits
    open = true;
    changed.notify_one();
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  EXPECT_TRUE(changed.wait_until(lock, deadline, [&] { return open; }));
}

// Question: a call of the system fails, a lock is taken, and then errno is looked at. Whose error is there?
// Predict: the call's. Break in `futex_wait`.
TEST(FutexTest, AWaitThatFails_LeavesErrnoAsItWas) {
  async::base::detail::FutexWord word = 1;
  errno = ENOENT;
  EXPECT_TRUE(async::base::detail::futex_wait(word, 2));  // EAGAIN: it is another word by now
  EXPECT_EQ(errno, ENOENT);
  const timespec long_ago{.tv_sec = 0, .tv_nsec = 0};
  EXPECT_FALSE(async::base::detail::futex_wait(word, 1, &long_ago));  // ETIMEDOUT
  EXPECT_EQ(errno, ENOENT);
  const timespec impossible{.tv_sec = 0, .tv_nsec = -1};
  EXPECT_TRUE(async::base::detail::futex_wait(word, 1, &impossible));  // EINVAL
  EXPECT_EQ(errno, ENOENT);
}

TEST(FutexTest, AWakeThatFails_LeavesErrnoAsItWas) {
  errno = ENOENT;
  // EFAULT: there is no memory at the end of all addresses. Only the system looks at the word, and refuses it.
  async::base::detail::futex_wake(*reinterpret_cast<async::base::detail::FutexWord*>(UINTPTR_MAX - 3), 1);
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace

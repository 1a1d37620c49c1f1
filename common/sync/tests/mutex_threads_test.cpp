// mutex_threads_test.cpp -- threads that lock, give up and let go in each other's place. For ThreadSanitizer.
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/tests/in_threads.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

// The value is a plain int: ThreadSanitizer sees it if two guards' times are not ordered.
TEST(MutexThreadsTest, FourThreads_AddEveryOne) {
  const Deadline deadline("a lock was lost: some thread is never given its turn");
  Mutex<int> mutex(0);
  const auto add = [&]() -> Async<> {
    for (int i = 0; i < kRounds; ++i) {
      auto guard = co_await mutex.lock();
      const int seen = *guard;
      co_await yield_now();
      if (i % 4 == 0) base::yield_thread();  // so that the others come, and wait
      *guard = seen + 1;
    }
  };
  in_threads(kThreads, [&](unsigned) { block_on(add()); });
  EXPECT_EQ(**mutex.try_lock(), static_cast<int>(kThreads) * kRounds);
}

// Predict: half of the futures are dropped after their first poll, some of them between their wake and the next
// poll. Does every other one get the lock?
TEST(MutexThreadsTest, FuturesThatAreDroppedWhileOthersLetGo_LoseNoLock) {
  const Deadline deadline("a lock was lost with a future that was dropped");
  Mutex<int> mutex(0);
  base::Atomic<int> added = 0;
  in_threads(kThreads, [&](unsigned seed) {
    std::minstd_rand random(seed + 1);
    Context nobody(Waker::noop());
    for (int i = 0; i < kRounds; ++i) {
      auto lock = mutex.lock();
      auto answer = lock.poll(nobody);  // from here on it may be given the lock at any moment
      if (answer.is_pending() && random() % 2 == 0) {
        base::yield_thread();  // it may be given it now
        continue;
      }
      auto guard = answer.is_ready() ? std::move(answer).value() : block_on(lock);
      ++*guard;
      ++added;
      if (i % 4 == 0) base::yield_thread();
    }
  });
  const auto guard = mutex.try_lock();
  ASSERT_TRUE(guard);
  EXPECT_EQ(**guard, added.load());
  EXPECT_GT(added.load(), 0);
}

TEST(MutexThreadsTest, AGuardThatEndsInAnotherThread_WakesTheNextFromThere) {
  const Deadline deadline("the guard's end in another thread woke nobody");
  Mutex<int> mutex(0);
  for (int i = 0; i < kRounds; ++i) {
    auto guard = block_on(mutex.lock());
    ++*guard;
    base::Thread other([moved = std::move(guard)]() mutable {
      ++*moved;
      moved.unlock();
    });
    EXPECT_EQ(*block_on(mutex.lock()), 2 * i + 2);
  }
}

// The one who was given the lock may destroy the mutex while the other one is still on its way out of unlock().
TEST(MutexThreadsTest, TheLastHolder_MayDestroyTheMutexAtOnce) {
  const Deadline deadline("the last holder was not woken");
  for (int i = 0; i < kRounds; ++i) {
    std::optional<Mutex<int>> mutex(std::in_place, 0);
    auto guard = block_on(mutex->lock());
    base::Thread other([moved = std::move(guard)]() mutable { moved.unlock(); });
    block_on(mutex->lock()).unlock();
    mutex.reset();
  }
}

}  // namespace

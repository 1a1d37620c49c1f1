// sync_stress_test.cpp -- threads take, wait, give up and let go in each other's place.
//
// Suite `slow`; of most use under ThreadSanitizer: what the primitives protect is plain memory. Rounds are
// bounded, totals are checked, and nothing waits for time: a lost wake would wait for ever, so each test has
// a deadline.
#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/rw_lock.hpp"
#include "common/sync/semaphore.hpp"
#include "common/sync/tests/in_threads.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

TEST(SyncStressTest, Semaphore_NeverGivesMoreThanThereAre_AndLosesNone) {
  const Deadline deadline("a permit was lost: some thread is never given its turn");
  constexpr std::size_t kPermits = 5;
  Semaphore semaphore(kPermits);
  base::Atomic<std::size_t> inside = 0, most = 0;
  in_threads(kThreads, [&](unsigned seed) {
    Random random(seed + 1);
    for (int i = 0; i < kRounds; ++i) {
      const std::size_t wanted = random() % kPermits + 1;
      if (random() % 8 == 0) {
        auto taken = semaphore.try_acquire(wanted);
        continue;
      }
      detail::Child<detail::AcquireFuture<Semaphore*>> asks(std::in_place,
                                                            [&] { return semaphore.acquire(wanted); });
      if (!ends(asks, random)) continue;
      auto permit = *asks.take();
      const std::size_t now = inside.fetch_add(wanted) + wanted;
      if (now > most.load()) most = now;
      if (random() % 2 == 0) base::yield_thread();  // so that the others come, and wait
      inside.fetch_sub(wanted);
      auto part = permit.split(random() % (wanted + 1));
      if (random() % 2 == 0) permit.merge(*std::exchange(part, std::nullopt));
    }
  });
  EXPECT_LE(most.load(), kPermits);
  EXPECT_EQ(semaphore.available_permits(), kPermits);
}

TEST(SyncStressTest, OwnedPermits_EndInOtherThreads_AlsoAfterEveryOtherOwner) {
  const Deadline deadline("a permit was lost");
  for (int i = 0; i < kRounds; ++i) {
    auto semaphore = std::make_shared<Semaphore>(1);
    auto permit = *try_acquire_owned(semaphore);
    base::Thread waits([semaphore] { EXPECT_TRUE(block_on(acquire_owned(semaphore))); });
    base::Thread lets_go([moved = std::move(permit)]() mutable { auto ends_here = std::move(moved); });
    semaphore.reset();
  }
}

// A waker that now and then lets the other threads go first: whoever wakes many of them takes a while. (Not each time:
// on a core that somebody else keeps busy a yield takes milliseconds.)
RawWaker slow_waker(const void*) noexcept;
void slow_wake(const void*) noexcept {
  static base::Atomic<unsigned> wakes = 0;
  if (wakes.fetch_add(1) % 8 == 0) base::yield_thread();
}
void slow_drop(const void*) noexcept {}
constexpr RawWakerVTable kSlow{&slow_waker, &slow_wake, &slow_wake, &slow_drop};
RawWaker slow_waker(const void*) noexcept { return {nullptr, &kSlow}; }

// Close comes while others give: nobody is given anything of it afterwards, and no permit is lost.
TEST(SyncStressTest, Close_WhileOthersGiveAndLeave_LosesNoPermit) {
  const Deadline deadline("close() left somebody waiting");
  const Waker slow(slow_waker(nullptr));
  for (int round = 0; round < kRounds / 10; ++round) {
    constexpr std::size_t kWaiters = 150;
    Semaphore semaphore(0);
    Context cx(slow);
    std::deque<detail::Child<detail::AcquireFuture<Semaphore*>>> waiting;
    for (std::size_t i = 0; i < kWaiters; ++i) {
      auto& asks = waiting.emplace_back(std::in_place, [&] { return semaphore.acquire(i % 3 + 1); });
      EXPECT_FALSE(asks.poll(cx));
    }
    base::Atomic<int> given = 0;
    in_threads(3, [&](unsigned which) {
      if (which == 0) {
        for (int i = 0; i < 40; ++i) {
          semaphore.add_permits(1);
          ++given;
        }
      } else if (which == 1) {
        for (std::size_t i = 0; i < kWaiters; i += 3) waiting[i].drop();
      } else {
        while (given.load() < round % 40) base::yield_thread();
        semaphore.close();
      }
    });
    std::size_t taken = 0;
    for (std::size_t i = 0; i < kWaiters; ++i) {
      if (i % 3 == 0) continue;
      EXPECT_TRUE(waiting[i].poll(cx));
      auto permit = waiting[i].take();
      if (!permit) continue;
      taken += permit->num_permits();
      permit->forget();
    }
    EXPECT_EQ(taken + semaphore.available_permits(), 40u);
  }
}

// Whoever was given the last permit may destroy the semaphore: the giver is done with it.
TEST(SyncStressTest, TheLastHolder_MayDestroyItAtOnce) {
  const Deadline deadline("the last holder was not woken");
  for (int i = 0; i < kRounds; ++i) {
    {
      std::optional<Semaphore> semaphore(std::in_place, 2);
      auto permit = *semaphore->try_acquire(2);
      base::Thread other([moved = std::move(permit)]() mutable { auto ends_here = std::move(moved); });
      block_on(semaphore->acquire(2))->forget();
      semaphore.reset();
    }
    std::optional<RwLock<int>> lock(std::in_place, 0);
    auto guard = *lock->try_write();
    base::Thread other([moved = std::move(guard)]() mutable { moved.unlock(); });
    block_on(lock->write()).unlock();
    lock.reset();
  }
}

// The value is two plain ints: ThreadSanitizer sees it if a writer's time is not ordered with all others'.
TEST(SyncStressTest, RwLock_AWriterIsAlone_AndNobodyIsForgotten) {
  const Deadline deadline("a lock was lost: some thread is never given its turn");
  RwLock<std::pair<int, int>> lock;
  base::Atomic<int> written = 0;
  in_threads(kThreads, [&](unsigned seed) {
    Random random(seed + 1);
    for (int i = 0; i < kRounds; ++i) {
      if (random() % 3 != 0) {
        detail::Child<RwLock<std::pair<int, int>>::ReadFuture> asks(std::in_place,
                                                                    [&] { return lock.read(); });
        if (!ends(asks, random)) continue;
        const auto guard = asks.take();
        if (i % 4 == 0) base::yield_thread();  // so that the others come, and wait
        ASYNC_CHECK(guard->first == guard->second, "a reader saw a half-written value");
        continue;
      }
      detail::Child<RwLock<std::pair<int, int>>::WriteFuture> asks(std::in_place,
                                                                   [&] { return lock.write(); });
      if (!ends(asks, random)) continue;
      auto guard = asks.take();
      const int mine = ++guard->first;
      if (i % 4 == 0) base::yield_thread();
      guard->second = mine;
      ++written;
      if (random() % 2 == 0) {
        const auto reads_on = std::move(guard).downgrade();
        ASYNC_CHECK(reads_on->second == mine, "somebody wrote between the write and the read");
      }
    }
  });
  EXPECT_EQ((**lock.try_write()).first, written.load());
}

// Tasks of two executors in threads of their own, and plain threads, share a mutex, a semaphore, a barrier.
TEST(SyncStressTest, SeveralExecutorsAndPlainThreads_ShareThem) {
  const Deadline deadline("somebody was not woken across executors");
  Mutex<int> mutex(0);
  Semaphore semaphore(2);
  Barrier barrier(kThreads);
  const auto work = [&]() -> Async<> {
    for (int i = 0; i < kRounds; ++i) {
      const auto permit = co_await semaphore.acquire();
      auto guard = co_await mutex.lock();
      ++*guard;
      if (i % 8 == 0) base::yield_thread();
      guard.unlock();
      if (i % 16 == 0) co_await yield_now();
    }
    co_await barrier.wait();
  };
  in_threads(kThreads, [&](unsigned index) {
    if (index % 2 == 0) return block_on(work());
    ManualExecutor executor;
    executor.spawn(work).detach();
    while (executor.unfinished() != 0) {
      if (!executor.step()) base::yield_thread();
    }
  });
  EXPECT_EQ(**mutex.try_lock(), static_cast<int>(kThreads) * kRounds);
  EXPECT_EQ(semaphore.available_permits(), 2u);
}

}  // namespace

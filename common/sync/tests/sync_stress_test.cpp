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
#include <random>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/notify.hpp"
#include "common/sync/rw_lock.hpp"
#include "common/sync/semaphore.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using Random = std::minstd_rand;

constexpr unsigned kThreads = 4;
constexpr int kRounds = 400;

template <class Work>
void in_threads(unsigned count, Work work) {
  std::vector<base::Thread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(work, i);
}

template <class F>
void wait_for(detail::Child<F>& asks) {
  block_on(poll_fn([&](Context& cx) -> Poll<void> {
    if (!asks.poll(cx)) return Pending();
    return Ready();
  }));
}

// Polls it, and then waits to the end. In one case of four it does not: false, and the caller drops it, at a
// moment at which it may have been given what it wanted.
template <class F>
bool ends(detail::Child<F>& asks, Random& random) {
  Context nobody(Waker::noop());
  if (asks.poll(nobody)) return true;
  if (random() % 4 == 0) return false;
  wait_for(asks);
  return true;
}

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
      if (random() % 2 == 0) (void)block_on(yield_now());
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

// A waker that lets the other threads go first: whoever wakes many of them takes a while.
RawWaker slow_waker(const void*) noexcept;
void slow_wake(const void*) noexcept { base::yield_thread(); }
void slow_drop(const void*) noexcept {}
constexpr RawWakerVTable kSlow{&slow_waker, &slow_wake, &slow_wake, &slow_drop};
RawWaker slow_waker(const void*) noexcept { return {nullptr, &kSlow}; }

// Close comes while others give: nobody is given anything of it afterwards, and no permit is lost.
TEST(SyncStressTest, Close_WhileOthersGiveAndLeave_LosesNoPermit) {
  const Deadline deadline("close() left somebody waiting");
  const Waker slow(slow_waker(nullptr));
  for (int round = 0; round < kRounds; ++round) {
    constexpr std::size_t kWaiters = 150;
    Semaphore semaphore(0);
    Context cx(slow);
    std::deque<detail::Child<detail::AcquireFuture<Semaphore*>>> waiting;
    for (std::size_t i = 0; i < kWaiters; ++i) {
      auto& asks = waiting.emplace_back(std::in_place, [&] { return semaphore.acquire(i % 3 + 1); });
      EXPECT_FALSE(asks.poll(cx));
    }
    in_threads(3, [&](unsigned which) {
      if (which == 0) {
        for (int i = 0; i < 40; ++i) semaphore.add_permits(1);
      } else if (which == 1) {
        for (std::size_t i = 0; i < kWaiters; i += 3) waiting[i].drop();
      } else {
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
        ASYNC_CHECK(guard->first == guard->second, "a reader saw a half-written value");
        continue;
      }
      detail::Child<RwLock<std::pair<int, int>>::WriteFuture> asks(std::in_place,
                                                                   [&] { return lock.write(); });
      if (!ends(asks, random)) continue;
      auto guard = asks.take();
      const int mine = ++guard->first;
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

// Every message is announced by a notify_one(); waiters come and go. Can one lie there, and all sleep?
TEST(SyncStressTest, NotifyOne_IsNotLostWithAWaiterThatGivesUp) {
  const Deadline deadline("a message lies there, and everybody sleeps");
  Notify notify;
  base::Atomic<int> messages = 0, taken = 0;
  constexpr int kMessages = 2 * kRounds;
  const auto take_one = [&] {
    int seen = messages.load();
    while (seen > 0 && !messages.compare_exchange_weak(seen, seen - 1)) {
    }
    return seen > 0;
  };
  in_threads(kThreads, [&](unsigned index) {
    if (index < 2) {
      for (int i = 0; i < kMessages / 2; ++i) {
        ++messages;
        notify.notify_one();
      }
      return;
    }
    Random random(index);
    while (taken.load() < kMessages) {
      if (take_one()) {
        if (++taken == kMessages) notify.notify_waiters();
        notify.notify_one();  // there may be more of them than notifications that were kept
        continue;
      }
      detail::Child<Notify::Notified> asks(std::in_place, [&] { return notify.notified(); });
      if (taken.load() == kMessages) break;
      (void)ends(asks, random);
    }
  });
  EXPECT_EQ(taken.load(), kMessages);
}

TEST(SyncStressTest, NotifyWaiters_ReachesEveryFutureThatWasMadeBefore) {
  const Deadline deadline("a future that existed was not notified");
  constexpr int kWaiting = kThreads - 1;
  Notify notify;
  base::Atomic<int> made = 0, rounds = 0;
  in_threads(kThreads, [&](unsigned index) {
    Random random(index + 1);
    for (int i = 0; i < kRounds; ++i) {
      if (index == 0) {
        while (made.load() < (i + 1) * kWaiting) base::yield_thread();
        notify.notify_waiters();
        ++rounds;
        continue;
      }
      {
        detail::Child<Notify::Notified> asks(std::in_place, [&] { return notify.notified(); });
        ++made;
        (void)ends(asks, random);
      }
      while (rounds.load() <= i) base::yield_thread();  // the next future is made after this notification
    }
  });
}

// Each writes its own plain int before a meeting, and reads the others' after it.
TEST(SyncStressTest, Barrier_OrdersWhatWasDoneBeforeWithWhatIsDoneAfter_OneLeaderEachTime) {
  const Deadline deadline("the barrier never opened");
  Barrier barrier(kThreads);
  std::vector<int> said(kThreads, -1);
  base::Atomic<int> leaders = 0;
  in_threads(kThreads, [&](unsigned index) {
    for (int i = 0; i < kRounds; ++i) {
      said[index] = i;
      if (block_on(barrier.wait()).is_leader()) ++leaders;
      for (const int each : said) ASYNC_CHECK(each == i, "somebody went through before all had arrived");
      block_on(barrier.wait());
    }
  });
  EXPECT_EQ(leaders.load(), kRounds);
}

// Two meet; a third one arrives for a moment and gives up, again and again. If it completes a meeting in its
// only poll, it is the leader. Whenever two of the three are there, they go on.
TEST(SyncStressTest, Barrier_WhileOneArrivesAndGivesUp_OpensForTheOthers) {
  const Deadline deadline("the barrier never opened");
  Barrier barrier(2);
  base::Atomic<int> at_work = 2, leaders = 0, through = 0;
  in_threads(3, [&](unsigned index) {
    Context nobody(Waker::noop());
    while (index == 2 && at_work.load() != 0) {
      auto wait = barrier.wait();
      if (wait.poll(nobody).is_ready()) ++leaders;
    }
    if (index == 2) return;
    for (int i = 0; i < kRounds; ++i) {
      if (block_on(barrier.wait()).is_leader()) ++leaders;
      ++through;
    }
    --at_work;
  });
  EXPECT_EQ(through.load(), 2 * kRounds);
  EXPECT_GE(2 * leaders.load(), 2 * kRounds) << "some meeting had more than two";
  EXPECT_LE(leaders.load(), 2 * kRounds) << "some meeting had more than one leader";
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

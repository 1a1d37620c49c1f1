// futex_mutex.hpp -- the blocking mutex and the condition variable, on the system's futex.
//
// A mutex here blocks its thread and is held for a few
// instructions; it is never held while a future is polled, a waker is called or a destructor of a user's
// type runs. So it is one word: to lock and to unlock it costs one atomic step each, and a thread that finds it
// taken looks again some hundred times before it sleeps. (Ulrich Drepper, "Futexes Are Tricky", mutex3.)
//
//   unlocked   nobody has it
//   locked     somebody has it, nobody sleeps
//   contended  somebody has it, and somebody may sleep: whoever unlocks wakes one
//
// Memory ordering: what was done before unlock() is seen after the lock() that follows: release, acquire.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>
#include <mutex>

#include "common/base/futex.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class FutexMutex {
 public:
  FutexMutex() = default;
  FutexMutex(const FutexMutex&) = delete;
  FutexMutex& operator=(const FutexMutex&) = delete;

  void lock() {
    std::uint32_t state = kUnlocked;
    if (!state_.compare_exchange_strong(state, kLocked, acquire, relaxed)) lock_contended();
  }

  void unlock() {
    if (state_.exchange(kUnlocked, release) == kContended) detail::futex_wake(state_, 1);
  }

 private:
  static constexpr std::uint32_t kUnlocked = 0, kLocked = 1, kContended = 2;
#ifdef ASYNC_EXPLORED
  static constexpr int kLooks = 1;  // all are alike
#else
  static constexpr int kLooks = 100;
#endif

  [[gnu::noinline]] void lock_contended() {
    for (int i = 0; i < kLooks; ++i) {
      std::uint32_t state = state_.load(relaxed);
      if (state == kContended) break;  // others sleep already
      if (state == kUnlocked && state_.compare_exchange_weak(state, kLocked, acquire, relaxed)) return;
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    }
    // Whoever gets it here leaves it marked as contended: others may sleep too, and its unlock wakes one of them.
    while (state_.exchange(kContended, acquire) != kUnlocked) (void)detail::futex_wait(state_, kContended);
  }

  detail::FutexWord state_ = kUnlocked;
};

using FutexMutexLock = std::unique_lock<FutexMutex>;

// Whoever notifies has changed, under the mutex, what the others wait for.
class FutexConditionVariable {
 public:
  FutexConditionVariable() = default;
  FutexConditionVariable(const FutexConditionVariable&) = delete;
  FutexConditionVariable& operator=(const FutexConditionVariable&) = delete;

  template <class Ready>
  void wait(FutexMutexLock& lock, Ready ready) {
    while (!ready()) (void)sleep(lock, nullptr);
  }

  // Returns what `ready` says at the end.
  template <class Ready>
  bool wait_until(FutexMutexLock& lock, std::chrono::steady_clock::time_point deadline, Ready ready) {
    const auto since_boot =
        std::max(deadline.time_since_epoch(), std::chrono::nanoseconds(0));  // no less is allowed
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    const timespec when{.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
    while (!ready()) {
      if (!sleep(lock, &when)) return ready();
    }
    return true;
  }

  void notify_one() { notify(1); }
  void notify_all() { notify(std::numeric_limits<int>::max()); }

 private:
  // relaxed, all of it: the mutex orders what is waited for, and the counts, which change under it.
  bool sleep(FutexMutexLock& lock, const timespec* deadline) {
    const std::uint32_t seen = notifications_.load(relaxed);
    sleepers_.fetch_add(1, relaxed);
    lock.unlock();
    // A notification that comes now has changed the word, and this returns at once.
    const bool in_time = detail::futex_wait(notifications_, seen, deadline);
    lock.lock();
    sleepers_.fetch_sub(1, relaxed);
    return in_time;
  }

  void notify(int how_many) {
    if (sleepers_.load(relaxed) == 0) return;
    notifications_.fetch_add(1, relaxed);
    detail::futex_wake(notifications_, how_many);
  }

  detail::FutexWord notifications_ = 0;
  Atomic<std::uint32_t> sleepers_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR::base

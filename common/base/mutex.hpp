// mutex.hpp -- the blocking mutex and the condition variable.
//
// As in atomic.hpp: one place to exchange them all. A mutex here blocks its thread and is held for a few
// instructions; it is never held while a future is polled, a waker is called or a destructor of a user's
// type runs. Because it is held so shortly, a thread that finds it taken looks again some hundred times before it
// sleeps (glibc's adaptive mutex; a std::mutex sleeps at once, and two threads that share one pass it on by
// system calls: docs/performance.md).
#pragma once

#include <chrono>
#include <ctime>
#include <mutex>
#include <pthread.h>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { ::pthread_mutex_destroy(&mutex_); }

  // Errors cannot happen: it is initialised, not recursive, and unlocked by its holder.
  void lock() { ::pthread_mutex_lock(&mutex_); }
  void unlock() { ::pthread_mutex_unlock(&mutex_); }

  pthread_mutex_t* native_handle() { return &mutex_; }

 private:
  pthread_mutex_t mutex_ = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
};

using MutexLock = std::unique_lock<Mutex>;

class ConditionVariable {
 public:
  ConditionVariable() = default;
  ConditionVariable(const ConditionVariable&) = delete;
  ConditionVariable& operator=(const ConditionVariable&) = delete;
  ~ConditionVariable() { ::pthread_cond_destroy(&changed_); }

  template <class Ready>
  void wait(MutexLock& lock, Ready ready) {
    while (!ready()) ::pthread_cond_wait(&changed_, lock.mutex()->native_handle());
  }

  // Returns what `ready` says at the end.
  template <class Ready>
  bool wait_until(MutexLock& lock, std::chrono::steady_clock::time_point deadline, Ready ready) {
    const auto since_boot = deadline.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    const timespec when{.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
    while (!ready()) {
      if (::pthread_cond_clockwait(&changed_, lock.mutex()->native_handle(), CLOCK_MONOTONIC, &when) != 0) {
        return ready();
      }
    }
    return true;
  }

  void notify_one() { ::pthread_cond_signal(&changed_); }
  void notify_all() { ::pthread_cond_broadcast(&changed_); }

 private:
  pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
};

}  // namespace async::inline ASYNC_FLAVOUR::base

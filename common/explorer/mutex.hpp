// mutex.hpp -- explorer::Mutex and ConditionVariable, and what a futex does, for the threads of a model.
//
// Who waits for a mutex competes for it when it is free; who is notified is chosen among those that wait; a wait
// with a limit may end at any time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <utility>

#include "common/explorer/atomic.hpp"

namespace async::explorer {

class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock(Where where = Where::current());
  void unlock();

 private:
  friend class ConditionVariable;

  bool is_held_ = false;
  View left_;  // what the threads that held it did
  Where locked_where_;
  std::uint32_t execution_ = 0;
  RaceDetector life_;
};

class MutexLock {
 public:
  explicit MutexLock(Mutex& mutex, Where where = Where::current()) : mutex_(&mutex), where_(where) {
    mutex_->lock(where_);
  }
  MutexLock(MutexLock&& other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)), where_(other.where_) {}
  MutexLock& operator=(MutexLock&&) = delete;
  ~MutexLock() {
    if (mutex_ != nullptr) mutex_->unlock();
  }

 private:
  friend class ConditionVariable;

  Mutex* mutex_;  // null where it was moved away
  Where where_;
};

class ConditionVariable {
 public:
  template <class Ready>
  void wait(MutexLock& lock, Ready ready) {
    while (!ready()) (void)sleep(lock, false);
  }

  template <class Ready>
  bool wait_until(MutexLock& lock, std::chrono::steady_clock::time_point /*deadline*/, Ready ready) {
    while (!ready()) {
      if (!sleep(lock, true)) return ready();
    }
    return true;
  }

  void notify_one(Where where = Where::current());
  void notify_all(Where where = Where::current());

 private:
  bool sleep(MutexLock& lock, bool may_time_out);

  RaceDetector life_;
};

// Sleeps if the newest value is `expected`; with a deadline, false if it passed.
bool futex_wait(AtomicWord& word, std::uint32_t expected, const timespec* deadline,
                Where where = Where::current());
void futex_wake(AtomicWord& word, std::size_t how_many, Where where = Where::current());

}  // namespace async::explorer

// locked.hpp -- Locked<T>: a value that can only be reached while its mutex is held.
//
// Thread safety: lock() from any thread; the guard stays in the thread that made it.
// Lifetime: the guard must not outlive the Locked. A pointer into the value must not outlive the guard.
#pragma once

#include <utility>

#include "common/base/call_site.hpp"
#include "common/base/mutex.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

template <class T>
class Locked {
 public:
  class Guard {
   public:
    T& operator*() { return *value_; }
    T* operator->() { return value_; }

    // Lets go of the mutex, waits until `changed` is notified and `ready(value)` holds, holds it again.
    template <class Ready>
    void wait(ConditionVariable& changed, Ready ready) {
      changed.wait(lock_, [&] { return ready(*value_); });
    }

    // The same with a deadline; returns what `ready` says at the end.
    template <class Deadline, class Ready>
    bool wait_until(ConditionVariable& changed, Deadline deadline, Ready ready) {
      return changed.wait_until(lock_, deadline, [&] { return ready(*value_); });
    }

   private:
    friend class Locked;
#ifdef ASYNC_EXPLORED
    Guard(Mutex& mutex, T& value, CallSite where) : lock_(mutex, where), value_(&value) {}
#else
    Guard(Mutex& mutex, T& value, CallSite /*where*/) : lock_(mutex), value_(&value) {}
#endif

    MutexLock lock_;
    T* value_;
  };

  Locked() = default;
  explicit Locked(T value) : value_(std::move(value)) {}

  // Blocks until the mutex is free. Not recursive.
  [[nodiscard]] Guard lock(CallSite where = CallSite::current()) { return Guard(mutex_, value_, where); }

 private:
  Mutex mutex_;
  T value_{};
};

}  // namespace async::inline ASYNC_FLAVOUR::base

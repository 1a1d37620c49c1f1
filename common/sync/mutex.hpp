// mutex.hpp -- Mutex<T>: a value that one task at a time may use; the others wait without blocking a thread.
//
//   Mutex<int> counter(0);
//   {
//     auto guard = co_await counter.lock();
//     ++*guard;
//     co_await write_down(*guard);        // may be held while its task waits for something else
//   }                                     // the next task's turn
//
// Where nothing is awaited under the lock, base::Locked<T> is the simpler choice. On a plain thread:
// block_on(counter.lock()). A guard that keeps its mutex alive: lock_owned(std::shared_ptr<Mutex<T>>).
//
// What happens when: the guard's end gives the lock to the task that has waited longest (fair: no other can
// slip in, not even by try_lock), and calls that task's waker inside that very call, in the thread that let
// go. The task goes on in its executor's next poll, on its executor's thread. A waiter that is dropped leaves
// the queue; if it had been given the lock already, the next one gets it.
//
// Thread safety: lock() and try_lock() from any thread. A guard may move to another thread and end there. A
//   lock future is polled and dropped by one thread at a time, as any future.
// Invariants: those of SemaphoreCore, with one permit; and the value is only touched through the one guard.
// Lifetime: the mutex outlives its guards and its lock futures (checked), unless they are owned: those keep
//   it alive. A lock future is immovable: it is the queue's element. join([&] { return mutex.lock(); }, ...)
//   builds it in place. Whoever was given the lock may destroy the mutex, while the call that gave it is on
//   its way out.
// Errors: a task that awaits lock() while it holds the guard waits for itself, for ever. An exception that
//   passes a guard lets go of the lock, and the value stays as it is (no poisoning, as tokio's).
// Allocates nothing.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "common/sync/permit_wait.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Mutex {
  template <class Owner>
  class BasicGuard;  // Owner: Mutex*, or std::shared_ptr<Mutex>
  template <class Owner>
  class BasicLockFuture;

 public:
  using Guard = BasicGuard<Mutex*>;
  using LockFuture = BasicLockFuture<Mutex*>;
  using OwnedGuard = BasicGuard<std::shared_ptr<Mutex>>;
  using OwnedLockFuture = BasicLockFuture<std::shared_ptr<Mutex>>;

  Mutex() = default;
  explicit Mutex(T value) : value_(std::move(value)) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { ASYNC_CHECK(core_.available() == 1, "an async lock was destroyed while it was held"); }

  // Its turn comes in the order of the first polls, not of these calls.
  LockFuture lock() { return lock_as<Mutex*>(this); }

  // Nothing, if somebody holds it or waits for it.
  [[nodiscard]] std::optional<Guard> try_lock() { return try_lock_as<Mutex*>(this); }

 private:
  template <class Value>
  friend typename Mutex<Value>::OwnedLockFuture lock_owned(std::shared_ptr<Mutex<Value>> mutex);
  template <class Value>
  friend std::optional<typename Mutex<Value>::OwnedGuard> try_lock_owned(std::shared_ptr<Mutex<Value>> mutex);

  template <class Owner>
  static BasicLockFuture<Owner> lock_as(Owner mutex) {
    return BasicLockFuture<Owner>(std::move(mutex));
  }
  template <class Owner>
  static std::optional<BasicGuard<Owner>> try_lock_as(Owner mutex) {
    ASYNC_CHECK(mutex != nullptr, "a lock was asked of a mutex that is not there");
    if (mutex->core_.try_take(1) != detail::SemaphoreCore::Take::taken) return std::nullopt;
    return BasicGuard<Owner>(std::move(mutex));
  }

  T value_{};
  detail::SemaphoreCore core_{1};
};

template <class T>
template <class Owner>
class [[nodiscard("the lock is held as long as its guard lives")]] Mutex<T>::BasicGuard {
 public:
  BasicGuard(BasicGuard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  BasicGuard& operator=(BasicGuard&& other) noexcept {
    if (this != &other) {
      unlock();
      mutex_ = std::exchange(other.mutex_, nullptr);
    }
    return *this;
  }
  ~BasicGuard() { unlock(); }

  T& operator*() const { return value(); }
  T* operator->() const { return &value(); }

  // Lets go before the guard's end; from then on the guard holds nothing.
  void unlock() {
    if (mutex_ == nullptr) return;
    const Owner mutex = std::exchange(mutex_, nullptr);
    mutex->core_.give(1);
  }

 private:
  friend class Mutex;
  explicit BasicGuard(Owner mutex) : mutex_(std::move(mutex)) {}

  T& value() const {
    ASYNC_CHECK(mutex_ != nullptr, "a guard was used after it let go of its lock");
    return mutex_->value_;
  }

  Owner mutex_;
};

template <class T>
template <class Owner>
class [[nodiscard("a future does nothing until it is awaited or polled")]] Mutex<T>::BasicLockFuture {
 public:
  using Output = BasicGuard<Owner>;

  Poll<Output> poll(Context& cx) {
    if (wait_.poll(cx).is_pending()) return Pending();
    return Ready(Output(std::move(mutex_)));
  }

 private:
  friend class Mutex;
  explicit BasicLockFuture(Owner mutex) : mutex_(std::move(mutex)), wait_(core(), 1) {}

  detail::SemaphoreCore& core() {
    ASYNC_CHECK(mutex_ != nullptr, "a lock was asked of a mutex that is not there");
    return mutex_->core_;
  }

  Owner mutex_;
  detail::PermitWait wait_;  // after it: it is destroyed first
};

// The same for a guard that keeps its mutex alive, as the future does from this call on.
template <class T>
typename Mutex<T>::OwnedLockFuture lock_owned(std::shared_ptr<Mutex<T>> mutex) {
  return Mutex<T>::lock_as(std::move(mutex));
}
template <class T>
[[nodiscard]] std::optional<typename Mutex<T>::OwnedGuard> try_lock_owned(std::shared_ptr<Mutex<T>> mutex) {
  return Mutex<T>::try_lock_as(std::move(mutex));
}

}  // namespace async::inline ASYNC_FLAVOUR

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
// block_on(counter.lock()).
//
// What happens when: the guard's end gives the lock to the task that has waited longest (fair: no other can
// slip in, not even by try_lock), and calls that task's waker inside that very call, in the thread that let go.
// The task goes on in its executor's next poll, on its executor's thread. A waiter that is dropped leaves the
// queue; if it had been given the lock already, the next one gets it.
//
// Thread safety: lock() and try_lock() from any thread. A guard may move to another thread and end there. A lock
//   future is polled and dropped by one thread at a time, as any future.
// Invariants: those of LockQueue; and the value is only touched through the one guard.
// Lifetime: the mutex outlives its guards and its lock futures (checked). A lock future is immovable: it is the
//   queue's element. join([&] { return mutex.lock(); }, ...) builds it in place.
// Errors: a task that awaits lock() while it holds the guard waits for itself, for ever. An exception that passes
//   a guard lets go of the lock, and the value stays as it is (no poisoning, as tokio's).
// Allocates nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "common/future/future.hpp"
#include "common/sync/lock_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Mutex {
 public:
  class Guard;
  class LockFuture;

  Mutex() = default;
  explicit Mutex(T value) : value_(std::move(value)) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Its turn comes in the order of the first polls, not of these calls.
  LockFuture lock() { return LockFuture(*this); }

  // Nothing, if somebody holds it or waits for it.
  [[nodiscard]] std::optional<Guard> try_lock() {
    if (!queue_.try_lock()) return std::nullopt;
    return Guard(*this);
  }

 private:
  T value_{};
  detail::LockQueue queue_;  // destroyed first: it checks that nobody can reach the value any more
};

template <class T>
class [[nodiscard("the lock is held as long as its guard lives")]] Mutex<T>::Guard {
 public:
  Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  Guard& operator=(Guard&& other) noexcept {
    if (this != &other) {
      unlock();
      mutex_ = std::exchange(other.mutex_, nullptr);
    }
    return *this;
  }
  ~Guard() { unlock(); }

  T& operator*() const { return value(); }
  T* operator->() const { return &value(); }

  // Lets go before the guard's end; from then on the guard holds nothing.
  void unlock() {
    if (mutex_ != nullptr) std::exchange(mutex_, nullptr)->queue_.unlock();
  }

 private:
  friend class Mutex;
  explicit Guard(Mutex& mutex) : mutex_(&mutex) {}

  T& value() const {
    ASYNC_CHECK(mutex_ != nullptr, "a guard was used after it let go of its lock");
    return mutex_->value_;
  }

  Mutex* mutex_;
};

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] Mutex<T>::LockFuture {
 public:
  using Output = Guard;

  LockFuture(const LockFuture&) = delete;
  LockFuture& operator=(const LockFuture&) = delete;
  ~LockFuture() {
    if (stage_ == Stage::waiting) mutex_.queue_.leave(waiter_);
  }

  Poll<Guard> poll(Context& cx) {
    ASYNC_CHECK(stage_ != Stage::finished, "a lock future was polled after it gave its guard");
    if (mutex_.queue_.poll(waiter_, cx.waker())) {
      stage_ = Stage::finished;
      return Ready(Guard(mutex_));
    }
    stage_ = Stage::waiting;
    return Pending();
  }

 private:
  friend class Mutex;
  enum class Stage : std::uint8_t { unpolled, waiting, finished };

  explicit LockFuture(Mutex& mutex) : mutex_(mutex) {}

  Mutex& mutex_;
  detail::LockQueue::Waiter waiter_;
  Stage stage_ = Stage::unpolled;
};

}  // namespace async::inline ASYNC_FLAVOUR

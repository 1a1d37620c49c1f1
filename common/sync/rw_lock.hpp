// rw_lock.hpp -- RwLock<T>: a value that many tasks may read at a time, or one may write.
//
//   RwLock<Menu> menu(Menu::of_today());
//   {
//     const auto guard = co_await menu.read();   // beside other readers
//     show(*guard);
//   }
//   auto guard = co_await menu.write();          // alone
//   guard->add("soup");
//   const auto seen = std::move(guard).downgrade();  // reads on; nobody has written in between
//
// It is a semaphore with max_readers permits: to read takes one, to write takes all. So it is fair: whoever
// came first is served first, and a writer that waits is not overtaken by new readers. (Hence a task that
// awaits read() while it holds a ReadGuard may wait for itself: a writer can stand in between.)
//
// What happens when: a guard's end, a downgrade, or the end of a future that waits, lets in those whose turn
// it is, several readers at once; their wakers are called inside that very call, in its thread. The tasks go
// on in their executors' next poll.
//
// Thread safety: every function from any thread, of any runtime or none; a guard, a future: one thread at a
//   time. Const functions of T are called by several readers at the same time.
// Lifetime: outlives its guards and its futures (checked), unless they are owned: those keep it alive. A
//   future is immovable: it is the queue's element. select([&] { return menu.read(); }, ...) builds it in
//   place.
// Cancelling: dropping a future at any moment blocks nobody; where a writer gives up, those behind it go in.
// Errors: std::invalid_argument for no readers, or more than a semaphore can count. An exception that passes
//   a guard lets go, and the value stays as it is.
// Allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "common/sync/permit_wait.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class RwLock {
  enum class Access : bool { read, write };
  template <class Owner, Access access>
  class BasicGuard;  // Owner: RwLock*, or std::shared_ptr<RwLock>
  template <class Owner, Access access>
  class BasicLockFuture;

 public:
  using ReadGuard = BasicGuard<RwLock*, Access::read>;
  using WriteGuard = BasicGuard<RwLock*, Access::write>;
  using ReadFuture = BasicLockFuture<RwLock*, Access::read>;
  using WriteFuture = BasicLockFuture<RwLock*, Access::write>;
  using OwnedReadGuard = BasicGuard<std::shared_ptr<RwLock>, Access::read>;
  using OwnedWriteGuard = BasicGuard<std::shared_ptr<RwLock>, Access::write>;
  using OwnedReadFuture = BasicLockFuture<std::shared_ptr<RwLock>, Access::read>;
  using OwnedWriteFuture = BasicLockFuture<std::shared_ptr<RwLock>, Access::write>;

  static constexpr std::size_t kMaxReaders = (std::size_t{1} << 29) - 1;  // by default; as tokio's

  RwLock() : permits_(kMaxReaders), core_(kMaxReaders) {}
  explicit RwLock(T value, std::size_t max_readers = kMaxReaders)
      : value_(std::move(value)), permits_(at_least_one(max_readers)), core_(max_readers) {}
  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;
  ~RwLock() { ASYNC_CHECK(core_.available() == permits_, "an RwLock was destroyed while it was held"); }

  // Their turn comes in the order of the first polls, not of these calls.
  ReadFuture read() { return start<Access::read>(this); }
  WriteFuture write() { return start<Access::write>(this); }

  // Nothing, if a writer holds it or anybody waits; for a writer, if anybody holds it.
  [[nodiscard]] std::optional<ReadGuard> try_read() { return try_start<Access::read>(this); }
  [[nodiscard]] std::optional<WriteGuard> try_write() { return try_start<Access::write>(this); }

 private:
  template <class V>
  friend typename RwLock<V>::OwnedReadFuture read_owned(std::shared_ptr<RwLock<V>> lock);
  template <class V>
  friend typename RwLock<V>::OwnedWriteFuture write_owned(std::shared_ptr<RwLock<V>> lock);
  template <class V>
  friend std::optional<typename RwLock<V>::OwnedReadGuard> try_read_owned(std::shared_ptr<RwLock<V>> lock);
  template <class V>
  friend std::optional<typename RwLock<V>::OwnedWriteGuard> try_write_owned(std::shared_ptr<RwLock<V>> lock);

  static std::size_t at_least_one(std::size_t max_readers) {
    if (max_readers == 0) throw std::invalid_argument("an RwLock allows at least one reader at a time");
    return max_readers;
  }
  std::size_t permits_for(Access access) const { return access == Access::read ? 1 : permits_; }

  template <Access access, class Owner>
  static BasicLockFuture<Owner, access> start(Owner lock) {
    return BasicLockFuture<Owner, access>(std::move(lock));
  }
  template <Access access, class Owner>
  static std::optional<BasicGuard<Owner, access>> try_start(Owner lock) {
    ASYNC_CHECK(lock != nullptr, "a lock was asked of an RwLock that is not there");
    const auto took = lock->core_.try_take(lock->permits_for(access));
    if (took != detail::SemaphoreCore::Take::taken) return std::nullopt;
    return BasicGuard<Owner, access>(std::move(lock));
  }

  T value_{};
  const std::size_t permits_;
  detail::SemaphoreCore core_;
};

template <class T>
template <class Owner, typename RwLock<T>::Access access>
class [[nodiscard("the lock is held as long as its guard lives")]] RwLock<T>::BasicGuard {
  static constexpr bool kWrites = access == Access::write;
  using Value = std::conditional_t<kWrites, T, const T>;

 public:
  BasicGuard(BasicGuard&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  BasicGuard& operator=(BasicGuard&& other) noexcept {
    if (this != &other) {
      unlock();
      lock_ = std::exchange(other.lock_, nullptr);
    }
    return *this;
  }
  ~BasicGuard() { unlock(); }

  Value& operator*() const { return value(); }
  Value* operator->() const { return &value(); }

  // Lets go before the guard's end; from then on the guard holds nothing.
  void unlock() {
    if (lock_ == nullptr) return;
    const Owner lock = std::exchange(lock_, nullptr);
    lock->core_.give(lock->permits_for(access));
  }

  // A writer becomes a reader, without a moment at which it is neither. Lets in the readers that wait first.
  [[nodiscard]] BasicGuard<Owner, Access::read> downgrade() &&
    requires kWrites
  {
    (void)value();
    Owner lock = std::exchange(lock_, nullptr);
    lock->core_.give(lock->permits_ - 1);
    return BasicGuard<Owner, Access::read>(std::move(lock));
  }

 private:
  friend class RwLock;
  template <class, Access>
  friend class BasicGuard;
  explicit BasicGuard(Owner lock) : lock_(std::move(lock)) {}

  Value& value() const {
    ASYNC_CHECK(lock_ != nullptr, "a guard was used after it let go of its lock");
    return lock_->value_;
  }

  Owner lock_;
};

template <class T>
template <class Owner, typename RwLock<T>::Access access>
class [[nodiscard("a future does nothing until it is awaited or polled")]] RwLock<T>::BasicLockFuture {
 public:
  using Output = BasicGuard<Owner, access>;

  Poll<Output> poll(Context& cx) {
    if (wait_.poll(cx).is_pending()) return Pending();
    return Ready(Output(std::move(lock_)));
  }

 private:
  friend class RwLock;
  explicit BasicLockFuture(Owner lock)
      : lock_(std::move(lock)), wait_(there().core_, there().permits_for(access)) {}

  RwLock& there() {
    ASYNC_CHECK(lock_ != nullptr, "a lock was asked of an RwLock that is not there");
    return *lock_;
  }

  Owner lock_;
  detail::PermitWait wait_;  // after it: it is destroyed first
};

// The same for guards that keep their lock alive, as the futures do from these calls on.
template <class T>
typename RwLock<T>::OwnedReadFuture read_owned(std::shared_ptr<RwLock<T>> lock) {
  return RwLock<T>::template start<RwLock<T>::Access::read>(std::move(lock));
}
template <class T>
typename RwLock<T>::OwnedWriteFuture write_owned(std::shared_ptr<RwLock<T>> lock) {
  return RwLock<T>::template start<RwLock<T>::Access::write>(std::move(lock));
}
template <class T>
[[nodiscard]] std::optional<typename RwLock<T>::OwnedReadGuard> try_read_owned(
    std::shared_ptr<RwLock<T>> lock) {
  return RwLock<T>::template try_start<RwLock<T>::Access::read>(std::move(lock));
}
template <class T>
[[nodiscard]] std::optional<typename RwLock<T>::OwnedWriteGuard> try_write_owned(
    std::shared_ptr<RwLock<T>> lock) {
  return RwLock<T>::template try_start<RwLock<T>::Access::write>(std::move(lock));
}

}  // namespace async::inline ASYNC_FLAVOUR

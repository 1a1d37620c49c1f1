// semaphore.hpp -- Semaphore: a number of permits; who finds none waits without blocking a thread.
//
//   Semaphore kitchen(3);                          // three at a time
//   {
//     const auto permit = co_await kitchen.acquire();  // std::expected: an error if it is closed
//     co_await cook();
//   }                                                  // it goes back; the next in the queue is woken
//
// For a permit that moves into a task of its own, and keeps the semaphore alive there: acquire_owned(shared).
// On a plain thread: block_on(kitchen.acquire()).
//
// What happens when: permits go to those who wait in the order of their first polls. Who waits for several
// collects them, and nobody overtakes him, not even for a single one and not by try_acquire. A waiter's waker
// is called inside the call that brings its last permit (the permit's end, add_permits(), the end of a future
// that had some) or inside close(), in that thread; its task goes on in its executor's next poll.
//
// Thread safety: every function from any thread, of any runtime or none. A permit, a future: one thread at a
//   time.
// Lifetime: outlives its futures and its permits, unless they are owned: those keep it alive. A future is
//   immovable: it is the queue's element. select([&] { return kitchen.acquire(); }, ...) builds it in place.
// Cancelling: dropping a future at any moment loses no permit.
// Errors: AcquireError, TryAcquireError (values). std::invalid_argument for more than kMaxPermits, wherever
//   asked for.
// Allocates nothing.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <utility>

#include "common/sync/permit_wait.hpp"
#include "common/sync/semaphore_error.hpp"
#include "common/sync/semaphore_permit.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {
template <class Owner>
class AcquireFuture;
}

class Semaphore {
 public:
  static constexpr std::size_t kMaxPermits = detail::SemaphoreCore::kMaxPermits;

  // 0 permits: everybody waits until add_permits().
  explicit Semaphore(std::size_t permits) : core_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // A future of std::expected<SemaphorePermit, AcquireError>; all n at once or none.
  detail::AcquireFuture<Semaphore*> acquire(std::size_t n = 1);
  [[nodiscard]] std::expected<SemaphorePermit, TryAcquireError> try_acquire(std::size_t n = 1) {
    return try_acquire_as<Semaphore*>(this, n);
  }

  // More than there were at the beginning is fine.
  void add_permits(std::size_t n) {
    (void)detail::SemaphoreCore::checked(n);
    core_.give(n);
  }
  // Takes away up to n of the free ones; returns how many it were.
  std::size_t forget_permits(std::size_t n) { return core_.forget(n); }
  [[nodiscard]] std::size_t available_permits() const { return core_.available(); }

  // For ever: whoever waits or will ask gets an error. Permits that are out stay good.
  void close() { core_.close(); }
  [[nodiscard]] bool is_closed() const { return core_.is_closed(); }

 private:
  template <class Owner>
  friend class detail::Permit;
  template <class Owner>
  friend class detail::AcquireFuture;
  friend std::expected<OwnedSemaphorePermit, TryAcquireError> try_acquire_owned(std::shared_ptr<Semaphore>,
                                                                                std::size_t);

  template <class Owner>
  static std::expected<detail::Permit<Owner>, TryAcquireError> try_acquire_as(Owner owner, std::size_t n) {
    const auto took = owner->core_.try_take(detail::SemaphoreCore::checked(n));
    if (took == detail::SemaphoreCore::Take::taken) return detail::Permit<Owner>(std::move(owner), n);
    const bool is_closed = took == detail::SemaphoreCore::Take::closed;
    return std::unexpected(
        TryAcquireError(is_closed ? TryAcquireError::closed : TryAcquireError::no_permits));
  }

  detail::SemaphoreCore core_;
};

namespace detail {

template <class Owner>
class [[nodiscard("a future does nothing until it is awaited or polled")]] AcquireFuture {
 public:
  using Output = std::expected<Permit<Owner>, AcquireError>;

  AcquireFuture(Owner semaphore, std::size_t n) : semaphore_(std::move(semaphore)), wait_(core(), n) {}

  Poll<Output> poll(Context& cx) {
    auto got_them = wait_.poll(cx);
    if (got_them.is_pending()) return Pending();
    if (!got_them.value()) return Ready(Output(std::unexpect));
    return Ready(Output(Permit<Owner>(std::move(semaphore_), wait_.wanted())));
  }

 private:
  SemaphoreCore& core() {
    ASYNC_CHECK(semaphore_ != nullptr, "permits were asked of a semaphore that is not there");
    return semaphore_->core_;
  }

  Owner semaphore_;
  PermitWait wait_;  // after it: it is destroyed first
};

}  // namespace detail

inline detail::AcquireFuture<Semaphore*> Semaphore::acquire(std::size_t n) {
  return detail::AcquireFuture<Semaphore*>(this, n);
}

// The same for permits that keep their semaphore alive. So does the future, from this call on.
inline detail::AcquireFuture<std::shared_ptr<Semaphore>> acquire_owned(std::shared_ptr<Semaphore> semaphore,
                                                                       std::size_t n = 1) {
  return detail::AcquireFuture<std::shared_ptr<Semaphore>>(std::move(semaphore), n);
}
[[nodiscard]] inline std::expected<OwnedSemaphorePermit, TryAcquireError> try_acquire_owned(
    std::shared_ptr<Semaphore> semaphore, std::size_t n = 1) {
  ASYNC_CHECK(semaphore != nullptr, "permits were asked of a semaphore that is not there");
  return Semaphore::try_acquire_as(std::move(semaphore), n);
}

}  // namespace async::inline ASYNC_FLAVOUR

// semaphore_permit.hpp -- SemaphorePermit, OwnedSemaphorePermit: permits that go back when they end.
//
// One object holds any number of permits of one semaphore. It may move to another thread and end there.
// What happens when: the end of a permit wakes the waiters whose turn it is, inside its destructor.
// Thread safety: one thread at a time.
// Lifetime: a SemaphorePermit must not outlive its semaphore; an OwnedSemaphorePermit keeps it alive.
// Errors: to merge permits of two semaphores stops the program.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Semaphore;

namespace detail {

// Owner: Semaphore*, or std::shared_ptr<Semaphore>.
template <class Owner>
class [[nodiscard("a permit that nobody keeps goes back at once")]] Permit {
 public:
  Permit(Permit&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  Permit& operator=(Permit&& other) noexcept {
    Permit taken(std::move(other));  // what this one held goes back with it
    std::swap(semaphore_, taken.semaphore_);
    std::swap(count_, taken.count_);
    return *this;
  }
  ~Permit() {
    if (count_ != 0) semaphore_->core_.give(count_);
  }

  [[nodiscard]] std::size_t num_permits() const { return count_; }

  // They never go back: the semaphore has fewer from now on. (add_permits() is the opposite.)
  void forget() { count_ = 0; }

  // Takes the other one's permits over.
  void merge(Permit other) {
    ASYNC_CHECK(semaphore_ == other.semaphore_, "only permits of the same semaphore can be merged");
    count_ += std::exchange(other.count_, 0);
  }

  // Hands n of them to a permit of their own. Nothing if this one has not so many.
  [[nodiscard]] std::optional<Permit> split(std::size_t n) {
    if (n > count_) return std::nullopt;
    count_ -= n;
    return Permit(semaphore_, n);
  }

 private:
  friend class async::Semaphore;
  template <class>
  friend class AcquireFuture;

  Permit(Owner semaphore, std::size_t count) : semaphore_(std::move(semaphore)), count_(count) {}

  Owner semaphore_;
  std::size_t count_;
};

}  // namespace detail

using SemaphorePermit = detail::Permit<Semaphore*>;
using OwnedSemaphorePermit = detail::Permit<std::shared_ptr<Semaphore>>;

}  // namespace async::inline ASYNC_FLAVOUR

// permit_wait.hpp -- PermitWait: what all futures have in common that wait for permits, or for a lock.
//
// The outer future asks it, and makes a permit or a guard when it says so.
// Wakes: see SemaphoreCore. Counts against the task's budget (budget.hpp).
// Thread safety: of a future.
// Lifetime: the semaphore outlives it; so it is declared after what keeps the semaphore alive. Immovable. Its
//   destructor cancels: dropped while it is queued it leaves the queue; dropped after it was given its
//   permits, but before a poll that says so, it gives them on.
#pragma once

#include <cstddef>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/sync/semaphore_core.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class PermitWait {
 public:
  PermitWait(SemaphoreCore& core, std::size_t n) : core_(core), waiter_(n) {}
  PermitWait(const PermitWait&) = delete;
  PermitWait& operator=(const PermitWait&) = delete;
  ~PermitWait() { core_.leave(waiter_); }

  // Ready(true): they are the caller's. Ready(false): the semaphore is closed.
  Poll<bool> poll(Context& cx) {
    ASYNC_CHECK(!is_over_, "a future was polled after it gave its guard or its permit");
    if (Budget::is_spent(cx)) return Pending();
    const auto answer = core_.poll(waiter_, cx.waker());
    if (answer == SemaphoreCore::Take::no_permits) return Pending();
    Budget::spend();
    is_over_ = true;
    return Ready(answer == SemaphoreCore::Take::taken);
  }

  [[nodiscard]] std::size_t wanted() const { return waiter_.wanted(); }

 private:
  SemaphoreCore& core_;
  SemaphoreCore::Waiter waiter_;
  bool is_over_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

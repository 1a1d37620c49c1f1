// asks.hpp -- Asks: one that waits at a SemaphoreCore, with a task of its own.
#pragma once

#include <cstddef>
#include <utility>

#include "common/future/tests/counting_waker.hpp"
#include "common/sync/semaphore_core.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Asks {
 public:
  Asks(detail::SemaphoreCore& core, std::size_t wanted) : core_(core), waiter_(wanted) {}
  ~Asks() { leave(); }
  detail::SemaphoreCore::Take poll() { return poll_with(waker_); }
  detail::SemaphoreCore::Take poll_with(const Waker& waker) { return core_.poll(waiter_, waker); }
  void leave() { core_.leave(waiter_); }
  std::size_t wakes() { return std::exchange(seen_, counted_.woken()) == counted_.woken() ? 0 : 1; }
  std::size_t kept_wakers() const { return counted_.live() - 1; }

 private:
  detail::SemaphoreCore& core_;
  CountingWaker counted_;
  Waker waker_ = counted_.waker();
  detail::SemaphoreCore::Waiter waiter_;
  std::size_t seen_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR

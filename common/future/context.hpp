// context.hpp -- Context: what a poll is told about its caller; today, whom to wake.
//
// Thread safety: used inside one call of poll, in its thread.
// Lifetime: borrows the waker and dies before it; a future that waits clones the waker, never keeps the Context.
#pragma once

#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Context {
 public:
  explicit Context(const Waker& waker) : waker_(&waker) {}
  explicit Context(const Waker&&) = delete;  // a temporary waker would be gone before the poll

  [[nodiscard]] const Waker& waker() const { return *waker_; }

 private:
  const Waker* waker_;
};

}  // namespace async::inline ASYNC_FLAVOUR

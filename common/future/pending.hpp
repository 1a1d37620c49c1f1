// pending.hpp -- pending<T>(): a future that is never ready.
//
// It keeps no waker, so a task that awaits nothing else waits until it is cancelled. Of use as the branch of
// a select that is switched off. The type is PendingFuture, because Pending is what a poll answers.
// Thread safety: any; it has no state.
#pragma once

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] PendingFuture {
 public:
  using Output = T;

  PendingFuture() {}  // no aggregate: g++ 12 destroys those twice in a co_await

  Poll<T> poll(Context&) { return Pending(); }
};

template <class T = void>
[[nodiscard]] PendingFuture<T> pending() {
  return PendingFuture<T>();
}

}  // namespace async::inline ASYNC_FLAVOUR

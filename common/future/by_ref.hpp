// by_ref.hpp -- by_ref(future): a future that polls another one where it is.
//
// join, select and the combinators own what they are given, and drop it. What has to survive is lent:
//
//   auto timer = sleep(1s);
//   for (;;) {
//     auto first = co_await select(receiver.recv(), by_ref(timer));   // the same timer in every round
//     ...
//
// Thread safety: that of the other future.
// Lifetime: the other future outlives it, and is not polled again after it finished, by whichever way.
#pragma once

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <Future F>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ByRef {
 public:
  using Output = OutputOf<F>;

  explicit ByRef(F& future) : future_(&future) {}

  Poll<Output> poll(Context& cx) { return future_->poll(cx); }

 private:
  F* future_;
};

template <Future F>
[[nodiscard]] ByRef<F> by_ref(F& future) {
  return ByRef<F>(future);
}

}  // namespace async::inline ASYNC_FLAVOUR

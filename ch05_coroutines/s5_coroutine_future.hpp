// s5_coroutine_future.hpp -- CoroutineFuture: makes a coroutine a Future; and an adapter with a timer in it.
//
// Complete is Ready, Yielded is Pending. All that the coroutine cannot give is the wake-up, so the adapter
// gives it itself, at once: the task is always in its executor's queue, and polled as often as there is time
// for it.
//
// resumed_every is the place "between" that the book's figure 5-2 leaves for code of one's own: here the
// clock says when to ask again, and a thread that has nothing else to do sleeps meanwhile.
//
// Thread safety: as any future. Lifetime: each owns its coroutine.
// Errors: what the coroutine throws comes out of the poll, or of the co_await.
#pragma once

#include <type_traits>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/future.hpp"
#include "common/time/sleep.hpp"

#include "ch05_coroutines/coroutine.hpp"

namespace ch05 {

// What the coroutine yields is dropped; what it returns is the output.
template <Coroutine C>
class CoroutineFuture {
 public:
  using Output = typename C::Return;

  explicit CoroutineFuture(C coroutine) : coroutine_(std::move(coroutine)) {}

  Poll<Output> poll(Context& cx) {
    auto state = coroutine_.resume();
    if (state.is_yielded()) {
      cx.waker().wake_by_ref();  // nobody else will
      return Pending();
    }
    if constexpr (std::is_void_v<Output>) {
      return Ready();
    } else {
      return Ready(std::move(state).result());
    }
  }

  // For who controls it from outside.
  [[nodiscard]] C& coroutine() { return coroutine_; }

 private:
  C coroutine_;
};

template <Coroutine C>
Async<typename C::Return> resumed_every(Duration pause, C coroutine) {
  for (;;) {
    auto state = coroutine.resume();
    if (state.is_complete()) co_return std::move(state).result();
    co_await sleep(pause);
  }
}

}  // namespace ch05

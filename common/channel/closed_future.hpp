// closed_future.hpp -- ClosedFuture: awaited by a sender until nobody will receive any more.
//
//   co_await select(tx.closed(), work());      // give the work up when nobody wants its result
//
// What happens when: its waker is called by the close() or the end of the last receiver, inside that call and
// in its thread.
// Thread safety: as any future. Lifetime: immovable; the sender that made it outlives it. Dropped, it leaves.
// Errors: none.
#pragma once

#include "common/channel/wait_list.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

// State: is_closed(), true once nobody receives; closed_waiters, a WaitList.
template <class State>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ClosedFuture {
 public:
  using Output = void;

  explicit ClosedFuture(State& state) : state_(state) {}
  ClosedFuture(const ClosedFuture&) = delete;
  ClosedFuture& operator=(const ClosedFuture&) = delete;
  ~ClosedFuture() { state_.closed_waiters.leave(waiter_); }

  Poll<void> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    if (!state_.closed_waiters.poll(waiter_, cx.waker(), [this] { return state_.is_closed(); })) {
      return Pending();
    }
    Budget::spend();
    return Ready();
  }

 private:
  State& state_;
  detail::ListedWaiter waiter_;
};

}  // namespace async::inline ASYNC_FLAVOUR

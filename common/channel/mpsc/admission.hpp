// admission.hpp -- Admission: a future's wait for permits of a channel; what send and reserve are made of.
//
// What happens when: its waker is called by the receive that gives the permit back, or by a permit that is
// dropped, or by the receiver's close() or end; inside that call and in its thread.
// Thread safety: as any future. Lifetime: immovable, it is an element of the queue; borrows the state.
//   Dropped, it leaves the queue; permits that it was given, and did not know of, go on to the next.
#pragma once

#include <cstddef>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/mpsc/state.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class Admission {
 public:
  using Take = async::detail::SemaphoreCore::Take;

  Admission(State<T, Bounded>& state, std::size_t wanted) : state_(state), waiter_(wanted) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  ~Admission() { leave(); }

  // no_permits: it waits. Otherwise this was the last poll.
  Take poll(Context& cx) {
    ASYNC_CHECK(!is_over_, "a send, or a reserve, was polled after it finished");
    if (Budget::is_spent(cx)) return Take::no_permits;
    const Take answer = state_.limit.permits.poll(waiter_, cx.waker());
    waits_ = answer == Take::no_permits;
    if (waits_) return answer;
    is_over_ = true;
    Budget::spend();
    return answer;
  }

  void leave() {
    is_over_ = true;
    if (!std::exchange(waits_, false)) return;
    state_.limit.permits.leave(waiter_);
    state_.wake_if_over();
  }

  [[nodiscard]] State<T, Bounded>& state() const { return state_; }

 private:
  State<T, Bounded>& state_;
  async::detail::SemaphoreCore::Waiter waiter_;
  bool waits_ = false;
  bool is_over_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

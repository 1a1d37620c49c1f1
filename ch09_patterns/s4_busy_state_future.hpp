// s4_busy_state_future.hpp -- a future that polls another one in each state. As in the book: without a rest.
//
// It wakes itself at each poll, so that a change of its state is noticed. That takes a whole processor, and
// on a paused clock time never moves. s4_state_future.hpp waits instead.
//
// Thread safety: as any future; `state` is changed between two polls.
// Lifetime: owns both futures, and drops each when it is finished: it must not be polled again.
// Errors: what the futures throw comes out of poll.
#pragma once

#include <optional>
#include <utility>

#include "common/future/future.hpp"

#include "ch09_patterns/s4_switch.hpp"

namespace ch09 {

template <Future On, Future Off>
class BusyStateFuture {
 public:
  using Output = State;

  BusyStateFuture(State initial, On on_future, Off off_future)
      : state(initial), on_future_(std::move(on_future)), off_future_(std::move(off_future)) {}

  Poll<State> poll(Context& cx) {
    if (state == State::on) {
      poll_unfinished(on_future_, cx);
    } else {
      poll_unfinished(off_future_, cx);
    }
    cx.waker().wake_by_ref();
    return Pending();
  }

  State state;

 private:
  template <Future F>
  static void poll_unfinished(std::optional<F>& future, Context& cx) {
    if (future && future->poll(cx).is_ready()) future.reset();
  }

  std::optional<On> on_future_;
  std::optional<Off> off_future_;
};

}  // namespace ch09

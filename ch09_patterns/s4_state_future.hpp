// s4_state_future.hpp -- a future that polls another one in each state, and waits for events meanwhile.
// after: s4_busy_state_future.hpp
//
// Three things wake it: an event, the future of the state that it is in, and the end of the last sender. The
// other future stands still, and goes on where it was when its state comes again.
//
// Thread safety: as any future; events are sent from anywhere.
// Lifetime: owns both futures, and drops each when it is finished: it must not be polled again. From its
//   first poll on it stays where it is.
// Errors: what the futures throw comes out of poll.
#pragma once

#include <optional>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/future/future.hpp"

#include "ch09_patterns/s4_switch.hpp"

namespace ch09 {

template <Future On, Future Off>
class StateFuture {
 public:
  using Output = State;  // the last one, once nobody is left to send events

  StateFuture(State initial, mpsc::UnboundedReceiver<Event> events, On on_future, Off off_future)
      : state_(initial),
        events_(std::move(events)),
        on_future_(std::move(on_future)),
        off_future_(std::move(off_future)) {}

  Poll<State> poll(Context& cx) {
    for (;;) {
      auto event = events_.poll_recv(cx);  // keeps the waker if there is none
      if (event.is_pending()) break;
      const std::optional<Event> received = std::move(event).value();
      if (!received) return Ready(state_);
      state_ = after(state_, *received);
    }
    if (state_ == State::on) {
      poll_unfinished(on_future_, cx);
    } else {
      poll_unfinished(off_future_, cx);
    }
    return Pending();
  }

 private:
  template <Future F>
  static void poll_unfinished(std::optional<F>& future, Context& cx) {
    if (future && future->poll(cx).is_ready()) future.reset();
  }

  State state_;
  mpsc::UnboundedReceiver<Event> events_;
  std::optional<On> on_future_;
  std::optional<Off> off_future_;
};

}  // namespace ch09

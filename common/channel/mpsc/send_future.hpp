// send_future.hpp -- mpsc::SendFuture, SendTimeoutFuture: send one value; wait for room for it.
//
// What happens when, thread safety: mpsc/admission.hpp. The value is put into the queue inside the poll that
// gets the permit, and the receiver is woken in there.
// Lifetime: immovable; the sender that made it outlives it. Dropped before it finished, its value goes with
//   it and was not sent.
// Errors: closed, with the value; timed_out, with the value. The time begins when the future is made.
#pragma once

#include <expected>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/mpsc/admission.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] SendFuture {
 public:
  using Output = std::expected<void, SendError<T>>;

  SendFuture(State<T, Bounded>& state, T value) : admission_(state, 1), value_(std::move(value)) {}

  Poll<Output> poll(Context& cx) {
    using Take = typename Admission<T>::Take;
    const Take answer = admission_.poll(cx);
    if (answer == Take::no_permits) return Pending();
    if (answer == Take::closed) return Ready(unsent(ChannelError::closed));
    (void)admission_.state().push(value_);
    return Ready(Output());
  }

  // Ends it unfinished: the value comes back, as an error.
  Output give_up(ChannelError::Reason reason) {
    admission_.leave();
    return unsent(reason);
  }

 private:
  Output unsent(ChannelError::Reason reason) { return Output(std::unexpect, reason, std::move(value_)); }

  Admission<T> admission_;
  T value_;
};

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] SendTimeoutFuture {
 public:
  using Output = std::expected<void, SendError<T>>;

  SendTimeoutFuture(State<T, Bounded>& state, T value, Duration limit)
      : send_(state, std::move(value)), sleep_(async::sleep(limit)) {}

  // The channel is asked first: what has room counts, even if the time is over as well.
  Poll<Output> poll(Context& cx) {
    if (auto answer = send_.poll(cx); answer.is_ready()) {
      sleep_.cancel();
      return answer;
    }
    if (sleep_.poll(cx).is_pending()) return Pending();
    return Ready(send_.give_up(ChannelError::timed_out));
  }

 private:
  SendFuture<T> send_;
  Sleep sleep_;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

// send_timeout_future.hpp -- SendTimeoutFuture<T>: a SendFuture with a time limit; the value comes back.
//
// (timeout() alone would destroy the send, and the value with it.) The time begins when the future is made.
// The channel is asked first: what has room counts, even if the time is over as well. Whoever is woken by the
// timer: see common/time/clock.hpp; all else is as in send_future.hpp.
#pragma once

#include <memory>
#include <utility>

#include "common/channel/send_future.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] SendTimeoutFuture {
 public:
  using Output = std::expected<void, SendError<T>>;

  SendTimeoutFuture(std::shared_ptr<detail::ChannelState<T>> channel, T value, Duration limit)
      : send_(std::move(channel), std::move(value)), sleep_(async::sleep(limit)) {}

  Poll<Output> poll(Context& cx) {
    if (auto answer = send_.poll(cx); answer.is_ready()) {
      sleep_.cancel();
      return answer;
    }
    if (sleep_.poll(cx).is_pending()) return Pending();
    auto unsent = send_.cancel();
    if (!unsent) return Ready(Output());  // a receiver let it in since it was asked
    return Ready(Output(std::unexpect, ChannelError::timed_out, *std::move(unsent)));
  }

 private:
  SendFuture<T> send_;
  Sleep sleep_;
};

}  // namespace async::inline ASYNC_FLAVOUR

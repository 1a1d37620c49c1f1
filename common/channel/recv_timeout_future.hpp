// recv_timeout_future.hpp -- RecvTimeoutFuture<T>: a RecvFuture with a time limit.
//
// The time begins when the future is made. The channel is asked first: a value that is there counts, even if
// the time is over as well. Whoever is woken by the timer: see common/time/clock.hpp; all else is as in
// recv_future.hpp.
#pragma once

#include <memory>
#include <utility>

#include "common/channel/recv_future.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] RecvTimeoutFuture {
 public:
  using Output = std::expected<T, RecvError>;

  RecvTimeoutFuture(std::shared_ptr<detail::ChannelState<T>> channel, Duration limit)
      : recv_(std::move(channel)), sleep_(async::sleep(limit)) {}

  Poll<Output> poll(Context& cx) {
    if (auto answer = recv_.poll(cx); answer.is_ready()) {
      sleep_.cancel();
      return answer;
    }
    if (sleep_.poll(cx).is_pending()) return Pending();
    recv_.cancel();  // now: who is told that the time is over no longer stands in the queue
    return Ready(Output(std::unexpect, ChannelError::timed_out));
  }

 private:
  RecvFuture<T> recv_;
  Sleep sleep_;
};

}  // namespace async::inline ASYNC_FLAVOUR

// recv_future.hpp -- RecvFuture<T>: receives one value, and waits while there is none.
//
// What happens when: if it waits, its waker is called by the send that brings a value, inside that call (a
// send, a try_send, a poll) and in its thread; or by the close() or the end of the last Sender, inside that
// one. It stands in the queue of receivers from its first poll on. The value stays in the channel until the
// poll that takes it.
//
// Thread safety: as any future: polled and dropped by one thread at a time.
// Lifetime: immovable, it is the queue's element. Shares the channel's memory, but does not keep it open.
//   Dropped before it finished, it takes no value with it: if it was woken for one, it wakes the next
//   receiver.
// Errors: closed, once everything was received.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/channel_state.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] RecvFuture {
 public:
  using Output = std::expected<T, RecvError>;

  explicit RecvFuture(std::shared_ptr<detail::ChannelState<T>> channel) : channel_(std::move(channel)) {}
  RecvFuture(const RecvFuture&) = delete;
  RecvFuture& operator=(const RecvFuture&) = delete;
  ~RecvFuture() { cancel(); }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(stage_ != Stage::finished, "a receive was polled after it finished");
    if (Budget::is_spent(cx)) return Pending();
    std::optional<T> taken;
    const auto answer = channel_->recv(waiter_, cx.waker(), taken);
    stage_ = answer == detail::Answer::must_wait ? Stage::waiting : Stage::finished;
    if (stage_ == Stage::waiting) return Pending();
    Budget::spend();
    if (answer == detail::Answer::closed) return Ready(Output(std::unexpect, ChannelError::closed));
    return Ready(Output(std::in_place, *std::move(taken)));
  }

  // Ends it, if it has not finished. It is not polled again.
  void cancel() {
    if (std::exchange(stage_, Stage::finished) == Stage::waiting) channel_->leave(waiter_);
  }

 private:
  enum class Stage : std::uint8_t { unpolled, waiting, finished };

  std::shared_ptr<detail::ChannelState<T>> channel_;
  detail::RecvWaiter waiter_;
  Stage stage_ = Stage::unpolled;
};

}  // namespace async::inline ASYNC_FLAVOUR

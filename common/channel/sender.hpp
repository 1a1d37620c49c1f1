// sender.hpp -- Sender<T>: the end of a channel into which values go.
//
// Each operation exists for a thread, which it blocks, and for a task, which awaits it; both wait in one
// queue. Do not call the blocking ones (send, send_timeout) inside a task: they stop its executor's thread.
//
// A send that fails gives the value back, in the error.
//
// Thread safety, lifetime: channel_end.hpp. Errors: each function says which.
#pragma once

#include <expected>
#include <memory>
#include <type_traits>
#include <utility>

#include "common/channel/channel_end.hpp"
#include "common/channel/send_future.hpp"
#include "common/channel/send_timeout_future.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Sender : public detail::ChannelEnd<T, detail::Side::sender> {
 public:
  // Of a new channel, see channel.hpp.
  explicit Sender(std::shared_ptr<detail::ChannelState<T>> state)
      : detail::ChannelEnd<T, detail::Side::sender>(std::move(state)) {}

  [[nodiscard]] Sender clone() const { return *this; }

  // Never waits. full or closed.
  std::expected<void, SendError<T>> try_send(T value) const {
    detail::SendWaiter<T> waiter(std::move(value));
    switch (this->state()->try_send(waiter)) {
      case detail::Answer::done: return {};
      case detail::Answer::closed: return refused(ChannelError::closed, waiter.value);
      case detail::Answer::must_wait: return refused(ChannelError::full, waiter.value);
    }
    std::unreachable();
  }

  // Blocks the thread while there is no room. closed.
  std::expected<void, SendError<T>> send(T value) const {
    auto sent = try_send(std::move(value));
    if (sent || sent.error().is_closed()) return sent;
    return block_on(SendFuture<T>(this->state(), std::move(sent).error().value()));
  }
  // Awaited while there is no room. closed.
  SendFuture<T> send_async(T value) const {
    check_message();
    return SendFuture<T>(this->state(), std::move(value));
  }

  // The same for a limited time. timed_out or closed.
  std::expected<void, SendError<T>> send_timeout(T value, Duration limit) const {
    auto sent = try_send(std::move(value));
    if (sent || sent.error().is_closed()) return sent;
    return block_on(SendTimeoutFuture<T>(this->state(), std::move(sent).error().value(), limit));
  }
  SendTimeoutFuture<T> send_timeout_async(T value, Duration limit) const {
    check_message();
    return SendTimeoutFuture<T>(this->state(), std::move(value), limit);
  }

 private:
  // `co_await sender.send_async(Message{1, "text"})` is what one writes first.
  static constexpr void check_message() {
    static_assert(
        !std::is_aggregate_v<T> || std::is_trivially_destructible_v<T>,
        "give this message a constructor: g++ 12 destroys an aggregate twice that is written with braces "
        "inside a co_await expression");
  }
  static std::expected<void, SendError<T>> refused(ChannelError::Reason reason, T& value) {
    return std::expected<void, SendError<T>>(std::unexpect, reason, std::move(value));
  }
};

}  // namespace async::inline ASYNC_FLAVOUR

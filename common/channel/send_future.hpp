// send_future.hpp -- SendFuture<T>: sends one value, and waits while there is no room for it.
//
// What happens when: if it waits, its waker is called by the receive that lets its value in, inside that call
// (a recv, a try_recv, a poll) and in its thread; or by the close() or the end of the last Receiver that
// gives the value back, inside that one. It stands in the queue of senders from its first poll on.
//
// Thread safety: as any future: polled and dropped by one thread at a time.
// Lifetime: immovable, it is the queue's element. Shares the channel's memory, but does not keep it open.
//   Dropped before it finished, its value is either sent as a whole, or goes with it.
// Errors: closed, with the value. std::bad_alloc comes out of poll; the value is lost with the future then.
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
class [[nodiscard("a future does nothing until it is awaited or polled")]] SendFuture {
 public:
  using Output = std::expected<void, SendError<T>>;

  SendFuture(std::shared_ptr<detail::ChannelState<T>> channel, T value)
      : channel_(std::move(channel)), waiter_(std::move(value)) {}
  SendFuture(const SendFuture&) = delete;
  SendFuture& operator=(const SendFuture&) = delete;
  ~SendFuture() {
    if (stage_ == Stage::waiting) (void)channel_->leave(waiter_);
  }

  Poll<Output> poll(Context& cx) {
    ASYNC_CHECK(stage_ != Stage::finished, "a send was polled after it finished");
    if (Budget::is_spent(cx)) return Pending();
    const auto answer = channel_->send(waiter_, cx.waker());
    stage_ = answer == detail::Answer::must_wait ? Stage::waiting : Stage::finished;
    if (stage_ == Stage::waiting) return Pending();
    Budget::spend();
    if (answer == detail::Answer::done) return Ready(Output());
    return Ready(Output(std::unexpect, ChannelError::closed, std::move(waiter_.value)));
  }

  // Ends it unfinished, and gives the value back; nothing if it was sent already. It is not polled again.
  [[nodiscard]] std::optional<T> cancel() {
    const auto before = std::exchange(stage_, Stage::finished);
    ASYNC_CHECK(before != Stage::finished, "a send was cancelled after it finished");
    if (before == Stage::waiting && !channel_->leave(waiter_)) return std::nullopt;
    return std::move(waiter_.value);
  }

 private:
  enum class Stage : std::uint8_t { unpolled, waiting, finished };

  std::shared_ptr<detail::ChannelState<T>> channel_;
  detail::SendWaiter<T> waiter_;
  Stage stage_ = Stage::unpolled;
};

}  // namespace async::inline ASYNC_FLAVOUR

// unbounded_sender.hpp -- mpsc::UnboundedSender<T>: an end of a channel into which values go without waiting.
//
// Thread safety, lifetime: as mpsc::Sender. Errors: closed, with the value.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/closed_future.hpp"
#include "common/channel/mpsc/state.hpp"
#include "common/channel/mpsc/weak_sender.hpp"
#include "common/channel/sender_hold.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class UnboundedSender {
 public:
  using State = mpsc::State<T, Unbounded>;

  // Of a new channel, see mpsc.hpp.
  explicit UnboundedSender(std::shared_ptr<State> state) : hold_(std::move(state)) {}

  [[nodiscard]] UnboundedSender clone() const { return *this; }

  // Not a future: it never waits. Wakes the receiver inside this call.
  std::expected<void, SendError<T>> send(T value) const {
    if (!hold_->is_closed() && hold_->push(value)) return {};
    return std::expected<void, SendError<T>>(std::unexpect, ChannelError::closed, std::move(value));
  }

  // The receiver is gone, or has closed.
  [[nodiscard]] bool is_closed() const { return hold_->is_closed(); }
  // Ready once that is so.
  ClosedFuture<State> closed() const { return ClosedFuture<State>(*hold_); }

  [[nodiscard]] bool same_channel(const UnboundedSender& other) const { return &*hold_ == &*other.hold_; }
  [[nodiscard]] std::size_t strong_count() const { return hold_->senders(); }
  [[nodiscard]] WeakSenderOf<UnboundedSender> downgrade() const {
    return WeakSenderOf<UnboundedSender>(hold_.shared());
  }

 private:
  async::detail::SenderHold<State> hold_;
};

template <class T>
using WeakUnboundedSender = WeakSenderOf<UnboundedSender<T>>;

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

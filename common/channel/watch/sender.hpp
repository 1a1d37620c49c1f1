// sender.hpp -- watch::Sender<T>: changes the value.
//
// Thread safety: const functions from any thread, also at the same time.
// Lifetime: copies share the channel; the last one closes it. Futures and guards end before the sender that
//   made them.
// Errors: each function says which. What a function that changes the value throws comes out, the value stays
//   as it left it, and nobody is told. Use after a move stops the program.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <type_traits>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/closed_future.hpp"
#include "common/channel/sender_hold.hpp"
#include "common/channel/watch/borrowed.hpp"
#include "common/channel/watch/receiver.hpp"
#include "common/channel/watch/state.hpp"

namespace async::inline ASYNC_FLAVOUR::watch {

template <class T>
class Sender {
 public:
  // Of a new channel, see watch.hpp.
  explicit Sender(std::shared_ptr<State<T>> state) : hold_(std::move(state)) {}

  [[nodiscard]] Sender clone() const { return *this; }

  // closed, with the value: there is no receiver. All of these wake the receivers that wait, inside the call.
  std::expected<void, SendError<T>> send(T value) const {
    if (is_closed()) {
      return std::expected<void, SendError<T>>(std::unexpect, ChannelError::closed, std::move(value));
    }
    (void)send_replace(std::move(value));
    return {};
  }
  // Also without a receiver; returns the value before.
  T send_replace(T value) const {
    static_assert(
        std::is_nothrow_swappable_v<T>,
        "a watch exchanges its value while it is locked: give T a move assignment that is noexcept, or "
        "send a std::shared_ptr<T>");
    hold_->change([&value](T& current) {
      std::swap(current, value);
      return true;
    });
    return value;
  }
  template <class Modify>
  void send_modify(Modify modify) const {
    hold_->change([&modify](T& current) {
      modify(current);
      return true;
    });
  }
  // `modify` says whether it is a change that receivers are to be told of; so does this.
  template <class Modify>
  bool send_if_modified(Modify modify) const {
    return hold_->change([&modify](T& current) { return static_cast<bool>(modify(current)); });
  }

  [[nodiscard]] Borrowed<T> borrow() const { return Borrowed<T>(hold_->value.lock(), false); }
  [[nodiscard]] T get() const { return *borrow(); }

  // One more receiver, which has seen what is there now. The channel may have had none.
  [[nodiscard]] Receiver<T> subscribe() const {
    hold_->add_receiver();
    return Receiver<T>(hold_.shared());
  }
  [[nodiscard]] std::size_t receiver_count() const { return hold_->receivers(); }
  // There is no receiver.
  [[nodiscard]] bool is_closed() const { return hold_->is_closed(); }
  // Ready once that is so.
  ClosedFuture<State<T>> closed() const { return ClosedFuture<State<T>>(*hold_); }

  [[nodiscard]] bool same_channel(const Sender& other) const { return &*hold_ == &*other.hold_; }

 private:
  async::detail::SenderHold<State<T>> hold_;
};

}  // namespace async::inline ASYNC_FLAVOUR::watch

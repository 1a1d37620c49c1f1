// sender.hpp -- broadcast::Sender<T>: sends to all receivers at once; copies are further senders.
//
// Thread safety: const functions from any thread, also at the same time.
// Lifetime: copies share the channel; the last one closes it.
// Errors: closed, with the value: there is no receiver. Use after a move stops the program.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <utility>

#include "common/channel/broadcast/receiver.hpp"
#include "common/channel/broadcast/state.hpp"
#include "common/channel/channel_error.hpp"
#include "common/channel/sender_hold.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

template <class T>
class Sender {
 public:
  // Of a new channel, see broadcast.hpp.
  explicit Sender(std::shared_ptr<State<T>> state) : hold_(std::move(state)) {}

  [[nodiscard]] Sender clone() const { return *this; }

  // Never waits. How many receivers will get it, or are told that they missed it. Wakes those that wait, in
  // this call.
  std::expected<std::size_t, SendError<T>> send(T value) const {
    using Output = std::expected<std::size_t, SendError<T>>;
    if (const std::size_t receivers = hold_->send(value); receivers != 0) return Output(receivers);
    return Output(std::unexpect, ChannelError::closed, std::move(value));
  }

  // One more receiver, of what is sent from now on. The channel may have had none.
  [[nodiscard]] Receiver<T> subscribe() const { return Receiver<T>(hold_.shared()); }
  [[nodiscard]] std::size_t receiver_count() const { return hold_->receivers(); }

  // How many values a receiver still wants; at most the capacity.
  [[nodiscard]] std::size_t len() const { return hold_->kept(); }
  [[nodiscard]] bool is_empty() const { return len() == 0; }
  [[nodiscard]] bool same_channel(const Sender& other) const { return &*hold_ == &*other.hold_; }

 private:
  async::detail::SenderHold<State<T>> hold_;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast

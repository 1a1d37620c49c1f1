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

#include "common/base/check.hpp"
#include "common/channel/broadcast/receiver.hpp"
#include "common/channel/broadcast/state.hpp"
#include "common/channel/channel_error.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

template <class T>
class Sender {
 public:
  // Of a new channel, see broadcast.hpp.
  explicit Sender(std::shared_ptr<State<T>> state) : state_(std::move(state)) {}
  Sender(const Sender& other) : state_(other.state_) {
    if (state_ != nullptr) state_->add_sender();
  }
  Sender(Sender&&) noexcept = default;
  Sender& operator=(Sender other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Sender() {
    if (state_ != nullptr) state_->drop_sender();
  }
  [[nodiscard]] Sender clone() const { return *this; }

  // Never waits. How many receivers will get it, or are told that they missed it. Wakes those that wait, in
  // this call.
  std::expected<std::size_t, SendError<T>> send(T value) const {
    using Output = std::expected<std::size_t, SendError<T>>;
    if (const std::size_t receivers = state().send(value); receivers != 0) return Output(receivers);
    return Output(std::unexpect, ChannelError::closed, std::move(value));
  }

  // One more receiver, of what is sent from now on. The channel may have had none.
  [[nodiscard]] Receiver<T> subscribe() const {
    (void)state();
    return Receiver<T>(state_);
  }
  [[nodiscard]] std::size_t receiver_count() const { return state().receivers(); }

  // How many values a receiver still wants; at most the capacity.
  [[nodiscard]] std::size_t len() const { return state().kept(); }
  [[nodiscard]] bool is_empty() const { return len() == 0; }
  [[nodiscard]] bool same_channel(const Sender& other) const { return state_ == other.state_; }

 private:
  [[nodiscard]] State<T>& state() const {
    ASYNC_CHECK(state_ != nullptr, "a broadcast sender was used after it was moved away");
    return *state_;
  }

  std::shared_ptr<State<T>> state_;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast

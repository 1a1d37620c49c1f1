// receiver.hpp -- mpsc::Receiver<T>, UnboundedReceiver<T>: the one end out of which values come.
//
// blocking_recv() blocks its thread: not inside a task.
//
// Thread safety: one thread at a time.
// Lifetime: moved, not copied. Destroyed, it closes the channel, and destroys what is in it: at once, not
//   with the channel, for a value may own a sender. (One that is being put in at that very moment goes with
//   the channel.)
//   Futures borrow from it.
// Errors: each function says which. Use after a move stops the program.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/channel/channel_error.hpp"
#include "common/channel/mpsc/recv_future.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T, class Limit>
class BasicReceiver {
 public:
  // Of a new channel, see mpsc.hpp.
  explicit BasicReceiver(std::shared_ptr<State<T, Limit>> state) : state_(std::move(state)) {}
  BasicReceiver(BasicReceiver&&) noexcept = default;
  BasicReceiver& operator=(BasicReceiver&& other) noexcept {
    BasicReceiver old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
  }
  ~BasicReceiver() {
    if (state_ == nullptr) return;
    state_->close();
    state_->drop_values();
  }

  // Awaited while there is no value. Nothing, once it is closed and empty.
  RecvFuture<T, Limit> recv() { return RecvFuture<T, Limit>(state()); }
  // Up to `most` values, at the end of `into`; as many as there are, but at least one. 0: closed and empty
  // (or `most` is 0).
  RecvManyFuture<T, Limit> recv_many(std::vector<T>& into, std::size_t most) {
    return RecvManyFuture<T, Limit>(state(), into, most);
  }
  // recv() for a future that is written by hand.
  Poll<std::optional<T>> poll_recv(Context& cx) { return state().poll_recv(cx); }

  // Never waits. empty: also while the next value is just being put in. closed.
  [[nodiscard]] std::expected<T, RecvError> try_recv() {
    using Output = std::expected<T, RecvError>;
    std::optional<T> taken;
    if (state().pop(taken)) return Output(std::in_place, *std::move(taken));
    return Output(std::unexpect, state().is_over() ? ChannelError::closed : ChannelError::empty);
  }
  // Blocks the thread while there is no value. Nothing, once it is closed and empty.
  [[nodiscard]] std::optional<T> blocking_recv() { return block_on(recv()); }

  // From now on nothing can be sent, but by the permits that are out. Wakes who waits to send, inside this
  // call; they get their value back.
  void close() { state().close(); }
  // By close(), or because the last sender is gone. There may still be values.
  [[nodiscard]] bool is_closed() const { return state().is_closed(); }

  // How many values are in it, as it was a moment ago.
  [[nodiscard]] std::size_t len() const { return state().size(); }
  [[nodiscard]] bool is_empty() const { return len() == 0; }
  [[nodiscard]] std::size_t sender_count() const { return state().senders(); }

  // How many more there is room for now; at most.
  [[nodiscard]] std::size_t capacity() const
    requires State<T, Limit>::kIsBounded
  {
    return state().limit.permits.available();
  }
  [[nodiscard]] std::size_t max_capacity() const
    requires State<T, Limit>::kIsBounded
  {
    return state().limit.max;
  }

 private:
  [[nodiscard]] State<T, Limit>& state() const {
    ASYNC_CHECK(state_ != nullptr, "a receiver was used after it was moved away");
    return *state_;
  }

  std::shared_ptr<State<T, Limit>> state_;
};

template <class T>
using Receiver = BasicReceiver<T, Bounded>;
template <class T>
using UnboundedReceiver = BasicReceiver<T, Unbounded>;

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

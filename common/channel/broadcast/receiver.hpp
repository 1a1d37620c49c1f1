// receiver.hpp -- broadcast::Receiver<T>: gets every value that is sent from its making on.
//
// What happens when: a receive that waits is woken by the next send, or by the end of the last sender, inside
// that call and in its thread. The value stays in the ring until the poll that takes it, or until newer ones
// push it out.
//
// Thread safety: one thread at a time.
// Lifetime: moved, not copied: resubscribe() makes another one, which gets what is sent from then on. A
//   receive future is immovable, and the receiver outlives it and is not moved while it lives. Dropped, it
//   takes no value with it.
// Errors: lagged, closed; try_recv: empty too. What T's copy constructor throws comes out, and the value
//   stays for the next receive. Use after a move stops the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/broadcast/recv_error.hpp"
#include "common/channel/broadcast/state.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

template <class T>
class Receiver {
 public:
  class RecvFuture;

  // See broadcast.hpp, Sender::subscribe and resubscribe().
  explicit Receiver(std::shared_ptr<State<T>> state)
      : state_(std::move(state)), position_(state_->add_receiver()) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver&& other) noexcept {
    Receiver old(std::move(*this));
    state_ = std::move(other.state_);
    position_ = other.position_;
    return *this;
  }
  ~Receiver() {
    if (state_ != nullptr) state_->drop_receiver(position_);
  }

  // Awaited while there is no value. lagged or closed.
  RecvFuture recv() { return RecvFuture(*this); }
  // Never waits. lagged, closed or empty.
  [[nodiscard]] std::expected<T, RecvError> try_recv() {
    Taken<T> taken;
    return result(state().try_recv(position_, taken), taken);
  }
  // Blocks the thread while there is no value. Not inside a task.
  [[nodiscard]] std::expected<T, RecvError> blocking_recv() { return block_on(recv()); }

  [[nodiscard]] Receiver resubscribe() const {
    (void)state();
    return Receiver(state_);
  }

  // How many values were sent that it has not received; more than the capacity means that it has lagged.
  [[nodiscard]] std::uint64_t len() const { return state().tail() - position_; }
  [[nodiscard]] bool is_empty() const { return len() == 0; }
  // The last sender is gone. There may still be values.
  [[nodiscard]] bool is_closed() const { return state().senders() == 0; }
  [[nodiscard]] std::size_t sender_count() const { return state().senders(); }
  [[nodiscard]] bool same_channel(const Receiver& other) const { return state_ == other.state_; }

 private:
  [[nodiscard]] State<T>& state() const {
    ASYNC_CHECK(state_ != nullptr, "a broadcast receiver was used after it was moved away");
    return *state_;
  }

  static std::expected<T, RecvError> result(Answer answer, Taken<T>& taken) {
    using Output = std::expected<T, RecvError>;
    switch (answer) {
      case Answer::taken: return Output(std::in_place, *std::move(taken.value));
      case Answer::lagged: return Output(std::unexpect, RecvError::lagged, taken.missed);
      case Answer::closed: return Output(std::unexpect, RecvError::closed);
      case Answer::must_wait: return Output(std::unexpect, RecvError::empty);
    }
    std::unreachable();
  }

  std::shared_ptr<State<T>> state_;
  Position position_;  // of the next value that it gets
};

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] Receiver<T>::RecvFuture {
 public:
  using Output = std::expected<T, RecvError>;

  RecvFuture(const RecvFuture&) = delete;
  RecvFuture& operator=(const RecvFuture&) = delete;
  ~RecvFuture() { state_.leave(waiter_); }

  Poll<Output> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    Taken<T> taken;
    const Answer answer = state_.recv(waiter_, cx.waker(), receiver_.position_, taken);
    if (answer == Answer::must_wait) return Pending();
    Budget::spend();
    return Ready(result(answer, taken));
  }

 private:
  friend class Receiver;
  explicit RecvFuture(Receiver& receiver) : receiver_(receiver), state_(receiver.state()) {}

  Receiver& receiver_;
  State<T>& state_;
  async::detail::ListedWaiter waiter_;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast

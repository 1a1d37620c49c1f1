// permit.hpp -- Permit, Permits, OwnedPermit: room in a channel that is reserved, and not used yet.
//
// A permit sends without waiting, also after the receiver has closed: it still takes what was permitted.
// Dropped unused, it goes to the next who waits for room. (Is the receiver gone, the value is destroyed with
// the channel.)
//
// Thread safety: as any object.
// Lifetime: Permit and Permits borrow from their sender, which outlives them; an OwnedPermit is a sender.
// Errors: use after a move, or after send(), stops the program.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/mpsc/state.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class [[nodiscard("the room is reserved as long as its permit lives")]] Permit {
 public:
  // Takes over one permit.
  explicit Permit(State<T, Bounded>& state) : state_(&state) {}
  Permit(Permit&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Permit() {
    if (state_ != nullptr) state_->give_back(1);
  }

  // Wakes the receiver inside this call.
  void send(T value) && {
    ASYNC_CHECK(state_ != nullptr, "a permit was used after it was moved away, or had sent");
    (void)std::exchange(state_, nullptr)->push(value);
  }

 private:
  State<T, Bounded>* state_;
};

// Several that were reserved together: `while (auto permit = permits.next()) std::move(*permit).send(...);`
template <class T>
class [[nodiscard("the room is reserved as long as its permits live")]] Permits {
 public:
  // Takes over `count` permits.
  Permits(State<T, Bounded>& state, std::size_t count) : state_(&state), count_(count) {}
  Permits(Permits&& other) noexcept : state_(other.state_), count_(std::exchange(other.count_, 0)) {}
  Permits& operator=(Permits&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~Permits() {
    if (count_ != 0) state_->give_back(count_);
  }

  [[nodiscard]] std::size_t size() const { return count_; }

  // One of them; nothing when all are given out.
  [[nodiscard]] std::optional<Permit<T>> next() {
    if (count_ == 0) return std::nullopt;
    --count_;
    return Permit<T>(*state_);
  }

 private:
  State<T, Bounded>* state_;
  std::size_t count_;
};

// A permit and its sender in one, for a task of its own. Sender: the type of the sender.
template <class T, class Sender>
class [[nodiscard("the room is reserved as long as its permit lives")]] OwnedPermitOf {
 public:
  // Takes over one permit of that sender.
  explicit OwnedPermitOf(Sender sender) : sender_(std::move(sender)) {}
  OwnedPermitOf(OwnedPermitOf&& other) noexcept : sender_(std::exchange(other.sender_, std::nullopt)) {}
  OwnedPermitOf& operator=(OwnedPermitOf&& other) noexcept {
    std::swap(sender_, other.sender_);
    return *this;
  }
  ~OwnedPermitOf() {
    if (sender_) sender_->state().give_back(1);
  }

  // The sender comes back. Wakes the receiver inside this call.
  Sender send(T value) && {
    Sender sender = take();
    (void)sender.state().push(value);
    return sender;
  }
  // Gives the room back, and the sender.
  Sender release() && {
    Sender sender = take();
    sender.state().give_back(1);
    return sender;
  }

 private:
  Sender take() {
    ASYNC_CHECK(sender_.has_value(), "a permit was used after it was moved away, or had sent");
    return *std::exchange(sender_, std::nullopt);
  }

  std::optional<Sender> sender_;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

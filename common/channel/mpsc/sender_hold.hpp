// sender_hold.hpp -- SenderHold: one counted sender; what Sender and UnboundedSender are made of.
//
// Thread safety: as a std::shared_ptr. Lifetime: keeps the state; the last one tells the receiver.
// Errors: use after a move stops the program.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class State>
class SenderHold {
 public:
  // Takes over one that is counted already.
  explicit SenderHold(std::shared_ptr<State> state) : state_(std::move(state)) {}
  SenderHold(const SenderHold& other) : state_(other.state_) {
    if (state_ != nullptr) state_->add_sender();
  }
  SenderHold(SenderHold&&) noexcept = default;
  SenderHold& operator=(SenderHold other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~SenderHold() {
    if (state_ != nullptr) state_->drop_sender();
  }

  State& operator*() const { return *shared(); }
  State* operator->() const { return shared().get(); }
  [[nodiscard]] const std::shared_ptr<State>& shared() const {
    ASYNC_CHECK(state_ != nullptr, "a sender was used after it was moved away");
    return state_;
  }

 private:
  std::shared_ptr<State> state_;
};

// Does not keep the channel open: for who must be able to send, but should not be the reason to go on.
template <class Sender>
class WeakSenderOf {
 public:
  using State = typename Sender::State;

  explicit WeakSenderOf(std::shared_ptr<State> state) : state_(std::move(state)) {}

  // Nothing, once the last sender is gone.
  [[nodiscard]] std::optional<Sender> upgrade() const {
    if (state_ == nullptr || !state_->try_add_sender()) return std::nullopt;
    return Sender(state_);
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

// sender_hold.hpp -- SenderHold: one counted sender; what the senders of mpsc, broadcast and watch are made of.
//
// State: add_sender() and drop_sender(), which count; the last one to go tells the receivers.
//
// Thread safety: as a std::shared_ptr. Lifetime: keeps the state. Errors: use after a move stops the program.
#pragma once

#include <memory>
#include <utility>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

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

}  // namespace async::inline ASYNC_FLAVOUR::detail

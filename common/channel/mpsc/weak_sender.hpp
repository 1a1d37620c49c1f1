// weak_sender.hpp -- WeakSenderOf: does not keep an mpsc channel open, and may become a sender while it is.
//
// For who must be able to send, but should not be the reason to go on.
// Thread safety: as a std::weak_ptr. Lifetime: keeps the state, but is not counted.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace async::inline ASYNC_FLAVOUR::mpsc {

// Sender: the type of the sender.
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

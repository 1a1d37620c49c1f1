// channel_end.hpp -- ChannelEnd: what Sender and Receiver have in common: they are counted, close, and look.
//
// Thread safety: const functions from any thread, also at the same time; an end is copied, assigned and
//   destroyed as any object.
// Lifetime: copies share the channel. The last Sender, and the last Receiver, closes it by its end.
// Errors: use after a move stops the program.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/check.hpp"
#include "common/channel/channel_state.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

template <class T, Side side>
class ChannelEnd {
 public:
  ChannelEnd(const ChannelEnd& other) : state_(other.state_) {
    if (state_ != nullptr) state_->add_end(side);
  }
  ChannelEnd(ChannelEnd&& other) noexcept = default;
  ChannelEnd& operator=(ChannelEnd other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~ChannelEnd() {
    if (state_ != nullptr) state_->drop_end(side);
  }

  // From now on nothing can be sent. Wakes, inside this call, everybody who waits: senders get their value
  // back, receivers what is left, then the end. Of no effect on a closed channel.
  void close() const {
    const auto kept = state();  // whoever is woken may destroy this end
    kept->close();
  }
  // By close(), or because the other side is gone. There may still be values to receive.
  [[nodiscard]] bool is_closed() const { return state()->is_closed(); }

  // How many values were sent and not yet received; one that waits to be sent is not counted. As the others
  // below, it is how things were a moment ago.
  [[nodiscard]] std::size_t len() const { return state()->size(); }
  [[nodiscard]] bool is_empty() const { return len() == 0; }
  // Whether a send would have to wait. A rendezvous is full unless a receiver waits.
  [[nodiscard]] bool is_full() const { return state()->is_full(); }
  // Nothing, if it is unbounded.
  [[nodiscard]] std::optional<std::size_t> capacity() const { return state()->capacity(); }

  [[nodiscard]] std::size_t sender_count() const { return state()->count(Side::sender); }
  [[nodiscard]] std::size_t receiver_count() const { return state()->count(Side::receiver); }

 protected:
  // Takes over one end that is counted already.
  explicit ChannelEnd(std::shared_ptr<ChannelState<T>> state) : state_(std::move(state)) {}

  [[nodiscard]] const std::shared_ptr<ChannelState<T>>& state() const {
    ASYNC_CHECK(state_ != nullptr, "an end of a channel was used after it was moved away");
    return state_;
  }

 private:
  std::shared_ptr<ChannelState<T>> state_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

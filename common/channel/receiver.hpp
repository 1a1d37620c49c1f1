// receiver.hpp -- Receiver<T>: the end of a channel out of which values come, each out of one of them.
//
//   for (T value : receiver) ...                           // blocks the thread; until closed and drained
//   for (;;) {                                             // in a coroutine
//     auto value = co_await receiver.recv_async();
//     if (!value) break;
//     ...
//   }
//
// Each operation exists for a thread, which it blocks, and for a task, which awaits it; both wait in one
// queue. Do not call the blocking ones (recv, recv_timeout, iteration) inside a task: they stop its
// executor's thread.
//
// Thread safety, lifetime: channel_end.hpp. The last Receiver destroys the values that nobody received.
// Errors: each function says which; closed only once everything was received.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "common/channel/channel_end.hpp"
#include "common/channel/received.hpp"
#include "common/channel/recv_future.hpp"
#include "common/channel/recv_timeout_future.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Receiver : public detail::ChannelEnd<T, detail::Side::receiver> {
 public:
  // Of a new channel, see channel.hpp.
  explicit Receiver(std::shared_ptr<detail::ChannelState<T>> state)
      : detail::ChannelEnd<T, detail::Side::receiver>(std::move(state)) {}

  [[nodiscard]] Receiver clone() const { return *this; }

  // Never waits. empty or closed.
  [[nodiscard]] std::expected<T, RecvError> try_recv() const {
    using Output = std::expected<T, RecvError>;
    std::optional<T> taken;
    switch (this->state()->try_recv(taken)) {
      case detail::Answer::done: return Output(std::in_place, *std::move(taken));
      case detail::Answer::closed: return Output(std::unexpect, ChannelError::closed);
      case detail::Answer::must_wait: return Output(std::unexpect, ChannelError::empty);
    }
    std::unreachable();
  }

  // Blocks the thread while there is no value. closed.
  [[nodiscard]] std::expected<T, RecvError> recv() const {
    auto received = try_recv();
    if (received || received.error().is_closed()) return received;
    return block_on(recv_async());
  }
  // Awaited while there is no value. closed.
  RecvFuture<T> recv_async() const { return RecvFuture<T>(this->state()); }

  // The same for a limited time. timed_out or closed.
  [[nodiscard]] std::expected<T, RecvError> recv_timeout(Duration limit) const {
    auto received = try_recv();
    if (received || received.error().is_closed()) return received;
    return block_on(recv_timeout_async(limit));
  }
  RecvTimeoutFuture<T> recv_timeout_async(Duration limit) const {
    return RecvTimeoutFuture<T>(this->state(), limit);
  }

  // A range of what is there now, and of what comes while it is gone through. It never waits.
  [[nodiscard]] Received<T> try_iter() const { return Received<T>(this->state(), Received<T>::Until::empty); }

  // The receiver itself is a range that waits, and ends when the channel is closed and drained.
  [[nodiscard]] typename Received<T>::Iterator begin() const {
    return typename Received<T>::Iterator(this->state(), Received<T>::Until::closed);
  }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }
};

}  // namespace async::inline ASYNC_FLAVOUR

// sender.hpp -- mpsc::Sender<T>: an end of a bounded channel into which values go; copies are further ends.
//
// A send that fails gives the value back, in the error. blocking_send() blocks its thread: not inside a task.
//
// Thread safety: const functions from any thread, also at the same time.
// Lifetime: copies share the channel. The last one closes it by its end. Futures and permits borrow from the
//   sender that made them, which outlives them (reserve_owned has none to outlive).
// Errors: each function says which. Use after a move stops the program. A count of permits that the channel
//   can never have: std::invalid_argument.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/channel/closed_future.hpp"
#include "common/channel/mpsc/permit.hpp"
#include "common/channel/mpsc/reserve_future.hpp"
#include "common/channel/mpsc/send_future.hpp"
#include "common/channel/mpsc/weak_sender.hpp"
#include "common/channel/sender_hold.hpp"
#include "common/future/block_on.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class Sender {
 public:
  using State = mpsc::State<T, Bounded>;

  // Of a new channel, see mpsc.hpp.
  explicit Sender(std::shared_ptr<State> state) : hold_(std::move(state)) {}

  [[nodiscard]] Sender clone() const { return *this; }

  // Awaited while there is no room. closed.
  SendFuture<T> send(T value) const {
    async::detail::check_awaited_message<T>();
    return SendFuture<T>(*hold_, std::move(value));
  }
  // The same for a limited time. timed_out or closed.
  SendTimeoutFuture<T> send_timeout(T value, Duration limit) const {
    async::detail::check_awaited_message<T>();
    return SendTimeoutFuture<T>(*hold_, std::move(value), limit);
  }
  // Never waits. full or closed.
  std::expected<void, SendError<T>> try_send(T value) const {
    if (const auto refused = take(1)) {
      return std::expected<void, SendError<T>>(std::unexpect, refused->reason(), std::move(value));
    }
    (void)hold_->push(value);
    return {};
  }
  // Blocks the thread while there is no room. closed.
  std::expected<void, SendError<T>> blocking_send(T value) const {
    return block_on(SendFuture<T>(*hold_, std::move(value)));
  }

  // Room for one value, for several, for one in a task of its own. closed.
  ReserveFuture<T> reserve() const { return ReserveFuture<T>(*hold_); }
  ReserveManyFuture<T> reserve_many(std::size_t count) const {
    check_count(count);
    return ReserveManyFuture<T>(*hold_, count);
  }
  ReserveOwnedFuture<T, Sender> reserve_owned() && { return ReserveOwnedFuture<T, Sender>(std::move(*this)); }
  // The same without waiting. full or closed; the last one gives the sender back.
  [[nodiscard]] std::expected<Permit<T>, ChannelError> try_reserve() const {
    if (const auto refused = take(1)) return std::unexpected(*refused);
    return std::expected<Permit<T>, ChannelError>(std::in_place, *hold_);
  }
  [[nodiscard]] std::expected<Permits<T>, ChannelError> try_reserve_many(std::size_t count) const {
    check_count(count);
    if (const auto refused = take(count)) return std::unexpected(*refused);
    return std::expected<Permits<T>, ChannelError>(std::in_place, *hold_, count);
  }
  [[nodiscard]] std::expected<OwnedPermitOf<T, Sender>, SendError<Sender>> try_reserve_owned() && {
    using Output = std::expected<OwnedPermitOf<T, Sender>, SendError<Sender>>;
    if (const auto refused = take(1)) return Output(std::unexpect, refused->reason(), std::move(*this));
    return Output(std::in_place, std::move(*this));
  }

  // The receiver is gone, or has closed.
  [[nodiscard]] bool is_closed() const { return hold_->is_closed(); }
  // Ready once that is so.
  ClosedFuture<State> closed() const { return ClosedFuture<State>(*hold_); }

  // How many values there is room for now; at most.
  [[nodiscard]] std::size_t capacity() const { return hold_->limit.permits.available(); }
  [[nodiscard]] std::size_t max_capacity() const { return hold_->limit.max; }

  [[nodiscard]] bool same_channel(const Sender& other) const { return &*hold_ == &*other.hold_; }
  [[nodiscard]] std::size_t strong_count() const { return hold_->senders(); }
  [[nodiscard]] WeakSenderOf<Sender> downgrade() const { return WeakSenderOf<Sender>(hold_.shared()); }

  // For futures and permits.
  [[nodiscard]] State& state() const { return *hold_; }

 private:
  // Why not; nothing if it has them.
  [[nodiscard]] std::optional<ChannelError> take(std::size_t count) const {
    using Take = async::detail::SemaphoreCore::Take;
    switch (hold_->limit.permits.try_take(count)) {
      case Take::taken: return std::nullopt;
      case Take::closed: return ChannelError(ChannelError::closed);
      case Take::no_permits: return ChannelError(ChannelError::full);
    }
    std::unreachable();
  }
  void check_count(std::size_t count) const {
    if (count > max_capacity()) {
      throw std::invalid_argument("permits of an mpsc channel: at most as many as its capacity");
    }
  }

  async::detail::SenderHold<State> hold_;
};

template <class T>
using WeakSender = WeakSenderOf<Sender<T>>;
template <class T>
using OwnedPermit = OwnedPermitOf<T, Sender<T>>;

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

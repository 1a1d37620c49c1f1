// reserve_future.hpp -- ReserveFuture, ReserveManyFuture, ReserveOwnedFuture: wait for room as a permit.
//
// What happens when, thread safety: mpsc/admission.hpp.
// Lifetime: immovable. The sender outlives it; the owned form has taken the sender over, and drops it if it
//   is dropped.
// Errors: closed.
#pragma once

#include <cstddef>
#include <expected>
#include <utility>

#include "common/channel/channel_error.hpp"
#include "common/channel/mpsc/admission.hpp"
#include "common/channel/mpsc/permit.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ReserveFuture {
 public:
  using Output = std::expected<Permit<T>, ChannelError>;

  explicit ReserveFuture(State<T, Bounded>& state) : admission_(state, 1) {}

  Poll<Output> poll(Context& cx) {
    using Take = typename Admission<T>::Take;
    const Take answer = admission_.poll(cx);
    if (answer == Take::no_permits) return Pending();
    if (answer == Take::closed) return Ready(Output(std::unexpect, ChannelError::closed));
    return Ready(Output(std::in_place, admission_.state()));
  }

 private:
  Admission<T> admission_;
};

// All of them or none: it collects them, and nobody overtakes it meanwhile.
template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ReserveManyFuture {
 public:
  using Output = std::expected<Permits<T>, ChannelError>;

  ReserveManyFuture(State<T, Bounded>& state, std::size_t count) : admission_(state, count), count_(count) {}

  Poll<Output> poll(Context& cx) {
    using Take = typename Admission<T>::Take;
    const Take answer = admission_.poll(cx);
    if (answer == Take::no_permits) return Pending();
    if (answer == Take::closed) return Ready(Output(std::unexpect, ChannelError::closed));
    return Ready(Output(std::in_place, admission_.state(), count_));
  }

 private:
  Admission<T> admission_;
  std::size_t count_;
};

template <class T, class Sender>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ReserveOwnedFuture {
 public:
  using Output = std::expected<OwnedPermitOf<T, Sender>, ChannelError>;

  explicit ReserveOwnedFuture(Sender sender) : sender_(std::move(sender)), admission_(sender_.state(), 1) {}

  Poll<Output> poll(Context& cx) {
    using Take = typename Admission<T>::Take;
    const Take answer = admission_.poll(cx);
    if (answer == Take::no_permits) return Pending();
    if (answer == Take::closed) return Ready(Output(std::unexpect, ChannelError::closed));
    // A copy: the admission still refers to the state, and goes before this one does.
    return Ready(Output(std::in_place, sender_));
  }

 private:
  Sender sender_;
  Admission<T> admission_;  // destroyed first: it leaves the queue of that sender's channel
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

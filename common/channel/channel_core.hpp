// channel_core.hpp -- ChannelCore: the values of a channel, who waits, and the rules; under one lock.
//
// What it is. A buffer, a list of waiting senders, each with its value, and a list of waiting receivers. No
// rule waits, wakes or locks: it changes the lists and hands out the waker to call. channel_state.hpp does
// the rest.
//
// The rules
//   - There is room for a value while the buffer holds fewer than the capacity, or while a receiver waits.
//     With a capacity of 0, a rendezvous, that is: while somebody waits for it.
//   - A value goes into the buffer and notifies the first waiting receiver, which leaves the list. The value
//     is not reserved for it: whoever asks first gets it, and a notified receiver that finds nothing waits
//     again.
//   - Without room a sender waits, and its value with it. A receiver that takes a value lets the first of
//     them in; so with a capacity of 0 it takes that sender's value at once.
//   - Closed: no value goes in any more, not even a waiting sender's. What is in the buffer can be received.
//
// Invariants
//   (1) While a sender waits there is no room: nobody overtakes it, and no receiver waits.
//   (2) While a receiver waits, the buffer holds at most as many values as there are notified receivers.
//       So nobody sleeps beside a value that nobody is on the way to.
//   (3) A value is in one place: its sender's waiter, the buffer, or its receiver's hands.
//   (4) Closed, there will be no more waiters; those that are left are being woken.
//   A buffer holds more than the capacity only by values that came for a receiver which was notified; if that
//   one is dropped, the next receive finds the value.
//
// Thread safety: none; locked by its owner.
// Lifetime: waiters leave before they die (ListNode checks). T's move constructor and the destructor of a
//   moved-from T run in here: they must not come back to the channel.
// Errors: std::bad_alloc of the buffer; then no value has moved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include "common/base/intrusive_list.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// The places of waiting futures. Reached under the lock alone while they are linked or may have been
// notified.
struct RecvWaiter : base::ListNode {
  Waker waker;            // while it is linked
  bool notified = false;  // a value, or the end, was announced to it, and it has not asked since
};
template <class T>
struct SendWaiter : base::ListNode {
  explicit SendWaiter(T given) : value(std::move(given)) {}

  Waker waker;        // while it is linked
  T value;            // until it is sent
  bool sent = false;  // the value was moved into the buffer
};

enum class Answer : std::uint8_t { done, closed, must_wait };

template <class T>
class ChannelCore {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  std::size_t capacity = kUnbounded;
  std::size_t senders = 1, receivers = 1;  // the ends
  bool closed = false;

  [[nodiscard]] std::size_t size() const { return buffer_.size(); }
  [[nodiscard]] bool has_room() const { return buffer_.size() < capacity || !waiting_receivers_.is_empty(); }

  // `woken`: the receiver to wake.
  [[nodiscard]] Answer send(SendWaiter<T>& waiter, Waker& woken) {
    if (waiter.sent) return Answer::done;  // a receiver let it in
    if (closed) {
      leave(waiter);
      return Answer::closed;
    }
    if (!has_room()) return Answer::must_wait;  // so it is, by (1), as long as it stands in the list
    let_in(waiter);
    woken = notify_receiver();
    return Answer::done;
  }

  // `woken`: the sender to wake.
  [[nodiscard]] Answer recv(RecvWaiter& waiter, std::optional<T>& taken, Waker& woken) {
    waiter.notified = false;
    if (!has_value() && !closed) return Answer::must_wait;
    if (waiter.is_linked()) waiting_receivers_.remove(waiter);
    if (!has_value()) return Answer::closed;
    // One leaves, so one may come, unless the buffer was overfull. It comes first: if the buffer cannot grow,
    // no value has moved.
    if (SendWaiter<T>* const first = waiting_sender(); first != nullptr && buffer_.size() <= capacity) {
      let_in(*first);
      waiting_senders_.remove(*first);
      woken = std::move(first->waker);
    }
    taken.emplace(std::move(buffer_.front()));
    buffer_.pop_front();
    return Answer::done;
  }

  // After must_wait. A waiter that waits already keeps its place.
  void wait(SendWaiter<T>& waiter) {
    if (!waiter.is_linked()) waiting_senders_.push_back(waiter);
  }
  void wait(RecvWaiter& waiter) {
    if (!waiter.is_linked()) waiting_receivers_.push_back(waiter);
  }

  // For a waiter that does not ask any more.
  void leave(SendWaiter<T>& waiter) {
    if (waiter.is_linked()) waiting_senders_.remove(waiter);
  }
  // Returns whom to wake in its stead: it may have been notified of a value that it will not take.
  [[nodiscard]] Waker leave(RecvWaiter& waiter) {
    if (waiter.is_linked()) waiting_receivers_.remove(waiter);
    return std::exchange(waiter.notified, false) && has_value() ? notify_receiver() : Waker();
  }

  // Closed: takes one waiter out of its list and gives its waker. Nothing if none is left.
  [[nodiscard]] std::optional<Waker> dismiss_waiter() {
    if (SendWaiter<T>* const first = waiting_senders_.front()) {
      waiting_senders_.remove(*first);
      return std::move(first->waker);
    }
    if (!waiting_receivers_.is_empty()) return notify_receiver();
    return std::nullopt;
  }

  // Closed, and nobody receives: for throwing the values away. Nothing if none is left.
  [[nodiscard]] std::optional<T> pop() {
    if (buffer_.empty()) return std::nullopt;
    std::optional<T> first(std::move(buffer_.front()));
    buffer_.pop_front();
    return first;
  }

 private:
  [[nodiscard]] SendWaiter<T>* waiting_sender() { return closed ? nullptr : waiting_senders_.front(); }
  [[nodiscard]] bool has_value() { return !buffer_.empty() || waiting_sender() != nullptr; }

  void let_in(SendWaiter<T>& waiter) {
    buffer_.push_back(std::move(waiter.value));
    waiter.sent = true;
  }

  [[nodiscard]] Waker notify_receiver() {
    RecvWaiter* const first = waiting_receivers_.front();
    if (first == nullptr) return Waker();
    waiting_receivers_.remove(*first);
    first->notified = true;
    return std::move(first->waker);
  }

  std::deque<T> buffer_;
  base::IntrusiveList<SendWaiter<T>> waiting_senders_;
  base::IntrusiveList<RecvWaiter> waiting_receivers_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

// state.hpp -- broadcast::State: the ring, locked; who waits, and who wakes.
//
// Thread safety: every function from any thread; those for one receiver from one thread at a time.
// Invariants: the lock is not held while a waker is cloned, called or dropped, nor while a value is
//   destroyed.
// Lifetime: shared by the ends. A receiver that goes destroys at once what only it still wanted.
// Memory ordering: what was done before a send is seen by who receives the value: both hold the lock.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "common/base/locked.hpp"
#include "common/channel/broadcast/ring.hpp"
#include "common/channel/message.hpp"
#include "common/sync/wake_list.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

template <class T>
class State {
  static_assert(std::is_copy_constructible_v<T>,
                "each receiver of a broadcast gets a copy: send a std::shared_ptr to what cannot be copied");

 public:
  explicit State(std::size_t capacity) {
    async::detail::check_message<T>();
    ring_.lock()->set_capacity(capacity);
  }

  // How many receivers there are; 0: not sent, and the value is as it was. Wakes them in here.
  [[nodiscard]] std::size_t send(T& value) {
    std::optional<T> replaced;
    std::size_t receivers = 0;
    {
      auto ring = ring_.lock();
      receivers = ring->receivers;
      if (receivers == 0) return 0;
      ring->send(value, replaced);
    }
    wake_all();
    return receivers;
  }

  [[nodiscard]] Answer try_recv(Position& position, Taken<T>& into) {
    return ring_.lock()->recv(position, into);
  }
  // must_wait: it waits, and `newest` will be woken.
  [[nodiscard]] Answer recv(async::detail::ListedWaiter& waiter, const Waker& newest, Position& position,
                            Taken<T>& into) {
    Answer answer = Answer::must_wait;
    const auto ask = [&](Ring<T>& ring) {
      answer = ring.recv(position, into);
      if (answer == Answer::must_wait) return false;
      if (waiter.is_linked()) ring.waiting.remove(waiter);
      return true;
    };
    const auto wait = [&](Ring<T>& ring) {
      if (!waiter.is_linked()) ring.waiting.push_back(waiter);
    };
    waiter.waits = !async::detail::ask_or_wait(ring_, waiter, newest, true, ask, wait);
    return answer;
  }
  void leave(async::detail::ListedWaiter& waiter) {
    if (!std::exchange(waiter.waits, false)) return;
    {
      auto ring = ring_.lock();
      if (waiter.is_linked()) ring->waiting.remove(waiter);
    }
    waiter.waker = Waker();
  }

  void add_sender() { ++ring_.lock()->senders; }
  void drop_sender() {
    if (--ring_.lock()->senders == 0) wake_all();
  }
  // Returns where it begins: behind what was sent before.
  [[nodiscard]] Position add_receiver() {
    auto ring = ring_.lock();
    ++ring->receivers;
    return ring->tail;
  }
  void drop_receiver(Position position) {
    const Position end = leave_receivers();
    std::optional<T> dropped;
    const auto next = [&] { return ring_.lock()->pass(position, end, dropped); };
    while (next()) dropped.reset();  // one at a time, and without the lock
  }

  [[nodiscard]] std::size_t receivers() { return ring_.lock()->receivers; }
  [[nodiscard]] std::size_t senders() { return ring_.lock()->senders; }
  [[nodiscard]] std::size_t kept() { return ring_.lock()->kept(); }
  [[nodiscard]] Position tail() { return ring_.lock()->tail; }

 private:
  Position leave_receivers() {
    auto ring = ring_.lock();
    --ring->receivers;
    return ring->tail;
  }

  // Those who waited when it began.
  void wake_all() {
    std::size_t left = ring_.lock()->waiting.size();
    while (left != 0) {
      async::detail::WakeList woken;  // declared before the lock, so it wakes after it
      auto ring = ring_.lock();
      for (; left != 0 && !woken.is_full(); --left) {
        auto* const first = ring->waiting.front();
        if (first == nullptr) return;
        ring->waiting.remove(*first);
        woken.add(std::move(first->waker));
      }
    }
  }

  base::Locked<Ring<T>> ring_;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast

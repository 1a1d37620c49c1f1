// channel_state.hpp -- ChannelState: what ends and futures of a channel share: the core, locked; who wakes.
//
// What it is. Each function asks the core (channel_core.hpp, where the rules are) under the lock, lets go of
// it, and then calls the waker that the core handed out, if any.
//
// Thread safety: every function from any thread; those for one waiter from one thread at a time.
// Invariants: (1) The lock is not held while a waker is cloned, called or dropped, nor while a value is
//   destroyed: that is somebody else's code, and may come back to this channel. (2) After a waiter has left
//   its list it is not touched again: its future may be gone as soon as the lock is free.
// Lifetime: shared by ends and futures. The last Receiver destroys what is in the buffer at once, not with
//   the memory: a value may own a Sender, as a Runnable in a queue owns the function that puts it there.
// Memory ordering: what happened before a value was sent is seen by whoever received it, and what happened
//   before a receive by the sender that it let in: both go through the same mutex.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/base/locked.hpp"
#include "common/channel/channel_core.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

enum class Side : std::uint8_t { sender, receiver };

template <class T>
class ChannelState {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>,
                "a channel carries values: no references, no const");
  static_assert(
      std::is_nothrow_move_constructible_v<T>,
      "a channel moves its values while it is locked: give T a move constructor that is noexcept, or "
      "send a std::unique_ptr<T>");

 public:
  explicit ChannelState(std::size_t capacity) { core_.lock()->capacity = capacity; }

  // Without waiting: must_wait says full, or empty.
  [[nodiscard]] Answer try_send(SendWaiter<T>& waiter) {
    Waker woken;
    const Answer answer = core_.lock()->send(waiter, woken);
    std::move(woken).wake();
    return answer;
  }
  [[nodiscard]] Answer try_recv(std::optional<T>& taken) {
    RecvWaiter waiter;
    Waker woken;
    const Answer answer = core_.lock()->recv(waiter, taken, woken);
    std::move(woken).wake();
    return answer;
  }

  // must_wait: the waiter is in its list, and `newest` will be woken. Otherwise it keeps no waker.
  [[nodiscard]] Answer send(SendWaiter<T>& waiter, const Waker& newest) {
    Waker woken;
    const Answer answer =
        ask_or_wait(waiter, newest, [&](ChannelCore<T>& core) { return core.send(waiter, woken); });
    std::move(woken).wake();
    if (answer != Answer::must_wait) waiter.waker = Waker();
    return answer;
  }
  [[nodiscard]] Answer recv(RecvWaiter& waiter, const Waker& newest, std::optional<T>& taken) {
    Waker woken;
    const Answer answer =
        ask_or_wait(waiter, newest, [&](ChannelCore<T>& core) { return core.recv(waiter, taken, woken); });
    std::move(woken).wake();
    if (answer != Answer::must_wait) waiter.waker = Waker();
    return answer;
  }

  // For a waiter that was told must_wait, and will not ask again. True: the value was not sent, and is there.
  [[nodiscard]] bool leave(SendWaiter<T>& waiter) {
    core_.lock()->leave(waiter);
    waiter.waker = Waker();
    return !waiter.sent;
  }
  void leave(RecvWaiter& waiter) {
    Waker woken = core_.lock()->leave(waiter);
    std::move(woken).wake();
    waiter.waker = Waker();
  }

  void add_end(Side side) { ++ends_of(*core_.lock(), side); }
  // The last one of its side closes the channel.
  void drop_end(Side side) {
    {
      auto core = core_.lock();
      if (--ends_of(*core, side) != 0) return;
      core->closed = true;
    }
    if (side == Side::receiver) drop_values();
    wake_all();
  }
  [[nodiscard]] std::size_t count(Side side) { return ends_of(*core_.lock(), side); }

  void close() {
    core_.lock()->closed = true;
    wake_all();
  }
  [[nodiscard]] bool is_closed() { return core_.lock()->closed; }

  [[nodiscard]] std::size_t size() { return core_.lock()->size(); }
  [[nodiscard]] bool is_full() { return !core_.lock()->has_room(); }
  [[nodiscard]] std::optional<std::size_t> capacity() {
    const std::size_t capacity = core_.lock()->capacity;
    return capacity == ChannelCore<T>::kUnbounded ? std::nullopt : std::optional(capacity);
  }

 private:
  static std::size_t& ends_of(ChannelCore<T>& core, Side side) {
    return side == Side::sender ? core.senders : core.receivers;
  }

  template <class Waiter, class Ask>
  Answer ask_or_wait(Waiter& waiter, const Waker& newest, Ask ask) {
    {
      auto core = core_.lock();
      const Answer answer = ask(*core);
      if (answer != Answer::must_wait) return answer;
      if (waiter.is_linked() && waiter.waker.will_wake(newest)) return answer;
    }
    Waker kept = newest.clone();
    auto core = core_.lock();
    const Answer answer = ask(*core);  // once more: the world went on while the waker was cloned
    if (answer != Answer::must_wait) return answer;
    std::swap(waiter.waker, kept);
    core->wait(waiter);
    return answer;
    // `core` lets go first, then the waker that was replaced is dropped.
  }

  // One at a time: each is called, or destroyed, while nothing is locked. The channel is closed, so no new
  // ones come.
  void wake_all() {
    const auto next = [this] { return core_.lock()->dismiss_waiter(); };
    while (auto waker = next()) std::move(*waker).wake();
  }
  void drop_values() {
    const auto next = [this] { return core_.lock()->pop(); };
    while (next()) {
    }
  }

  base::Locked<ChannelCore<T>> core_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

// ring.hpp -- Ring: the values of a broadcast channel, and the rules; under one lock.
//
// Position n, counted from 0, has slot n % capacity. The values of the last `capacity` positions are kept,
// each as long as a receiver still wants it.
//
// Invariants
//   (1) A slot holds a value if, and only if, `wanted` is not 0: so many receivers have not passed its
//       position.
//   (2) A receiver at position p is counted in every kept slot from p on, and in no other.
//   (3) Nobody waits at a position before tail.
// Thread safety: none; locked by its owner.
// Lifetime: T's copy and move constructors, and the destructor of a moved-from T, run in here: they must not
//   come back to the channel. All other values are handed out, to be destroyed without the lock.
// Errors: what T's copy constructor throws; nothing has changed then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/intrusive_list.hpp"
#include "common/channel/wait_list.hpp"

namespace async::inline ASYNC_FLAVOUR::broadcast {

using Position = std::uint64_t;

enum class Answer : std::uint8_t { taken, lagged, closed, must_wait };

// What a receive brings: after taken the value, after lagged the number.
template <class T>
struct Taken {
  std::optional<T> value;
  Position missed = 0;
};

template <class T>
class Ring {
 public:
  // Before it is used.
  void set_capacity(std::size_t capacity) { slots_ = std::vector<Slot>(capacity); }

  Position tail = 0;  // of the next value
  std::size_t senders = 1, receivers = 0;
  base::IntrusiveList<async::detail::ListedWaiter> waiting;  // receivers

  // How many values somebody still wants.
  [[nodiscard]] std::size_t kept() const { return kept_; }

  // There are receivers. `replaced`: the value that it takes the place of.
  void send(T& value, std::optional<T>& replaced) {
    Slot& slot = at(tail);
    if (slot.wanted != 0) take_out(slot, replaced);
    slot.value.emplace(std::move(value));
    slot.wanted = receivers;
    ++kept_;
    ++tail;
  }

  // taken and lagged move the receiver on.
  [[nodiscard]] Answer recv(Position& position, Taken<T>& into) {
    if (position < oldest()) {
      into.missed = oldest() - std::exchange(position, oldest());
      return Answer::lagged;
    }
    if (position == tail) return senders == 0 ? Answer::closed : Answer::must_wait;
    Slot& slot = at(position);
    if (slot.wanted == 1) {
      take_out(slot, into.value);
    } else {
      into.value.emplace(*slot.value);
      --slot.wanted;
    }
    ++position;
    return Answer::taken;
  }

  // For a receiver that goes, and is not counted in what was sent from `end` on: one step. False: it was the
  // last.
  [[nodiscard]] bool pass(Position& position, Position end, std::optional<T>& dropped) {
    position = std::max(position, oldest());
    if (position >= end) return false;
    Slot& slot = at(position++);
    if (slot.wanted == 1) {
      take_out(slot, dropped);
    } else {
      --slot.wanted;
    }
    return true;
  }

 private:
  struct Slot {
    std::optional<T> value;
    std::size_t wanted = 0;
  };

  Slot& at(Position position) { return slots_[position % slots_.size()]; }
  [[nodiscard]] Position oldest() const { return tail - std::min<Position>(tail, slots_.size()); }

  void take_out(Slot& slot, std::optional<T>& into) {
    slot.wanted = 0;
    --kept_;
    into.emplace(*std::move(slot.value));
    slot.value.reset();
  }

  std::vector<Slot> slots_;
  std::size_t kept_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR::broadcast

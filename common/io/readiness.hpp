// readiness.hpp -- Readiness: what is known of one descriptor, in one word.
//
// What it is. epoll tells a change once (edge-triggered); this word remembers it until a system call proves
// it wrong. The upper bits count the events, so that whoever clears a bit clears what he saw, not what came
// since.
//
//   bit            set by                                       cleared by
//   readable       an event with IN, PRI, RDHUP, HUP or ERR     a read that would block, or was short
//   writable       an event with OUT, HUP or ERR                a write that would block, or was short
//   read_closed    an event with PRI, RDHUP, HUP or ERR         a read that would block
//   write_closed   an event with HUP or ERR                     a write that would block
//   shut_down      the reactor's end                            nothing
//   event count    each event adds one                          nothing
//
// Short: fewer bytes got through than were asked for, so that the system's buffer is empty, or full.
// Closed: no other event may come.
//
// Why the closed bits: "5 bytes, then the end" may be one event. The short read of the 5 bytes must not make
// the next read wait for an event about the end: that one has been. Likewise an out-of-band byte (PRI): a read
// stops where it stood, and is short, though more may lie behind it.
//
// Thread safety: AtomicReadiness from any thread; Readiness is a value.
// Invariants: (1) A direction that is not ready gets an event when it becomes so: the last call would have
//   blocked, or emptied (filled) the system's buffer. (2) Clearing is without effect once another event came.
// Memory ordering: what the reactor's thread did before it set a bit is seen by whoever loads that bit.
#pragma once

#include <cstdint>
#include <sys/epoll.h>

#include "common/base/atomic.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

enum class Direction : std::uint8_t { read, write };

class Readiness {
 public:
  Readiness() = default;

  // Where nothing is known yet: the first system call finds out, instead of waiting for an event.
  [[nodiscard]] static Readiness assumed() { return Readiness(kReadable | kWritable); }

  [[nodiscard]] bool is_shut_down() const { return (word_ & kShutDown) != 0; }
  [[nodiscard]] bool is_ready(Direction direction) const { return (word_ & ready_bit(direction)) != 0; }
  [[nodiscard]] bool is_closed(Direction direction) const { return (word_ & closed_bit(direction)) != 0; }
  // Waiting is of no use: a system call, or the end of the reactor, says what is to be said.
  [[nodiscard]] bool is_worth_a_try(Direction direction) const {
    return (word_ & (ready_bit(direction) | kShutDown)) != 0;
  }
  [[nodiscard]] std::uint64_t events() const { return word_ / kOneEvent; }

  // Of what epoll said: only bits, no count.
  [[nodiscard]] static Readiness of_epoll(std::uint32_t epoll) {
    std::uint64_t bits = 0;
    if ((epoll & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) bits |= kReadable;
    if ((epoll & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) bits |= kWritable;
    if ((epoll & (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) bits |= kReadClosed;
    if ((epoll & (EPOLLHUP | EPOLLERR)) != 0) bits |= kWriteClosed;
    return Readiness(bits);
  }

 private:
  friend class AtomicReadiness;

  static constexpr std::uint64_t kReadable = 1;
  static constexpr std::uint64_t kWritable = 2;
  static constexpr std::uint64_t kReadClosed = 4;
  static constexpr std::uint64_t kWriteClosed = 8;
  static constexpr std::uint64_t kShutDown = 16;
  static constexpr std::uint64_t kOneEvent = 32;  // the count is what is above the bits

  static std::uint64_t ready_bit(Direction direction) {
    return direction == Direction::read ? kReadable : kWritable;
  }
  static std::uint64_t closed_bit(Direction direction) {
    return direction == Direction::read ? kReadClosed : kWriteClosed;
  }

  explicit Readiness(std::uint64_t word) : word_(word) {}

  std::uint64_t word_ = 0;
};

class AtomicReadiness {
 public:
  explicit AtomicReadiness(Readiness initial) : word_(initial.word_) {}

  // acquire: pairs with the release in add_event and shut_down.
  [[nodiscard]] Readiness load() const { return Readiness(word_.load(base::acquire)); }

  void add_event(Readiness event) {
    std::uint64_t old = word_.load(base::relaxed);  // relaxed: the exchange below checks it
    while (!word_.compare_exchange_weak(old, (old | event.word_) + Readiness::kOneEvent, base::release,
                                        base::relaxed)) {
    }
  }

  // The call that followed the look `seen` would have blocked: whatever is to come is an event.
  void would_block(Readiness seen, Direction direction) {
    clear(seen, Readiness::ready_bit(direction) | Readiness::closed_bit(direction));
  }

  // The call got fewer bytes through than asked. The next one would block, unless the other end is closed.
  void was_short(Readiness seen, Direction direction) {
    if (!seen.is_closed(direction)) clear(seen, Readiness::ready_bit(direction));
  }

  void shut_down() { (void)word_.fetch_or(Readiness::kShutDown, base::release); }

 private:
  void clear(Readiness seen, std::uint64_t bits) {
    std::uint64_t old = word_.load(base::relaxed);  // relaxed: the exchange below checks it
    while (Readiness(old).events() == seen.events()) {
      // relaxed on both ways: nothing is published by forgetting. (An exchange keeps the release of
      // add_event.)
      if (word_.compare_exchange_weak(old, old & ~bits, base::relaxed, base::relaxed)) return;
    }
  }

  base::Atomic<std::uint64_t> word_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

// timer_wheel.hpp -- TimerWheel: a hierarchical timing wheel; a timer comes and goes in constant time.
//
// What it is: time is cut into ticks (1 ms), and a deadline is rounded up to one. Level 0 is a wheel of 64 slots of
// one tick, level 1 one of 64 slots of 64 ticks, and so on: six levels of 1 ms reach over two years. A timer lies
// in a list in the slot of its tick, on the level of the highest six bits in which its tick differs from the
// present one. When time comes to a slot above level 0, its timers are spread over the levels below; so a timer
// is moved once when it comes, and at most once a level on its way down. What lies beyond the last level waits in
// a list of its own, which is spread once a turn of the whole. (Varghese and Lauck, 1987; tokio's has this shape.)
//
// Most timers are timeouts that are cancelled: they never come down, and cost two changes of a list.
//
// Thread safety: none; the clock locks it. Lifetime: a timer leaves before it dies, and does not move meanwhile.
// Order: by tick, and within a tick in the order of registration. What is registered when its tick is over counts
//   as of the present tick. A timer is late by less than one tick, never early.
// Invariants: a timer of tick t lies in the list of place_of(t), so all of one tick lie in one list; the slots in
//   use on a level come after the present one, none wraps around; time does not move while a due timer is left.
// Errors: std::invalid_argument for a tick of nothing. Allocates nothing.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "common/base/check.hpp"
#include "common/base/intrusive_list.hpp"
#include "common/time/timer_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

class TimerWheel {
 public:
  static constexpr unsigned kLevels = 6, kSlots = 64;

  TimerWheel() : TimerWheel(std::chrono::milliseconds(1)) {}
  explicit TimerWheel(Duration tick) : tick_(tick) {
    if (tick <= Duration::zero()) throw std::invalid_argument("the tick of a timer wheel is at least 1 ns");
  }

  [[nodiscard]] bool is_empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // How often a timer was put into a list: what the O(1) of the first lines is about.
  [[nodiscard]] std::uint64_t moves() const { return moves_; }

  void insert(Timer& timer) {
    ASYNC_CHECK(!timer.is_queued(), "a timer can be registered once at a time");
    put(timer);
    ++size_;
  }

  void remove(Timer& timer) {
    ASYNC_CHECK(timer.place_ < kLists, "a timer left a queue that it was not in");
    take(timer);
    --size_;
  }

  Timer* pop_due(Instant now) {
    const Tick target = last_tick_before(now);
    do {
      if (Timer* const due = lists_[kDue].front()) {
        remove(*due);
        return due;
      }
    } while (turn_to_next_slot(target));
    present_ = std::max(present_, target);
    return nullptr;
  }

  [[nodiscard]] std::optional<Instant> next() const {
    if (is_empty()) return std::nullopt;
    if (!lists_[kDue].is_empty()) return start_of(present_);
    return start_of(next_slot().start);
  }

 private:
  using Tick = std::uint64_t;
  using Place = std::uint32_t;
  static constexpr unsigned kBits = 6;  // of a tick, that choose a slot on one level
  static constexpr unsigned kTurnBits = kBits * kLevels;
  static constexpr Place kFar = kLevels * kSlots;  // beyond the last level
  static constexpr Place kDue = kFar + 1;          // the present tick and before
  static constexpr Place kLists = kDue + 1;

  // Rounded up. There is no time before tick 0.
  [[nodiscard]] Tick tick_of(Instant deadline) const {
    const auto since_birth = std::max(deadline.time_since_epoch(), Duration::zero());
    return static_cast<Tick>(since_birth / tick_) + (since_birth % tick_ != Duration::zero() ? 1 : 0);
  }
  // Rounded down. At the end of time all is over, its last tick too, which is not a whole one.
  [[nodiscard]] Tick last_tick_before(Instant now) const {
    if (now == Instant::max()) return tick_of(now);
    return static_cast<Tick>(std::max(now.time_since_epoch(), Duration::zero()) / tick_);
  }
  [[nodiscard]] Instant start_of(Tick tick) const {
    if (tick > static_cast<Tick>(Duration::max() / tick_)) return Instant::max();
    return Instant(static_cast<Duration::rep>(tick) * tick_);
  }

  [[nodiscard]] Place place_of(Tick tick) const {
    if (tick <= present_) return kDue;
    const unsigned level = (static_cast<unsigned>(std::bit_width(tick ^ present_)) - 1) / kBits;
    if (level >= kLevels) return kFar;
    return level * kSlots + static_cast<Place>((tick >> (level * kBits)) % kSlots);
  }

  static std::uint64_t bit_of(Place place) { return std::uint64_t{1} << place % kSlots; }

  void put(Timer& timer) {
    const Place place = place_of(tick_of(timer.deadline));
    timer.place_ = place;
    lists_[place].push_back(timer);
    if (place < kFar) occupied_[place / kSlots] |= bit_of(place);
    ++moves_;
  }

  void take(Timer& timer) {
    const Place place = timer.place_;
    timer.place_ = Timer::kNowhere;
    lists_[place].remove(timer);
    if (place < kFar && lists_[place].is_empty()) occupied_[place / kSlots] &= ~bit_of(place);
  }

  struct Slot {
    Place place;
    Tick start;
  };
  // The first that has timers; there must be one, and none may be due. A lower level is over before the next slot
  // of a higher one begins, so the first level that has any has the first one.
  [[nodiscard]] Slot next_slot() const {
    for (unsigned level = 0; level < kLevels; ++level) {
      if (occupied_[level] == 0) continue;
      const auto slot = static_cast<Place>(std::countr_zero(occupied_[level]));
      const unsigned shift = level * kBits;
      const Tick turn = present_ >> (shift + kBits) << kBits;
      return {level * kSlots + slot, (turn | slot) << shift};
    }
    return {kFar, ((present_ >> kTurnBits) + 1) << kTurnBits};
  }

  // Goes on to the next slot that has timers, and spreads them. False if it begins after `target`.
  bool turn_to_next_slot(Tick target) {
    if (is_empty()) return false;
    Slot next = next_slot();
    if (next.start > target) return false;
    // Turns in which nothing is due are passed at once, however many there are.
    if (next.place == kFar) next.start = first_far_tick() >> kTurnBits << kTurnBits;
    if (next.start > target) return false;
    present_ = next.start;
    // As many as there are now: those that are still too far go back to the end of their list.
    for (std::size_t left = lists_[next.place].size(); left > 0; --left) {
      Timer& timer = *lists_[next.place].front();
      take(timer);
      put(timer);
    }
    return true;
  }

  [[nodiscard]] Tick first_far_tick() {
    auto& far = lists_[kFar];
    Tick first = tick_of(far.front()->deadline);
    for (Timer* timer = far.front(); timer != nullptr; timer = far.next(*timer)) {
      first = std::min(first, tick_of(timer->deadline));
    }
    return first;
  }

  const Duration tick_;
  Tick present_ = 0;                               // all that was due before has been spread
  std::array<std::uint64_t, kLevels> occupied_{};  // a bit a slot: has it any timer?
  std::array<base::IntrusiveList<Timer>, kLists> lists_;
  std::size_t size_ = 0;
  std::uint64_t moves_ = 0;
};
static_assert(TimerQueue<TimerWheel>);

}  // namespace async::inline ASYNC_FLAVOUR

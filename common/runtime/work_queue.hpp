// work_queue.hpp -- WorkQueue: a worker's own runnables, in a ring of 1024, of which an idle worker steals half.
//
// What it is. The owner pushes at the tail and takes from the head, so that what was woken first runs first; a
// thief takes from the head too, half of what is there. If the ring is full, the owner moves half of it to the
// shared queue in one go. (The ring is that of Go's scheduler and tokio's, where it has 256 places.)
//
//       steal_   real_                 tail_
//         |        |                     |
//    . . [T  T  T][A  B  C  D  E  F  G] . .         T: claimed by a thief that is still copying
//
// Thread safety: push and pop by the owner alone; steal_into by the owner of another queue; the counts by any.
// Invariants: (1) steal <= real <= tail, and tail - steal <= 1024, so that nobody writes to a place that is still
//   read. (2) There is one thief at a time: while steal != real another one gets nothing. (3) A place between
//   real and tail belongs to whoever moves `real` behind it, by a compare-exchange.
//   (The numbers only grow, and wrap round at 2^32; a place is its number modulo 1024.)
// Lifetime: empty when it is destroyed, or what is left is dropped, which cancels it.
// Memory ordering: what the owner wrote before push() is seen by whoever pops or steals that runnable: the tail
//   is stored with release and read with acquire. The owner reuses a place only after it saw, with acquire, the
//   head that the thief stored with release when it had copied.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/race_detector.hpp"
#include "common/task/runnable.hpp"

namespace async::inline ASYNC_FLAVOUR {

// With 4 places the explorer of interleavings sees it run over and wrap round.
template <std::uint32_t Capacity>
class BasicWorkQueue {
 public:
  static constexpr std::uint32_t kCapacity = Capacity;
  // Numbers wrap round at 2^32.
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two");

  // `is_alone`: nobody steals from it, and nobody need be told that there is something to steal.
  explicit BasicWorkQueue(bool is_alone = false) : is_alone_(is_alone) {}
  BasicWorkQueue(const BasicWorkQueue&) = delete;
  BasicWorkQueue& operator=(const BasicWorkQueue&) = delete;
  ~BasicWorkQueue() {
    while (pop()) {
    }
  }

  // Returns what had no place: nothing, or half of the queue with the new one behind it.
  [[nodiscard]] std::vector<Runnable> push(Runnable runnable) {
    std::vector<Runnable> overflow;
    for (;;) {
      Head head = unpacked(head_.load(base::acquire));       // acquire: pairs with the release in steal_into
      const std::uint32_t tail = tail_.load(base::relaxed);  // relaxed: this thread alone writes it
      if (tail - head.steal < kCapacity) {
        put(tail, std::move(runnable).release());  // published with the tail
        // seq_cst, a total order is needed because: the owner stores the tail and then looks whether a worker
        // sleeps (IdleWorkers); a worker that goes to sleep says so and then looks at the tail. One of the two
        // sees the other. It is a release as well, which publishes the place.
        tail_.store(tail + 1, is_alone_ ? base::release : base::seq_cst);
        return overflow;
      }
      if (head.steal != head.real) break;  // a thief is making room; this one goes to the shared queue alone
      if (take_half(head, overflow)) break;
    }
    overflow.push_back(std::move(runnable));
    return overflow;
  }

  // How many more may come until it is half full. Places that a thief is still reading count as full.
  [[nodiscard]] std::uint32_t room_to_half() const {
    const std::uint32_t used =
        tail_.load(base::relaxed) - unpacked(head_.load(base::acquire)).steal;  // relaxed: the owner's own
    return used < kCapacity / 2 ? kCapacity / 2 - used : 0;
  }

  // All of them; the owner has seen that there is room.
  void push_all(std::span<Runnable> some) {
    std::uint32_t tail = tail_.load(base::relaxed);
    ASYNC_CHECK(tail - unpacked(head_.load(base::acquire)).steal + some.size() <= kCapacity,
                "a worker took more from the shared queue than it has room for");
    for (Runnable& each : some) put(tail++, std::move(each).release());
    tail_.store(tail, base::seq_cst);  // see push
  }

  [[nodiscard]] std::optional<Runnable> pop() {
    std::uint64_t packed_head = head_.load(base::acquire);
    for (;;) {
      const Head head = unpacked(packed_head);
      if (head.real == tail_.load(base::relaxed)) return std::nullopt;  // relaxed: the owner's own
      const std::uint32_t next = head.real + 1;
      const Head moved{head.steal == head.real ? next : head.steal, next};
      if (is_alone_) {
        head_.store(packed(moved), base::release);
        return taken(head.real);
      }
      if (head_.compare_exchange_weak(packed_head, packed(moved), base::acq_rel, base::acquire)) {
        return taken(head.real);
      }
    }
  }

  // Moves half of this queue, the older half, to `own`, the caller's, except for the oldest, which is returned to be
  // run. Nothing if there is nothing, or another thief is at it, or `own` is more than half full.
  [[nodiscard]] std::optional<Runnable> steal_into(BasicWorkQueue& own) {
    // A thief may still be copying from the caller's queue, which leaves it less room.
    const Head own_head = unpacked(own.head_.load(base::acquire));
    // relaxed: the caller's own
    if (own.tail_.load(base::relaxed) - own_head.steal > kCapacity / 2) return std::nullopt;
    const auto claim = claim_half();
    if (!claim) return std::nullopt;
    return take_claimed(*claim, own);
  }

  [[nodiscard]] std::uint32_t size() const {
    // seq_cst, a total order is needed because: see push. The tail is the newer one, so never the smaller.
    const std::uint32_t real = unpacked(head_.load(base::seq_cst)).real;
    return tail_.load(base::seq_cst) - real;
  }
  [[nodiscard]] bool is_empty() const { return size() == 0; }

 private:
  friend struct WorkQueueSteps;  // a thief's two steps one by one, for the test

  struct Head {
    std::uint32_t steal = 0;  // up to here places are free
    std::uint32_t real = 0;   // the first runnable that is nobody's yet
  };
  static std::uint64_t packed(Head head) { return (std::uint64_t{head.steal} << 32) | head.real; }
  static Head unpacked(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }

  // Plain: a place belongs to one thread at a time (invariants 1 and 3), and head and tail hand it over.
  struct Place {
    TaskHeader* task = nullptr;
    [[no_unique_address]] base::RaceDetector access;
  };

  void put(std::uint32_t number, TaskHeader& task) {
    Place& place = ring_[number % kCapacity];
    place.access.write("puts a task", base::CallSite::current());
    place.task = &task;
  }
  TaskHeader& at(std::uint32_t number) {
    Place& place = ring_[number % kCapacity];
    place.access.read("takes a task", base::CallSite::current());
    return *place.task;
  }

  std::optional<Runnable> taken(std::uint32_t number) {
    // SAFETY: the place was claimed; push put a runnable's task there.
    return std::optional<Runnable>(std::in_place, at(number));
  }

  // The owner's: false if a thief came first.
  bool take_half(Head head, std::vector<Runnable>& to) {
    constexpr std::uint32_t half = kCapacity / 2;
    std::uint64_t expected = packed(head);
    if (!head_.compare_exchange_strong(expected, packed({head.real + half, head.real + half}), base::acq_rel,
                                       base::relaxed)) {
      return false;
    }
    to.reserve(half + 1);
    for (std::uint32_t i = 0; i < half; ++i) to.push_back(*taken(head.real + i));
    return true;
  }

  // What a thief has claimed: the owner neither takes it nor writes over it.
  struct Claim {
    std::uint32_t first, count;
  };

  // The thief's first step.
  std::optional<Claim> claim_half() {
    std::uint64_t packed_head = head_.load(base::acquire);
    for (;;) {
      const Head head = unpacked(packed_head);
      if (head.steal != head.real) return std::nullopt;
      const std::uint32_t size = tail_.load(base::acquire) - head.real;  // acquire: pairs with push
      const std::uint32_t count = size - size / 2;
      if (count == 0 || count > kCapacity / 2)
        return std::nullopt;  // or the head that was read is an old one
      if (head_.compare_exchange_weak(packed_head, packed({head.steal, head.real + count}), base::acq_rel,
                                      base::acquire)) {
        return Claim{head.real, count};
      }
    }
  }

  // Its second one: all but the oldest go to `own`.
  std::optional<Runnable> take_claimed(Claim claim, BasicWorkQueue& own) {
    const std::uint32_t own_tail = own.tail_.load(base::relaxed);  // relaxed: the caller's own
    for (std::uint32_t i = 0; i + 1 < claim.count; ++i) {
      own.put(own_tail + i, at(claim.first + i + 1));
    }
    std::optional<Runnable> first = taken(claim.first);
    give_up_claim();
    own.tail_.store(own_tail + claim.count - 1,
                    base::release);  // release: publishes the places to other thieves
    return first;
  }

  // The owner may meanwhile have taken more from the head.
  void give_up_claim() {
    std::uint64_t packed_head = head_.load(base::relaxed);
    for (;;) {
      const std::uint32_t real = unpacked(packed_head).real;
      // release: pairs with the acquire in push (the places have been read)
      if (head_.compare_exchange_weak(packed_head, packed({real, real}), base::acq_rel, base::relaxed))
        return;
    }
  }

  const bool is_alone_;
  alignas(64) base::Atomic<std::uint64_t> head_ = 0;
  alignas(64) base::Atomic<std::uint32_t> tail_ = 0;
  std::array<Place, kCapacity> ring_;
};

// What does not fit goes through the shared queue, and half of the time to another core, whose caches know nothing
// of it: with 1000 tasks that yield on two cores, 256 places took half as long again (docs/performance.md).
using WorkQueue = BasicWorkQueue<1024>;

}  // namespace async::inline ASYNC_FLAVOUR

// atomic_waker.hpp -- AtomicWaker: the waker of the one task that waits, which any thread may call. No lock.
//
// What it is. A slot for one waker and two bits that say who has the slot in hand.
//
//   bits                 set by            cleared by             the slot belongs to
//   none                                                          nobody: whoever sets a bit first has it
//   REGISTERING          register_waker    the same               the waiter, who puts its waker in
//   WAKING               take              the same               who wakes, and takes the waker out
//   REGISTERING, WAKING  take, meanwhile   register_waker         the waiter; it takes its waker out again
//   and
//                                                                 wakes itself, for the one that was too
//                                                                 early
//
// How to use it. The waiter registers, *then* looks whether what it waits for has come. The other side brings
// it, *then* wakes. Whichever is first: the waiter sees it, or is woken. It may be woken for nothing.
//
// Thread safety: register_waker from one thread at a time; take and wake from any, also at the same time.
// Lifetime: outlives every call. Keeps the waker until it is taken, replaced or destroyed.
// Memory ordering: what a thread did before take() is seen by a waiter whose register_waker() comes too late
//   to be taken by it. (Both write the same word: each release in one pairs with an acquire in the other.)
#pragma once

#include <cstdint>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class AtomicWaker {
 public:
  AtomicWaker() = default;
  AtomicWaker(const AtomicWaker&) = delete;
  AtomicWaker& operator=(const AtomicWaker&) = delete;

  // From now on `newest` is woken, once. It is cloned only if it is another one than was there.
  void register_waker(const Waker& newest) {
    Waker replaced;  // dropped at the end: its destructor is somebody else's code, and may come back
    Bits bits = 0;
    // acquire: pairs with the release in take() (the slot is as that one left it, and what it brought is
    // seen)
    if (!bits_.compare_exchange_strong(bits, kRegistering, base::acquire, base::acquire)) {
      newest.wake_by_ref();  // somebody wakes this very moment, the waker before this one: ask again
      return;
    }
    if (!waker_.will_wake(newest)) {
      replaced = std::move(waker_);
      waker_ = newest.clone();
    }
    bits = kRegistering;
    // release: pairs with the acquire in take() (publishes the waker)
    if (bits_.compare_exchange_strong(bits, 0, base::acq_rel, base::acquire)) return;
    Waker mine = std::move(waker_);
    // acq_rel: as above; acquire: what the one that was too early has brought
    bits_.exchange(0, base::acq_rel);
    std::move(mine).wake();
  }

  // The waker, if there is one; otherwise one that wakes nobody. Also how a waiter takes its own back.
  [[nodiscard]] Waker take() {
    // acquire: pairs with the release in register_waker(); release: with the acquire there
    if (bits_.fetch_or(kWaking, base::acq_rel) != 0) return Waker();
    Waker taken = std::move(waker_);
    bits_.fetch_and(static_cast<Bits>(~kWaking), base::release);  // release: the slot is free, and empty
    return taken;
  }

  void wake() { take().wake(); }

 private:
  using Bits = std::uint32_t;
  static constexpr Bits kRegistering = 1, kWaking = 2;

  base::Atomic<Bits> bits_ = 0;
  Waker waker_;
};

}  // namespace async::inline ASYNC_FLAVOUR

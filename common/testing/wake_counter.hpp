// wake_counter.hpp -- WakeCounter: a waker for a future that is polled by hand, and what became of it.
//
//   WakeCounter counter;
//   const Waker waker = counter.waker();
//   Context cx(waker);
//   ... poll something ...
//   EXPECT_EQ(counter.wakes(), 1u);
//   EXPECT_EQ(counter.kept(), 1u);          // `waker` alone: nobody kept a clone
//
// The tests of common/future have a CountingWaker, which counts more and must outlive its wakers: in its own
// layer no waker may be left over. What a test of a program polls may well leave one with a timer or a
// socket.
//
// Thread safety: every function, and the wakers, from any thread. Lifetime: the wakers may outlive it.
#pragma once

#include <cstddef>

#include "common/base/atomic.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class WakeCounter {
 public:
  WakeCounter() : counts_(*new Counts) {}
  WakeCounter(const WakeCounter&) = delete;
  WakeCounter& operator=(const WakeCounter&) = delete;
  ~WakeCounter() { drop(&counts_); }

  [[nodiscard]] Waker waker() const { return Waker(clone(&counts_)); }

  // How often its wakers were woken, so far. acquire: pairs with the release in wake_by_ref().
  [[nodiscard]] std::size_t wakes() const { return counts_.wakes.load(base::acquire); }
  // How many of its wakers there are. relaxed: a number, nothing is read on the strength of it.
  [[nodiscard]] std::size_t kept() const { return counts_.owners.load(base::relaxed) - 1; }

 private:
  struct Counts {
    base::Atomic<std::size_t> wakes = 0;
    base::Atomic<std::size_t> owners = 1;  // the counter, and each waker
  };

  static Counts& from(const void* data) {
    // SAFETY: waker() and clone() alone put Counts there, and each counts as an owner.
    return *const_cast<Counts*>(static_cast<const Counts*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    from(data).owners.fetch_add(1, base::relaxed);  // relaxed: whoever clones owns one already
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept {
    wake_by_ref(data);
    drop(data);
  }
  static void wake_by_ref(const void* data) noexcept {
    // release: pairs with the acquire in wakes(): who sees the wake sees what was done before it
    from(data).wakes.fetch_add(1, base::release);
  }
  static void drop(const void* data) noexcept {
    // acq_rel: what the other owners did happens before the delete
    if (from(data).owners.fetch_sub(1, base::acq_rel) == 1) delete &from(data);
  }
  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  Counts& counts_;
};

}  // namespace async::inline ASYNC_FLAVOUR

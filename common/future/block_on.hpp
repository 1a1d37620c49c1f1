// block_on.hpp -- block_on(future): runs one future to its end on the calling thread.
//
// The thread sleeps whenever the future is pending; its waker unparks the thread.
// Thread safety: any thread. Not from inside a poll: that poll would wait for itself to be polled again.
// Lifetime: a waker that is still held somewhere when block_on returns stays valid, and wakes nobody.
// Errors: an exception of the future comes out of block_on.
#pragma once

#include <cstddef>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/future/budget.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

// A thread that can be woken. Its owners are block_on and all clones of the waker; the last one frees it.
class ParkedThread {
 public:
  static ParkedThread& create() { return *new ParkedThread; }

  void park() { parker_.park(); }
  // For the one owner that create() made.
  Waker into_waker() { return Waker(RawWaker{this, &kTable}); }

 private:
  ParkedThread() = default;

  static ParkedThread& from(const void* data) {
    // SAFETY: into_waker and clone alone put a ParkedThread there, and each counts as an owner of it.
    return *const_cast<ParkedThread*>(static_cast<const ParkedThread*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    from(data).owners_.fetch_add(1, base::relaxed);  // relaxed: whoever clones owns one already
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept {
    wake_by_ref(data);
    drop(data);
  }
  static void wake_by_ref(const void* data) noexcept { from(data).parker_.unpark(); }
  static void drop(const void* data) noexcept {
    // acq_rel: whatever other owners did with it happens before the delete.
    if (from(data).owners_.fetch_sub(1, base::acq_rel) == 1) delete &from(data);
  }

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  base::Parker parker_;
  base::Atomic<std::size_t> owners_ = 1;
};

}  // namespace detail

template <Future F>
OutputOf<F> block_on(F& future) {
  auto& thread = detail::ParkedThread::create();
  const Waker waker = thread.into_waker();
  const Budget::Unlimited unlimited;  // where it is called in a poll that has had its share
  Context cx(waker);
  for (;;) {
    auto answer = future.poll(cx);
    if (answer.is_ready()) return std::move(answer).value();
    thread.park();
  }
}
template <Future F>
OutputOf<F> block_on(F&& future) {
  return block_on<F>(future);
}

}  // namespace async::inline ASYNC_FLAVOUR

// wake_list.hpp -- WakeList: wakers that are collected under a lock, and called after it.
//
//   detail::WakeList woken;
//   {
//     auto state = state_.lock();
//     while (there is somebody to wake && !woken.is_full()) woken.add(std::move(waiter.waker));
//   }
//   woken.wake_all();      // and again from the top, if it was full
//
// A waker is somebody else's code: it may come back to the very primitive that calls it, so no lock is held
// then. Whoever wakes many goes round by round; so the list has a fixed size, and to wake allocates nothing.
// Thread safety: none; it lives in one call.
// Lifetime: every waker that was added is called, at the latest by the destructor.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "common/base/check.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class WakeList {
 public:
  static constexpr std::size_t kSize = 32;

  WakeList() = default;  // leaves the array as it is: most calls wake nobody, or one
  WakeList(const WakeList&) = delete;
  WakeList& operator=(const WakeList&) = delete;
  ~WakeList() { wake_all(); }

  [[nodiscard]] bool is_full() const { return count_ == kSize; }

  void add(Waker&& waker) {
    ASYNC_CHECK(!is_full(), "a WakeList takes no more than it has room for: ask is_full() first");
    wakers_[count_++] = waker.release();
  }

  // In the order in which they were added.
  void wake_all() {
    const std::size_t count = std::exchange(count_, 0);
    for (std::size_t i = 0; i < count; ++i) Waker(wakers_[i]).wake();
  }

 private:
  std::array<RawWaker, kSize> wakers_;  // the first count_ of them own what they point to
  std::size_t count_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

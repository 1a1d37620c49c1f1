// driver_seat.hpp -- DriverSeat: at most one thread at a time drives.
//
// Thread safety: try_take from any thread, give_back from the one that took it.
// Memory ordering: whoever drives finds what the one before it left behind: a release, and an acquire.
#pragma once

#include "common/base/atomic.hpp"

namespace async::inline ASYNC_FLAVOUR {

class DriverSeat {
 public:
  [[nodiscard]] bool try_take() {
    return !is_taken_.load(base::relaxed) && !is_taken_.exchange(true, base::acquire);
  }
  void give_back() { is_taken_.store(false, base::release); }

 private:
  alignas(64) base::Atomic<bool> is_taken_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR

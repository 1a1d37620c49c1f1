// yield_now.hpp -- yield_now(): lets the other tasks run, then goes on.
//
// Pending once, having woken its own task; ready at the next poll.
#pragma once

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

class YieldNow {
 public:
  using Output = void;

  Poll<void> poll(Context& cx) {
    if (yielded_) return Ready();
    yielded_ = true;
    cx.waker().wake_by_ref();
    return Pending();
  }

 private:
  bool yielded_ = false;
};

[[nodiscard]] inline YieldNow yield_now() { return {}; }

}  // namespace async::inline ASYNC_FLAVOUR

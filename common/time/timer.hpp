// timer.hpp -- Instant, Duration, and Timer: one sleeper, as a clock's queue of timers sees it.
//
// A Timer lives in the future that waits (sleep.hpp) and carries what a queue needs to find it again: links for a
// list and one number for a place. So a queue allocates nothing for a wheel's timer, and little for a heap's.
//
// Thread safety: while it is registered it is its clock's, which touches it under a lock; `registered` is its
//   owner's alone. Lifetime: it leaves its queue before it dies, and does not move meanwhile (both are checked).
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "common/base/check.hpp"
#include "common/base/intrusive_list.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

using Duration = std::chrono::nanoseconds;
struct LogicalTime {};  // what a Clock counts: not the system's time
using Instant = std::chrono::time_point<LogicalTime, Duration>;

class Timer : public base::ListNode {
 public:
  explicit Timer(Instant when) : deadline(when) {}
  Timer(Timer&& other) : deadline(other.deadline) {
    ASYNC_CHECK(!other.is_queued(), "a sleep was moved after its first poll");
  }
  Timer& operator=(Timer&&) = delete;
  ~Timer() { ASYNC_CHECK(!is_queued(), "a timer was destroyed while it was registered"); }

  [[nodiscard]] bool is_queued() const { return place_ != kNowhere; }

  Instant deadline;         // stays as it is while the timer is queued
  Waker waker;              // the clock's, under its lock, while the timer is queued
  bool registered = false;  // a clock was given this timer and not asked for it back: it may be queued

 private:
  friend class TimerHeap;
  friend class TimerWheel;
  static constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t place_ = kNowhere;  // in the heap's array, or which of the wheel's lists
};

}  // namespace async::inline ASYNC_FLAVOUR

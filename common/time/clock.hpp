// clock.hpp -- Clock: what time it is, and who is to be woken when; real, scaled or paused behind one interface.
//
// Everything that waits for time in this project asks the clock of its thread: sleeps, blocking sleeps, timeouts,
// what a demo prints. A thread has the clock of the thread that started it, real time if there is none. So one
// line at the top of a test, `PausedClock clock;`, changes what time means for all that is below.
//
// Thread safety: any thread, except where said.
// Lifetime: outlives its timers and the threads that take part in it; both are checked.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "common/base/activity.hpp"
#include "common/base/locked.hpp"
#include "common/time/timer_heap.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Clock : public base::Activity {
 public:
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // The calling thread's. See system_clock.hpp for the one that is there without being made.
  [[nodiscard]] static Clock& current();

  // Starts at 0 with the clock.
  [[nodiscard]] virtual Instant now() const = 0;

  // Blocks the calling thread. May return late, never early.
  virtual void block_until(Instant deadline) = 0;

  // Wakes `waker`, the latest that was given for this timer, once the deadline has come: from the clock's thread if
  // it is a real one, from the thread that blocks last if it is paused.
  void wake_at_deadline(Timer& timer, const Waker& waker) {
    Waker kept = waker.clone();
    bool is_next = false;
    {
      auto timers = timers_.lock();
      std::swap(timer.waker, kept);  // the one that it replaces is dropped without the lock
      if (!timer.is_queued()) {
        timers->insert(timer);
        is_next = timers->first() == &timer;
      }
    }
    if (is_next) next_deadline_changed();
  }

  // Takes a timer back: afterwards it is the caller's alone, and holds no waker.
  void forget(Timer& timer) {
    Waker dropped;
    auto timers = timers_.lock();
    if (timer.is_queued()) timers->remove(timer);
    std::swap(timer.waker, dropped);
  }

 protected:
  Clock() = default;
  ~Clock() { ASYNC_CHECK(timers_.lock()->is_empty(), "a clock was destroyed while somebody sleeps by it"); }

  // Takes the first timer out if its deadline is not after `limit`, and gives its waker and its deadline. The
  // timer itself is not touched again: it may be gone as soon as the lock is.
  struct Due {
    Instant deadline;
    Waker waker;
  };
  std::optional<Due> take_due(Instant limit) {
    auto timers = timers_.lock();
    Timer* const first = timers->first();
    if (first == nullptr || first->deadline > limit) return std::nullopt;
    timers->remove(*first);
    return Due{first->deadline, std::move(first->waker)};
  }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    auto timers = timers_.lock();
    return timers->is_empty() ? std::nullopt : std::optional(timers->first()->deadline);
  }

  // A timer was registered that comes before all others.
  virtual void next_deadline_changed() = 0;

 private:
  mutable base::Locked<TimerHeap> timers_;
};

// While it lives, `clock` is the clock of the calling thread and of the threads that are started from it. (A
// PausedClock makes one of these for its thread; do not give it to another one, which it has not counted.)
class CurrentClock {
 public:
  explicit CurrentClock(Clock& clock)
      : before_(std::exchange(base::Activity::of_this_thread(), static_cast<base::Activity*>(&clock))) {}
  CurrentClock(const CurrentClock&) = delete;
  CurrentClock& operator=(const CurrentClock&) = delete;
  ~CurrentClock() { base::Activity::of_this_thread() = before_; }

 private:
  base::Activity* before_;
};

[[nodiscard]] inline Instant now() { return Clock::current().now(); }

// What lies beyond the end of time is the end of time, and a negative duration is none.
[[nodiscard]] inline Instant later(Instant start, Duration duration) {
  if (duration <= Duration::zero()) return start;
  return duration > Instant::max() - start ? Instant::max() : start + duration;
}
[[nodiscard]] inline Instant from_now(Duration duration) { return later(now(), duration); }

// Blocks the thread, and all tasks that it could run meanwhile. A coroutine awaits sleep() instead.
inline void blocking_sleep(Duration duration) { Clock::current().block_until(from_now(duration)); }

}  // namespace async::inline ASYNC_FLAVOUR

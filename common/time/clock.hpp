// clock.hpp -- Clock: what time it is, and who is to be woken when; real, scaled or paused behind one interface.
//
// Everything that waits for time in this project asks the clock of its thread: sleeps, blocking sleeps, timeouts,
// what a demo prints. A thread has the clock of the thread that started it, real time if there is none. So one
// line at the top of a test, `PausedClock clock;`, changes what time means for all that is below.
// What all clocks share, a queue of timers under a lock, is queued_clock.hpp.
//
// Thread safety: any thread, except where said.
// Lifetime: outlives its timers and the threads that take part in it; both are checked.
#pragma once

#include <utility>

#include "common/base/activity.hpp"
#include "common/time/timer.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Clock : public base::Activity {
 public:
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // The calling thread's. See system_clock.hpp for the one that is there without being made.
  [[nodiscard]] static Clock& current();

  // The one by which a thread goes that the calling thread starts: the same, unless that one ends with a runtime.
  [[nodiscard]] static Clock& of_new_threads_here();

  // Starts at 0 with the clock.
  [[nodiscard]] virtual Instant now() const = 0;

  // Blocks the calling thread. May return late, never early.
  virtual void block_until(Instant deadline) = 0;

  // Wakes `waker`, the latest that was given for this timer, once the deadline has come: from the clock's thread if
  // it is a real one, from the thread that blocks last if it is paused.
  virtual void wake_at_deadline(Timer& timer, const Waker& waker) = 0;

  // The timer gets another deadline. If it was waiting, it waits for that one, with the waker that it has.
  virtual void change_deadline(Timer& timer, Instant deadline) = 0;

  // Takes a timer back: afterwards it is the caller's alone, and holds no waker.
  virtual void forget(Timer& timer) = 0;

 protected:
  Clock() = default;
  ~Clock() = default;
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

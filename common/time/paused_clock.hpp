// paused_clock.hpp -- PausedClock: time stands still while anybody is busy, and jumps when all wait.
//
// It counts the threads that take part and are busy. When the last one blocks, nothing can happen before the
// next deadline: so the clock jumps there, wakes that one sleeper, and stands still again until all are blocked
// once more. Sleepers come in the order of their deadlines, those of one deadline in the order in which they began
// to wait. A program that only ever waits by this clock does the same at every run, in no time.
// In a test in one thread nothing blocks: there, advance() moves it by hand.
//
// What does not count: a thread that waits for a mutex, for input or in a system call is busy.
//
// Thread safety: as Clock; advance and advance_to_next from one thread, while no other runs.
// Lifetime: current in the thread that makes it while it lives, and in the threads that are started from there,
//   which must have ended before (checked).
#pragma once

#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
#include "common/time/queued_clock.hpp"
#include "common/time/sleep.hpp"
#include "common/time/timer_heap.hpp"

namespace async::inline ASYNC_FLAVOUR {

class PausedClock final : public QueuedClock<TimerHeap> {
 public:
  PausedClock() : current_(*this) {}
  ~PausedClock() {
    ASYNC_CHECK(*busy_.lock() == 1, "a paused clock was destroyed while threads take part in it");
  }

  // relaxed: it is read by busy threads and written while there are none, and they meet in busy_'s lock.
  [[nodiscard]] Instant now() const override { return Instant(Duration(now_.load(base::relaxed))); }

  void block_until(Instant deadline) override {
    const Budget::Unlimited whoever_polls;  // it blocks its thread, so the others have no turn before it ends
    block_on(Sleep(*this, deadline));
  }

  // By hand: fires what is due within `duration`, in order; the time is then exactly so much later.
  void advance(Duration duration) {
    const Instant end = later(now(), duration);
    while (fire_next(end)) {
    }
    now_.store(end.time_since_epoch().count(), base::relaxed);
  }

  // By hand: fires the next timer. False if there is none.
  bool advance_to_next() { return fire_next(Instant::max()); }

  // Whether anybody sleeps.
  [[nodiscard]] bool has_timers() { return next_deadline().has_value(); }

  // What to do when all are blocked and there is no timer, so that nothing can happen any more, unless somebody
  // acts who takes no part. Called in the thread that blocks last. Without it the program stops with a message.
  void on_stall(std::function<void()> stalled) { on_stall_ = std::move(stalled); }

  // Of those that take part.
  [[nodiscard]] bool is_somebody_busy() { return *busy_.lock() != 0; }

  void one_more_is_busy() noexcept override { ++*busy_.lock(); }

  void this_one_is_blocked() noexcept override {
    for (;;) {
      {
        auto busy = busy_.lock();
        if (*busy > 1) {
          --*busy;
          return;
        }
        // The last one. It counts as busy while it moves the clock: two threads must not do that.
      }
      if (fire_next(Instant::max())) continue;
      auto busy = busy_.lock();
      // Somebody who takes no part may have woken one in the meantime, and that one may have begun to wait.
      if (*busy == 1 && next_deadline()) continue;
      if (--*busy > 0) return;
      break;
    }
    stall();
  }

 private:
  bool fire_next(Instant limit) {
    auto due = take_due(limit);
    if (!due) return false;
    if (due->deadline > now()) now_.store(due->deadline.time_since_epoch().count(), base::relaxed);
    std::move(due->waker).wake();
    return true;
  }

  void stall() noexcept {
    if (on_stall_) return on_stall_();
    base::check_failed("somebody is busy, or a timer is set",
                       "all threads wait for each other: nothing can happen any more", __FILE__, __LINE__);
  }

  void next_deadline_changed(Instant) override {}  // nobody sleeps until then

  base::Atomic<Duration::rep> now_ = 0;
  base::Locked<std::size_t> busy_{1};  // the thread that made the clock
  std::function<void()> on_stall_;
  CurrentClock current_;
};

}  // namespace async::inline ASYNC_FLAVOUR

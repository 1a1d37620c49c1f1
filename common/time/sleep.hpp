// sleep.hpp -- sleep(duration): a future that is ready once so much time has passed. Blocks no thread.
//
//   co_await sleep(10s);
//
// The time counts from the call, not from the first poll. It may be late, never early. reset() moves the deadline,
// of one that waits too; whoever waits is woken as the new one says.
// Thread safety: as any future; reset as a poll. Its waker is woken by its clock: see Clock::wake_at_deadline.
// Lifetime: belongs to the clock of the thread that made it, which outlives it. May be moved until its first poll.
//   Dropping it takes it off the clock.
#pragma once

#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

namespace async::inline ASYNC_FLAVOUR {

class [[nodiscard("a sleep does nothing until it is awaited or polled")]] Sleep {
 public:
  using Output = void;

  Sleep(Clock& clock, Instant deadline) : clock_(&clock), timer_(deadline) {}
  Sleep(Sleep&&) = default;
  Sleep& operator=(Sleep&&) = delete;
  ~Sleep() { leave(); }

  // Takes it off the clock. It may be polled again, and is registered again then.
  void cancel() { leave(); }

  // Its next poll need not come before it can be woken: if it waits, the waker of its last one is kept.
  void reset(Instant deadline) {
    if (timer_.registered) {
      clock_->change_deadline(timer_, deadline);
    } else {
      timer_.deadline = deadline;
    }
  }

  [[nodiscard]] Instant deadline() const { return timer_.deadline; }
  [[nodiscard]] bool is_elapsed() const { return clock_->now() >= timer_.deadline; }
  [[nodiscard]] Clock& clock() const { return *clock_; }

  Poll<void> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    if (is_elapsed()) {
      leave();
      Budget::spend();
      return Ready();
    }
    clock_->wake_at_deadline(timer_, cx.waker());
    return Pending();
  }

 private:
  void leave() {
    if (timer_.registered) clock_->forget(timer_);
  }

  Clock* clock_;
  Timer timer_;
};

[[nodiscard]] inline Sleep sleep_until(Instant deadline) { return Sleep(Clock::current(), deadline); }
[[nodiscard]] inline Sleep sleep(Duration duration) { return sleep_until(from_now(duration)); }

}  // namespace async::inline ASYNC_FLAVOUR

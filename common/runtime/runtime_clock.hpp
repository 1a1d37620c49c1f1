// runtime_clock.hpp -- RuntimeClock: the time of the clock under which a runtime was built, with timers of the runtime's own.
//
// Its timers stand in a timing wheel, and whoever drives the runtime fires them (driver.hpp); so a runtime needs no
// thread for its time. A deadline is kept to the millisecond of real time, rounded up.
// TimelessClock is for a runtime that was built without enable_time(): it tells the time, but nobody can sleep by it.
//
// Thread safety: as Clock; fire_due and time_to_next from the one thread that drives.
// Lifetime: as Clock; the clock under it outlives it. Threads that a task starts go by that one, because they may
//   outlive the runtime.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/time/queued_clock.hpp"
#include "common/time/system_clock.hpp"
#include "common/time/timer_wheel.hpp"

namespace async::inline ASYNC_FLAVOUR {

class RuntimeClock final : public QueuedClock<TimerWheel> {
 public:
  // `first_changed` is called, in any thread, when somebody must look at the timers earlier than time_to_next() said.
  RuntimeClock(SystemClock& under, std::function<void()> first_changed)
      : under_(under), first_changed_(std::move(first_changed)) {}

  [[nodiscard]] SystemClock& under() const { return under_; }

  [[nodiscard]] Instant now() const override { return under_.now(); }
  void block_until(Instant deadline) override { under_.block_until(deadline); }

  // In real time; nothing if there is no timer.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> time_to_next() {
    const auto next = next_deadline();
    if (!next) return std::nullopt;
    return std::max<std::chrono::nanoseconds>(under_.real(*next) - std::chrono::steady_clock::now(), {});
  }

  void fire_due() {
    // One look at the clock for all: what is due a moment later is seen the next time.
    const Instant limit = now();
    while (auto due = take_due(limit)) std::move(due->waker).wake();
  }

  // Nothing waits for all to be blocked.
  void one_more_is_busy() noexcept override {}
  void this_one_is_blocked() noexcept override {}
  Activity* of_new_threads() noexcept override { return &under_; }

 private:
  void next_deadline_changed(Instant) override { first_changed_(); }

  SystemClock& under_;
  const std::function<void()> first_changed_;
};

class TimelessClock final : public Clock {
 public:
  explicit TimelessClock(Clock& under) : under_(under) {}

  [[nodiscard]] Instant now() const override { return under_.now(); }
  void block_until(Instant deadline) override { under_.block_until(deadline); }

  void wake_at_deadline(Timer&, const Waker&) override {
    throw std::logic_error("this runtime has no timers: build it with enable_time() or enable_all()");
  }
  void change_deadline(Timer& timer, Instant deadline) override { timer.deadline = deadline; }
  void forget(Timer&) override {}

  void one_more_is_busy() noexcept override { under_.one_more_is_busy(); }
  void this_one_is_blocked() noexcept override { under_.this_one_is_blocked(); }
  Activity* of_new_threads() noexcept override { return &under_; }

 private:
  Clock& under_;
};

}  // namespace async::inline ASYNC_FLAVOUR

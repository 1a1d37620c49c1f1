// interval.hpp -- interval(period): something to be done again and again, once every `period`.
//
//   auto every_second = interval(1s);
//   for (;;) {
//     co_await every_second.tick();      // the first one is ready at once
//     work();                            // however long this takes, the rhythm stays
//   }
//
// tick() gives the instant for which the tick was planned. The next one is planned when it is given: a `period` after
// that instant, if it was taken on time (or at most kLate later: clocks are late themselves). If the worker came
// later, ticks were missed, and it depends:
//   burst   as if nothing had happened: the missed ones follow without a pause until none is left (the default)
//   delay   a `period` from now
//   skip    at the next multiple of `period` from the start; the missed ones never come
//
// Thread safety: as any future: one thread at a time, reset too. What wakes a tick: see Clock::wake_at_deadline.
// Lifetime: belongs to the clock of the thread that made it. A tick lends the interval, which stays where it is
//   meanwhile. A tick that is dropped takes nothing with it: the next one waits for the same instant.
// Errors: std::invalid_argument for a period of nothing. Two ticks of one interval cannot wait at once (checked).
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "common/base/check.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {

enum class MissedTickBehavior : std::uint8_t { burst, delay, skip };

class Interval {
 public:
  class Tick;
  static constexpr std::chrono::milliseconds kLate{5};

  Interval(Clock& clock, Instant start, Duration period) : sleep_(clock, start), period_(period) {
    if (period <= Duration::zero()) throw std::invalid_argument("the period of an interval is at least 1 ns");
  }

  [[nodiscard]] Tick tick();

  [[nodiscard]] Duration period() const { return period_; }
  [[nodiscard]] MissedTickBehavior missed_tick_behavior() const { return missed_; }
  void set_missed_tick_behavior(MissedTickBehavior behavior) { missed_ = behavior; }

  // When the next tick comes, whatever was planned: a period from now, now, in `duration`, at `instant`.
  void reset() { reset_after(period_); }
  void reset_immediately() { reset_after(Duration::zero()); }
  void reset_after(Duration duration) { reset_at(later(sleep_.clock().now(), duration)); }
  void reset_at(Instant instant) { sleep_.reset(instant); }

 private:
  [[nodiscard]] Instant after(Instant planned) const {
    const Instant taken = sleep_.clock().now();
    if (taken <= later(planned, kLate)) return later(planned, period_);
    switch (missed_) {
      case MissedTickBehavior::delay: return later(taken, period_);
      case MissedTickBehavior::skip: return later(taken, period_ - (taken - planned) % period_);
      case MissedTickBehavior::burst: break;
    }
    return later(planned, period_);
  }

  Sleep sleep_;
  Duration period_;
  MissedTickBehavior missed_ = MissedTickBehavior::burst;
  const Tick* waiting_ = nullptr;
};

class [[nodiscard("a tick does nothing until it is awaited or polled")]] Interval::Tick {
 public:
  using Output = Instant;

  Tick(const Tick&) = delete;
  Tick& operator=(const Tick&) = delete;
  ~Tick() {
    if (interval_.waiting_ != this) return;
    interval_.waiting_ = nullptr;
    interval_.sleep_.cancel();  // nobody is woken for a tick that was dropped
  }

  Poll<Instant> poll(Context& cx) {
    ASYNC_CHECK(interval_.waiting_ == nullptr || interval_.waiting_ == this,
                "an interval gives one tick at a time: another one waits already");
    if (interval_.sleep_.poll(cx).is_pending()) {
      interval_.waiting_ = this;
      return Pending();
    }
    interval_.waiting_ = nullptr;
    const Instant planned = interval_.sleep_.deadline();
    interval_.sleep_.reset(interval_.after(planned));
    return Ready(planned);
  }

 private:
  friend class Interval;
  explicit Tick(Interval& interval) : interval_(interval) {}

  Interval& interval_;
};

inline Interval::Tick Interval::tick() { return Tick(*this); }

[[nodiscard]] inline Interval interval_at(Instant start, Duration period) {
  return Interval(Clock::current(), start, period);
}
// The first tick is ready at once.
[[nodiscard]] inline Interval interval(Duration period) { return interval_at(now(), period); }

}  // namespace async::inline ASYNC_FLAVOUR

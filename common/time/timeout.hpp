// timeout.hpp -- timeout(duration, future): its output, or TimedOut if that takes longer.
//
//   const auto answer = co_await timeout(3s, slow_task());   // std::expected<T, TimedOut>
//   const auto in_time = co_await timeout_at(tonight, slow_task());
//
// The future is asked first: what is ready in time counts, even if the timer is due as well. If the time is over
// first, the future is destroyed before anybody is told: that is how it is cancelled. What it may be: given.hpp.
//
// Thread safety: as any future. Lifetime: owns the future. May be moved until its first poll if the future may.
// Errors: what the future throws comes out of this poll, and the future is gone by then.
#pragma once

#include <algorithm>
#include <expected>
#include <string>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/child.hpp"
#include "common/future/given.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct TimedOut {
  explicit TimedOut(Duration after_) : after(after_) {}

  Duration after;  // the limit that was given

  [[nodiscard]] std::string message() const {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(after).count();
    return "timed out after " + std::to_string(milliseconds) + " ms";
  }
};

template <Future F>
class [[nodiscard("a timeout does nothing until it is awaited or polled")]] Timeout {
 public:
  using Output = std::expected<OutputOf<F>, TimedOut>;

  template <class Make>
  Timeout(std::in_place_t, Duration limit, Sleep sleep, Make&& make)
      : limit_(limit), sleep_(std::move(sleep)), child_(std::in_place, std::forward<Make>(make)) {}

  Poll<Output> poll(Context& cx) {
    const bool had_budget = Budget::has_any_left();
    try {
      if (child_.poll(cx)) {
        sleep_.cancel();
        return Ready(output());
      }
    } catch (...) {
      child_.drop();
      sleep_.cancel();
      throw;
    }
    if (!is_over(cx, had_budget)) return Pending();
    child_.drop();
    return Ready(Output(std::unexpect, limit_));
  }

 private:
  // A future that uses the budget up in each poll must not keep the time from being looked at.
  bool is_over(Context& cx, bool had_budget) {
    if (had_budget && !Budget::has_any_left()) {
      const Budget::Unlimited still_asks;
      return sleep_.poll(cx).is_ready();
    }
    return sleep_.poll(cx).is_ready();
  }

  Output output() {
    if constexpr (std::is_void_v<OutputOf<F>>) {
      child_.take();
      return {};
    } else {
      return Output(std::in_place, child_.take());
    }
  }

  Duration limit_;
  Sleep sleep_;
  detail::Child<F> child_;
};

template <class Given>
[[nodiscard]] auto timeout(Duration limit, Given&& given) {
  return Timeout<detail::Kept<Given>>(std::in_place, limit, sleep(limit),
                                      future_maker(std::forward<Given>(given)));
}

// The same with the moment at which it is over. What TimedOut says is how long that was from the call.
template <class Given>
[[nodiscard]] auto timeout_at(Instant deadline, Given&& given) {
  const Instant start = now();
  const Duration limit = std::max(deadline, start) - start;
  return Timeout<detail::Kept<Given>>(std::in_place, limit, sleep_until(deadline),
                                      future_maker(std::forward<Given>(given)));
}

}  // namespace async::inline ASYNC_FLAVOUR

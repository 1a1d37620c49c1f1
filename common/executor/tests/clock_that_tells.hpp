// clock_that_tells.hpp -- ClockThatTells: a clock that stands still, and calls somebody each time it is asked.
#pragma once

#include <functional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/time/clock.hpp"

namespace async::inline ASYNC_FLAVOUR {

class ClockThatTells final : public Clock {
 public:
  explicit ClockThatTells(std::function<Instant(int asked)> tells) : tells_(std::move(tells)) {}

  [[nodiscard]] Instant now() const override { return tells_(++asked_); }
  void block_until(Instant) override {}
  void wake_at_deadline(Timer&, const Waker&) override {}
  void change_deadline(Timer&, Instant) override {}
  void forget(Timer&) override {}
  void one_more_is_busy() noexcept override {}
  void this_one_is_blocked() noexcept override {}

 private:
  const std::function<Instant(int)> tells_;
  mutable base::Atomic<int> asked_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR

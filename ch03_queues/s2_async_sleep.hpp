// s2_async_sleep.hpp -- AsyncSleep: a sleep that asks the clock at each poll, and blocks nobody.
//
// Never early; late by as long as the tasks in front of it in the queue take between two of its polls.
// It wakes itself at each poll and so keeps its thread busy all the while. async::sleep
// (common/time/sleep.hpp) lets the clock wake it instead: two polls are enough.
#pragma once

#include "common/future/future.hpp"
#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

namespace ch03 {

using namespace async;

class AsyncSleep {
 public:
  using Output = bool;  // true: it is over

  explicit AsyncSleep(Duration duration) : start_time_(now()), duration_(duration) {}

  Poll<bool> poll(Context& cx) {
    const Duration elapsed_time = now() - start_time_;
    if (elapsed_time >= duration_) return Ready(true);
    cx.waker().wake_by_ref();
    return Pending();
  }

 private:
  Instant start_time_;
  Duration duration_;
};

}  // namespace ch03

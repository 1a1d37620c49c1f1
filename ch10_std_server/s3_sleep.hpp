// s3_sleep.hpp -- Sleep: ready once its time has come; late perhaps, early never.
//
// Lifetime: immovable once it was polled; dropping it forgets the timer.
#pragma once

#include "ch10_std_server/executor.hpp"

namespace ch10 {

class Sleep {
 public:
  using Output = void;

  Sleep(Executor& executor, Clock::duration duration)
      : executor_(executor), timer_(Clock::now() + duration) {}
  ~Sleep() { executor_.forget(timer_); }

  Poll<void> poll(Context& cx) {
    if (Clock::now() >= timer_.deadline) return Ready();
    executor_.wake_at(timer_, cx.waker());
    return Pending();
  }

  // Begins again, with the same or another duration.
  void restart(Clock::duration duration) {
    executor_.forget(timer_);
    timer_.deadline = Clock::now() + duration;
  }

 private:
  Executor& executor_;
  Timer timer_;
};

}  // namespace ch10

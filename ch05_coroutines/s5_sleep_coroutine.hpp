// s5_sleep_coroutine.hpp -- SleepCoroutine: yields until its time has come, and blocks nobody.
//
// Chapter 3's AsyncSleep without a waker. Its time begins when it is made, not when it is resumed first.
// Late by as long as nobody resumes it; never early.
//
// Thread safety: as any coroutine.
#pragma once

#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

#include "ch05_coroutines/coroutine.hpp"

namespace ch05 {

class SleepCoroutine {
 public:
  using Yield = void;
  using Return = void;

  explicit SleepCoroutine(Duration duration) : start_(now()), duration_(duration) {}

  CoroutineState<void, void> resume() {
    if (now() - start_ >= duration_) return Complete();
    return Yielded();
  }

 private:
  Instant start_;
  Duration duration_;
};

static_assert(Coroutine<SleepCoroutine>);

}  // namespace ch05

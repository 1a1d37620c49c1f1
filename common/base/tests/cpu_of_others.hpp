// cpu_of_others.hpp -- cpu_of_other_threads(): whether threads that have nothing to do use the processor all the same.
#pragma once

#include <algorithm>
#include <ctime>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

inline double cpu_seconds(clockid_t of) {
  timespec used{};
  ASYNC_CHECK(::clock_gettime(of, &used) == 0, "a clock of processor time can be read");
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

inline constexpr double kHardlyAny = 0.005;

// Seconds of processor time that the others used while this thread used 0.05 of its own. The least of 20 rounds, or the
// first with hardly any: they may still be on their way to sleep.
inline double cpu_of_other_threads() {
  double least = 1;
  for (int round = 0; round < 20 && least >= kHardlyAny; ++round) {
    const double all_before = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double mine_before = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    while (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) < mine_before + 0.05) {
    }
    const double mine = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - mine_before;
    least = std::min(least, cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - all_before - mine);
  }
  return least;
}

}  // namespace async::inline ASYNC_FLAVOUR

// s2_idle.hpp -- what an idle runtime costs: the CPU time of the process, and how often its workers woke up.
//
// Thread safety: a function; it blocks, so not from a task.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>

#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"

namespace ch07 {

using namespace async;

struct IdleCost {
  std::chrono::nanoseconds cpu{};
  std::uint64_t wakes = 0;  // of a worker, for whatever reason
};

// Of the whole process, all its threads.
[[nodiscard]] inline std::chrono::nanoseconds cpu_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// Watches for so long, in real time, once all workers sleep.
[[nodiscard]] inline IdleCost watch_idle(std::span<const Runtime> runtimes,
                                         std::chrono::nanoseconds duration) {
  const auto wakes = [&] {
    std::uint64_t sum = 0;
    for (const Runtime& runtime : runtimes) sum += runtime.metrics().wakes;
    return sum;
  };
  for (const Runtime& runtime : runtimes) {
    while (runtime.metrics().idle_workers < runtime.metrics().workers) base::yield_thread();
  }
  const auto cpu_before = cpu_time();
  const auto wakes_before = wakes();
  base::sleep_thread_until(std::chrono::steady_clock::now() + duration);
  return {cpu_time() - cpu_before, wakes() - wakes_before};
}

}  // namespace ch07

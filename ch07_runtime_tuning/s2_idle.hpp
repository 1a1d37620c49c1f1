// s2_idle.hpp -- what an idle runtime costs: the CPU time of the process, and how often its workers woke up.
//
// Thread safety: a function; it blocks, so not from a task.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"

namespace ch07 {

using namespace async;

struct IdleCost {
  std::chrono::nanoseconds cpu{};
  std::uint64_t parkings = 0;  // a worker that sleeps all the time parks no more
};

// Of the whole process, all its threads.
[[nodiscard]] inline std::chrono::nanoseconds cpu_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// Watches for so long, in real time, once all workers sleep.
[[nodiscard]] inline IdleCost watch_idle(const Runtime& runtime, std::chrono::nanoseconds duration) {
  while (runtime.metrics().idle_workers < runtime.metrics().workers) base::yield_thread();
  const auto cpu = cpu_time();
  const auto parkings = runtime.metrics().parks;
  base::sleep_thread_until(std::chrono::steady_clock::now() + duration);
  return {cpu_time() - cpu, runtime.metrics().parks - parkings};
}

}  // namespace ch07

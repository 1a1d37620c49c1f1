// s1_fibonacci.hpp -- Fibonacci by recursion: nothing but work; and how much of the CPU it uses.
//
// The book asks for number 4,000. That number has 836 digits, and takes longer to come by in this way than
// the universe is old. The largest one here takes some seconds, and fits.
//
// Thread safety: functions without state.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sys/resource.h>

namespace ch01 {

inline constexpr std::size_t kGreatestFibonacci = 42;

// 0, 1, 1, 2, 3, 5, 8, ... In 2 * fibonacci(n + 1) - 1 calls: more than three times as many as the result.
[[nodiscard]] std::uint64_t fibonacci(std::uint64_t n);

// What something cost: by the clock on the wall, and added up over all cores.
struct CpuUse {
  std::chrono::nanoseconds real{};
  std::chrono::nanoseconds cpu{};

  // 100 for one core that was busy all the time.
  [[nodiscard]] double percent() const {
    return real.count() > 0 ? 100.0 * static_cast<double>(cpu.count()) / static_cast<double>(real.count())
                            : 0;
  }
};

// The CPU time of all threads of this process until now.
[[nodiscard]] inline std::chrono::nanoseconds cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) -> std::chrono::nanoseconds {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

[[nodiscard]] CpuUse cpu_use_of(auto&& work) {
  const auto start = std::chrono::steady_clock::now();
  const auto cpu = cpu_time();
  work();
  const auto used = cpu_time() - cpu;  // inside of the real time, not beside it
  return CpuUse{std::chrono::steady_clock::now() - start, used};
}

}  // namespace ch01

// fair_start.hpp -- fair_start(n): which of n a select asks first.
//
// A counter modulo n would not do: two tasks that take turns, each with a select of two, would get the even
// and the odd numbers, and so the same branch every time. Steps of the golden ratio are spread evenly over
// any regular choice of them. No random numbers: a thread gets the same sequence at every run.
// Thread safety: any thread; each has its own sequence.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

inline std::size_t fair_start(std::size_t n) {
  static thread_local std::uint32_t place = 0;  // a fraction of 2^32
  const std::uint64_t scaled = std::uint64_t{place} * n;
  place += 0x9E3779B9u;  // 2^32 / golden ratio
  return static_cast<std::size_t>(scaled >> 32);
}

}  // namespace async::inline ASYNC_FLAVOUR::detail

// s14_stopwatch.hpp -- how long a call really takes, whatever the clock of the demo.
#pragma once

#include <chrono>
#include <string_view>

#include "common/demo/demo.hpp"
#include "common/demo/fixed.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"

namespace ch07 {

using RealMilliseconds = std::chrono::duration<double, std::milli>;

[[nodiscard]] RealMilliseconds real_time_of(auto&& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::steady_clock::now() - start;
}

inline void print_time(const async::demo::Options& options, std::string_view what, RealMilliseconds time) {
  async::demo::println(what, async::demo::shown(options, async::demo::fixed(time.count(), 1), "<ms>"), " ms");
}
inline void print_ratio(const async::demo::Options& options, std::string_view what, RealMilliseconds slow,
                        RealMilliseconds quick) {
  async::demo::println(what, async::demo::shown(options, async::demo::fixed(slow / quick, 1), "<ratio>"),
                       " times");
}

}  // namespace ch07

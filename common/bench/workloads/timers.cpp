// timers.cpp -- a hundred thousand sleeps at once, and a timer that is set and cancelled a million times.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "common/bench/workload.hpp"
#include "common/future/yield_now.hpp"
#include "common/time/sleep.hpp"
#include "common/time/timeout.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// The same number for the same i everywhere, and no pattern in a row of them (SplitMix64).
std::uint64_t scatter(std::uint64_t i) {
  std::uint64_t bits = i + 0x9E3779B97F4A7C15;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

// Asks the system's clock, not the runtime's: one that is wrong should be seen.
Async<std::int64_t> nanoseconds_late(milliseconds duration) {
  const auto start = steady_clock::now();
  co_await sleep(duration);
  co_return nanoseconds(steady_clock::now() - start - duration).count();
}

Async<std::vector<std::int64_t>> sleep_in_tasks(std::uint64_t n) {
  std::vector<JoinHandle<std::int64_t>> tasks;
  tasks.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    tasks.push_back(spawn(nanoseconds_late(milliseconds(scatter(i) % 1001))));
  }
  std::vector<std::int64_t> late;
  late.reserve(n);
  for (auto& task : tasks) late.push_back((co_await task).value());
  co_return late;
}

// The share of them that is `part` is at most this late.
std::string quantile(const std::vector<std::int64_t>& sorted, double part) {
  const auto index = static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part);
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", static_cast<double>(sorted[index]) / 1000);
  return text.data();
}

Async<std::uint64_t> win_against_time(std::uint64_t n) {
  std::uint64_t wins = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto in_time = co_await timeout(std::chrono::seconds(10), yield_now());
    if (in_time) ++wins;
  }
  co_return wins;
}

}  // namespace

Figures timers_sleep(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  auto late = run_root(runtime, sleep_in_tasks(options.n));
  const double seconds = watch.seconds();
  check_result("the number of sleeps", late.size(), options.n);
  std::ranges::sort(late);
  const auto early = std::ranges::lower_bound(late, 0) - late.begin();
  return {.seconds = seconds,
          .operations = options.n,
          .extra = {{"p50_late_us", quantile(late, 0.5)},
                    {"p99_late_us", quantile(late, 0.99)},
                    {"max_late_us", quantile(late, 1)},
                    {"early", std::to_string(early)}}};
}

Figures timers_cancel(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const std::uint64_t wins = run_root(runtime, win_against_time(options.n));
  const double seconds = watch.seconds();
  check_result("the number of those in time", wins, options.n);
  return {.seconds = seconds, .operations = options.n};
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

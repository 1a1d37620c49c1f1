// core_bench.cpp -- what an await, a poll and a task of the core cost, in nanoseconds.
//
// Each figure is the median of five rounds; the least and the greatest say how quiet the machine was.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;

Async<int> child(int value) { co_return value; }

Async<std::int64_t> await_children(int count) {
  std::int64_t sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await child(i);
  co_return sum;
}

Async<void> yield_times(int count) {
  for (int i = 0; i < count; ++i) co_await yield_now();
}

// Calls round() five times; each returns how many operations it timed, and checks its own result.
template <class Round>
void measure(const char* what, Round round) {
  std::array<double, 5> nanoseconds{};
  for (double& figure : nanoseconds) {
    const auto start = std::chrono::steady_clock::now();
    const int operations = round();
    figure = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() /
             operations;
  }
  std::ranges::sort(nanoseconds);
  std::printf("%-52s %7.1f ns  [%.1f..%.1f]\n", what, nanoseconds[2], nanoseconds.front(),
              nanoseconds.back());
}

}  // namespace

int main() {
  constexpr int kCount = 3'000'000;
  measure("awaiting a child coroutine that returns at once", [] {
    const auto sum = block_on(await_children(kCount));
    ASYNC_CHECK(sum == std::int64_t{kCount} * (kCount - 1) / 2, "the children were awaited once each");
    return kCount;
  });
  for (const int tasks : {1, 1000}) {
    const std::string what = "a wake and a poll of a ready task, " + std::to_string(tasks) + " in the queue";
    measure(what.c_str(), [tasks] {
      ManualExecutor executor;
      for (int i = 0; i < tasks; ++i) executor.spawn(yield_times(kCount / tasks)).detach();
      const auto steps = executor.run_until_stalled();
      ASYNC_CHECK(steps == static_cast<std::size_t>(kCount + tasks), "each yield was one poll");
      return kCount;
    });
  }
  measure("spawning, running and freeing a task", [] {
    constexpr int kTasks = 1'000'000;
    ManualExecutor executor;
    for (int i = 0; i < kTasks; ++i) {
      executor.spawn(yield_times(0)).detach();
      ASYNC_CHECK(executor.step()->ran == Runnable::Ran::finished, "one step ends the task");
    }
    return kTasks;
  });
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  std::perror("core_bench: what it prints could not be written");
  return 1;
}

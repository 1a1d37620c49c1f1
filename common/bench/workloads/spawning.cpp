// spawning.cpp -- what it costs to spawn a task and to join it, and to go to the back of the queue.
#include "common/bench/workload.hpp"
#include "common/future/yield_now.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using Tasks = std::vector<JoinHandle<std::uint64_t>>;

// Ready at its first poll.
Async<std::uint64_t> answer(std::uint64_t number) { co_return number; }

Async<std::uint64_t> spawn_and_sum(std::uint64_t n) {
  Tasks tasks;
  tasks.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) tasks.push_back(spawn(answer(i)));
  co_return co_await sum_of(std::move(tasks));
}

Async<std::uint64_t> count_yields(std::uint64_t times) {
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < times; ++i) {
    co_await yield_now();
    ++count;
  }
  co_return count;
}

Async<std::uint64_t> yield_in_tasks(std::uint64_t tasks, std::uint64_t times) {
  Tasks all;
  all.reserve(tasks);
  for (std::uint64_t i = 0; i < tasks; ++i) all.push_back(spawn(count_yields(times)));
  co_return co_await sum_of(std::move(all));
}

}  // namespace

Figures spawn_join(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const std::uint64_t sum = run_root(runtime, spawn_and_sum(options.n));
  const double seconds = watch.seconds();
  check_result("the sum of all tasks", sum, sum_below(options.n));
  return {.seconds = seconds, .operations = options.n};
}

// The main thread is none of the runtime's: what it spawns goes through the shared queue, and what it joins wakes
// it across threads.
Figures spawn_external(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  Tasks tasks;
  tasks.reserve(options.n);
  for (std::uint64_t i = 0; i < options.n; ++i) tasks.push_back(runtime.spawn(answer(i)));
  const std::uint64_t sum = runtime.block_on(sum_of(std::move(tasks)));
  const double seconds = watch.seconds();
  check_result("the sum of all tasks", sum, sum_below(options.n));
  return {.seconds = seconds, .operations = options.n};
}

Figures yield(const Options& options) {
  const std::uint64_t times = share_of(options.n, options.tasks, "--tasks");
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const std::uint64_t count = run_root(runtime, yield_in_tasks(options.tasks, times));
  const double seconds = watch.seconds();
  check_result("the number of yields", count, options.tasks * times);
  return {.seconds = seconds, .operations = options.tasks * times};
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

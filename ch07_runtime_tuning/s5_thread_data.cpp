// s5_thread_data.cpp -- the demo of 7.5: half a million tasks on one thread, and no addition is lost.
#include "ch07_runtime_tuning/s5_thread_data.hpp"

#include <algorithm>
#include <sys/resource.h>

#include "common/demo/fixed.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s14_stopwatch.hpp"

namespace ch07 {

using demo::println;

namespace {

long peak_memory_in_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

bool thread_data_demo(const demo::Options& options) {
  const std::size_t tasks = options.count("tasks");
  const demo::WaitingFor waiting("all tasks to add twice", std::chrono::minutes(5));
  const Instant start = now();
  const auto real_start = std::chrono::steady_clock::now();
  const LocalPoolHandle pool(1);
  println(tasks, " tasks on one thread");
  block_on(wait_for_all(spawn_adders(pool, tasks)));
  const auto take = []() -> Async<Counters> { co_return counters_of_this_thread(); };
  const Counters counters = block_on(pool.spawn_pinned(take)).value();
  println("Counter: ", shown(counters));

  // Only a paused clock stands still while somebody works: its seconds are those of the sleeps alone.
  const Duration elapsed = now() - start;
  if (options.paused) println("by the paused clock ", demo::whole_seconds(elapsed), " s have passed");
  const std::chrono::duration<double> real = std::chrono::steady_clock::now() - real_start;
  println("in real time ", demo::shown(options, demo::fixed(real.count(), 1), "<s>"),
          " s; the process had at most ", demo::shown(options, peak_memory_in_mib(), "<MiB>"), " MiB");
  // Nobody sleeps longer than the last of the five, twice.
  if (options.paused && elapsed != std::chrono::seconds(2 * std::min<std::size_t>(tasks, 5))) return false;
  for (std::uint32_t key = 1; key <= 5; ++key) {
    const auto found = counters.find(key);
    if ((found == counters.end() ? 0 : found->second) != additions(tasks, key)) return false;
  }
  return true;
}

}  // namespace ch07

// s5_thread_data.cpp -- the demo of 7.5: half a million tasks on one thread, and no addition is lost.
#include "ch07_runtime_tuning/s5_thread_data.hpp"

#include <sys/resource.h>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"

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
  const LocalPoolHandle pool(1);
  auto handles = spawn_adders(pool, tasks);
  println(tasks, " tasks on one thread");
  for (auto& handle : handles) {
    if (const auto result = block_on(handle); !result) result.error().rethrow();
  }
  const auto take = []() -> Async<Counters> { co_return counters_of_this_thread(); };
  const Counters counters = block_on(pool.spawn_pinned(take)).value();
  println("Counter: ", shown(counters));

  const auto seconds = demo::whole_seconds(now() - start);
  println("after ", options.paused ? std::to_string(seconds) : demo::shown(options, seconds, "<s>"),
          " s; the process had at most ", demo::shown(options, peak_memory_in_mib(), "<MiB>"), " MiB");
  for (std::uint32_t key = 1; key <= 5; ++key) {
    const auto found = counters.find(key);
    if ((found == counters.end() ? 0 : found->second) != additions(tasks, key)) return false;
  }
  return true;
}

}  // namespace ch07

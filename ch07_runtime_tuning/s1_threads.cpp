// s1_threads.cpp -- the demo of 7.1 about threads: the same five tasks and calls, with other options.
#include "ch07_runtime_tuning/s1_threads.hpp"

#include <utility>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;

constexpr std::size_t kMiB = 1024 * 1024;

bool show_how_many() {
  const demo::WaitingFor waiting("tasks to run at once");
  bool kept = true;
  println("five tasks that do not let go of their thread:");
  for (const std::size_t threads : {1u, 2u, 4u}) {
    const Runtime runtime = Builder::new_multi_thread().worker_threads(threads).build();
    const Inside inside = tasks_at_once(runtime, threads, 5);
    println("worker_threads(", threads, "): ", inside.at_once, " at once, ", inside.waited, " had to wait");
    kept &= inside.at_once == threads;
  }
  println("five calls of spawn_blocking:");
  for (const std::size_t threads : {1u, 2u, 4u}) {
    const Runtime runtime = Builder::new_current_thread().max_blocking_threads(threads).build();
    const Inside inside = calls_at_once(runtime, threads, 5);
    println("max_blocking_threads(", threads, "): ", inside.at_once, " at once, ", inside.waited,
            " had to wait");
    kept &= inside.at_once == threads;
  }
  return kept;
}

bool show_names() {
  Builder named = Builder::new_multi_thread();
  named.worker_threads(2).max_blocking_threads(1).thread_name("our custom runtime A");
  base::Atomic<int> last = 0;
  Builder numbered = Builder::new_multi_thread();
  numbered.worker_threads(2).thread_name_fn([&last] { return "worker " + std::to_string(++last); });
  bool kept = true;
  for (const auto& [builder, expected] :
       {std::pair{&named, "our custom runtime A"}, {&numbered, "worker 1, worker 2"}}) {
    const Runtime runtime = builder->build();
    const Inside inside = tasks_at_once(runtime, 2, 2);
    println(builder == &named ? "thread_name:    " : "thread_name_fn: ", listed(inside.threads));
    kept &= listed(inside.threads) == expected;
  }
  return kept;
}

// The book's 3 MiB may be given from a bigger stack that was kept; one of 64 MiB is never kept.
bool show_stacks() {
  bool kept = true;
  for (const std::size_t size : {3 * kMiB, 64 * kMiB}) {
    const Runtime runtime = Builder::new_multi_thread().worker_threads(1).thread_stack_size(size).build();
    const auto of_worker = []() -> Async<std::size_t> { co_return stack_size_here(); };
    const std::size_t worker = block_on(runtime.spawn(of_worker)).value();
    const std::size_t other = block_on(runtime.spawn_blocking(stack_size_here)).value();
    const std::size_t least = size - 64 * 1024;  // the system keeps a page or two for itself
    println("thread_stack_size(", size / kMiB,
            " MiB): so much has a worker: ", demo::yes_or_no(worker >= least),
            "; a thread of spawn_blocking: ", demo::yes_or_no(other >= least));
    kept &= worker >= least && other >= least;
  }
  return kept;
}

bool show_keep_alive(const demo::Options& options) {
  bool kept = true;
  for (const Duration keep_alive : {Duration(1s), Duration(2s)}) {
    const Duration stayed = time_until_idle_thread_ends(keep_alive);
    println("thread_keep_alive(", demo::whole_seconds(keep_alive), " s): the idle thread has ended after ",
            demo::whole_seconds(stayed), " s");
    kept &= options.paused ? stayed == keep_alive : stayed >= keep_alive;
  }
  return kept;
}

}  // namespace

bool builder_threads_demo(const demo::Options& options) {
  bool kept = show_how_many();
  kept &= show_names();
  kept &= show_stacks();
  return show_keep_alive(options) && kept;
}

}  // namespace ch07

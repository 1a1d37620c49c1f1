// s5_stealing.cpp -- the demos of 3.5: who steals, who cannot yet, and what idle threads do.
#include "ch03_queues/s5_stealing.hpp"

#include <string>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/demos.hpp"
#include "ch03_queues/labelled.hpp"
#include "ch03_queues/rendezvous.hpp"
#include "ch03_queues/s5_parking.hpp"

namespace ch03 {
namespace {

using namespace std::chrono_literals;
using demo::println;

// So many tasks of one kind that only go on once all of them run. Returns on which threads that was.
template <class Executor>
std::string run_at_once(Executor& executor, std::size_t count, Priority priority) {
  const demo::WaitingFor waiting(std::to_string(count) + " tasks to run at once");
  Rendezvous all(count);
  std::vector<Task<>> tasks;
  for (std::size_t i = 0; i < count; ++i) {
    tasks.push_back(executor.spawn_task(Labelled(all.visit(), priority)));
  }
  for (Task<>& task : tasks) block_on(task);
  return listed(all.threads());
}

// One after the other, so each time all threads that there are could take it.
template <class Executor>
bool low_tasks_run_on_low_threads(Executor& executor) {
  bool all = true;
  for (int i = 1; i <= 3; ++i) {
    const std::string thread = run_at_once(executor, 1, Priority::low);
    println("low task ", i, " ran on ", thread);
    all &= thread == "low 1";
  }
  return all;
}

template <class Executor>
std::size_t looks_while_idle(const demo::Options& options, const char* name) {
  Executor executor;
  run_at_once(executor, 1, Priority::low);   // starts the low thread
  run_at_once(executor, 1, Priority::high);  // starts the high threads
  blocking_sleep(50ms);                      // from here on they are idle; this is between two looks
  const std::size_t before = executor.looks_in_vain();
  blocking_sleep(10s);
  const std::size_t looks = executor.looks_in_vain() - before;
  println(name, options.paused ? std::to_string(looks) : demo::shown(options, looks, "<n>"));
  return looks;
}

}  // namespace

bool stealing_demo(const demo::Options&) {
  stealing::Executor executor;
  println("only low tasks so far, and no high thread has started:");
  const bool lazy = low_tasks_run_on_low_threads(executor);
  run_at_once(executor, 1, Priority::high);
  println("a high task, and they have:");
  const std::string low = run_at_once(executor, 3, Priority::low);
  println("three low tasks at once ran on ", low);
  const std::string high = run_at_once(executor, 3, Priority::high);
  println("three high tasks at once ran on ", high);
  return lazy && low == "high 1, high 2, low 1" && high == low;
}

bool parking_demo(const demo::Options& options) {
  println("three idle threads looked for work, in 10 s");
  const std::size_t napping = looks_while_idle<stealing::Executor>(options, "sleeping for 100 ms: ");
  const std::size_t parked = looks_while_idle<parking::Executor>(options, "parked:              ");
  return (options.paused ? napping == 300 : napping > 30) && parked == 0;
}

}  // namespace ch03

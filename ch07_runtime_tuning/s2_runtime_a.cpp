// s2_runtime_a.cpp -- the demo of 7.2: the book's printout with hooks.
#include "ch07_runtime_tuning/s2_runtime_a.hpp"

#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {

using namespace std::chrono_literals;
using demo::println;

bool runtime_a_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("runtime A to sleep, and to end");
  base::Parker has_begun;
  bool finished_at_once = true, finished = false;
  int output = 0;
  {
    const RuntimeA a;
    auto handle = a.spawn_task(sleep_example(has_begun));
    has_begun.park();
    println("spawned task");
    finished_at_once = handle.is_finished();
    println("task status: ", finished_at_once);
    blocking_sleep(3s);
    // On a busy machine a second may not be enough.
    while (!handle.is_finished()) blocking_sleep(100ms);
    finished = handle.is_finished();
    println("task status: ", finished);
    output = a.runtime().block_on(handle).value();
    println("task result: ", output);
    println("parkings since then: ", demo::shown(options, a.later_parkings(), "<n>"));
  }
  return !finished_at_once && finished && output == 20;
}

}  // namespace ch07

// s7_blocking.cpp -- the demos of 7.7: the pool for what blocks; a runtime that ends with a stuck call.
#include "ch07_runtime_tuning/s7_blocking.hpp"

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_threads.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;
using demo::yes_or_no;

// The guides' example: a computation that awaits nothing.
int expensive_computation() {
  int sum = 0;
  for (int i = 1; i <= 1000; ++i) sum += i;
  return sum;
}

bool show_bound() {
  const Runtime runtime = Builder::new_current_thread().max_blocking_threads(2).thread_keep_alive(1h).build();
  const Inside inside = calls_at_once(runtime, 2, 5);
  println("max_blocking_threads(2), five calls: ", inside.at_once, " run, ", inside.waited,
          " wait for their turn");
  const auto all = runtime.metrics().blocking_threads;
  println("after all five: ", all, " threads");
  return inside.at_once == 2 && all == 2;
}

}  // namespace

bool blocking_pool_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("calls that block");
  const bool in_task = others_run_while_blocked(Where::in_the_task);
  println("a task blocks its thread for a second; others run meanwhile: ", yes_or_no(in_task));
  const bool on_pool = others_run_while_blocked(Where::on_the_pool);
  println("it hands the call to spawn_blocking; others run meanwhile: ", yes_or_no(on_pool));
  bool kept = !in_task && on_pool;
  kept &= show_bound();

  const Duration stayed = time_until_idle_thread_ends(2s);
  println("thread_keep_alive(2 s): an idle thread has ended after ", demo::whole_seconds(stayed), " s");
  kept &= options.paused ? stayed == 2s : stayed >= 2s;

  const Runtime runtime = Builder::new_current_thread().build();
  const auto result = runtime.block_on(runtime.spawn_blocking(expensive_computation));
  println("expensive computation: ", result.value());
  return kept && result.value() == 500'500;
}

bool shutdown_demo(const demo::Options&) {
  const demo::WaitingFor waiting("a runtime to end that has a stuck call");
  const Shutdown timed = shut_down_with_a_stuck_call(100ms);
  println("one call is stuck, a second one waits for its thread");
  println("shutdown_timeout(100 ms): waited as long: ", yes_or_no(timed.took >= 100ms),
          "; all threads have ended: ", yes_or_no(timed.all_ended));
  println("  the call that waited: ", timed.waiting_was_cancelled ? "cancelled" : "not cancelled");
  println("  the stuck one ran to its end, after the runtime: ", yes_or_no(timed.stuck_went_on));
  const Shutdown background = shut_down_with_a_stuck_call(std::nullopt);
  println("shutdown_background(): did not wait for it");
  println("  the call that waited: ", background.waiting_was_cancelled ? "cancelled" : "not cancelled");
  println("  the stuck one ran to its end, after the runtime: ", yes_or_no(background.stuck_went_on));

  Runtime idle = Builder::new_multi_thread().worker_threads(1).build();
  (void)block_on(idle.spawn_blocking([] {}));
  const bool ended = std::move(idle).shutdown_timeout(std::chrono::hours(1));
  println("shutdown_timeout(1 h), and nothing is stuck: all threads have ended: ", yes_or_no(ended));
  return !timed.all_ended && timed.took >= 100ms && timed.waiting_was_cancelled && timed.stuck_went_on &&
         background.waiting_was_cancelled && background.stuck_went_on && ended;
}

}  // namespace ch07

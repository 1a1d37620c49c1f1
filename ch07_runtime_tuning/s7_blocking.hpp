// s7_blocking.hpp -- what becomes of calls that block: in a task, on the pool, and at the runtime's end.
//
// A task that blocks holds up all tasks of its thread. spawn_blocking hands the call to a thread of the pool;
// the task awaits it, and its thread goes on with the others.
//
// Thread safety: functions; those without co_await block, so not from a task.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/future/async.hpp"
#include "common/runtime/builder.hpp"

#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {

using namespace async;

// Whether another task of a runtime with one thread has its turn while a call blocks.
enum class Where { in_the_task, on_the_pool };
[[nodiscard]] inline bool others_run_while_blocked(Where where) {
  const Runtime runtime = Builder::new_current_thread().enable_time().build();
  bool other_ran = false, ran_meanwhile = false;
  const auto other = [&other_ran]() -> Async<> {
    other_ran = true;
    co_return;
  };
  const auto blocks = [&, where]() -> Async<> {
    auto after = spawn(other);
    if (where == Where::in_the_task) {
      blocking_sleep(std::chrono::seconds(1));
      ran_meanwhile = other_ran;
    } else {
      const auto call = [] { blocking_sleep(std::chrono::seconds(1)); };
      const auto done = co_await spawn_blocking(call);
      ran_meanwhile = done.has_value() && other_ran;
    }
    (void)co_await after;
  };
  runtime.block_on(blocks);
  return ran_meanwhile;
}

// How a runtime with max_blocking_threads(1) ended, while one call was stuck and a second one
// waited for its thread.
struct Shutdown {
  bool all_ended = false;           // what shutdown_timeout says
  std::chrono::nanoseconds took{};  // real time
  bool waiting_was_cancelled = false;
  bool stuck_went_on = false;  // to its end, after the runtime was gone
};

// shutdown_timeout(limit), or shutdown_background() for none. By real time, in a thread of its own: a call
// that outlives its runtime must not outlive the clock that it goes by.
[[nodiscard]] inline Shutdown shut_down_with_a_stuck_call(std::optional<Duration> limit) {
  Shutdown result;
  base::Thread own(base::Bystander{}, [&] {
    Gate gate;
    Runtime runtime = Builder::new_multi_thread().worker_threads(1).max_blocking_threads(1).build();
    auto stuck = runtime.spawn_blocking([&gate] { gate.come(); });
    gate.wait_for(1);
    auto waiting = runtime.spawn_blocking([] {});

    const auto start = std::chrono::steady_clock::now();
    if (limit) {
      result.all_ended = std::move(runtime).shutdown_timeout(*limit);
    } else {
      std::move(runtime).shutdown_background();
    }
    result.took = std::chrono::steady_clock::now() - start;

    const auto cancelled = block_on(waiting);
    result.waiting_was_cancelled = !cancelled && cancelled.error().is_cancelled();
    gate.open();
    result.stuck_went_on = block_on(stuck).has_value();
  });
  own.join();
  return result;
}

}  // namespace ch07

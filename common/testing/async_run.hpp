// async_run.hpp -- run_async: runs a coroutine to its end on a runtime of its own, or says why it has none.
//
//   const AsyncOutcome outcome = run_async([] { return two_tasks_that_deadlock(); });
//   EXPECT_TRUE(outcome.is_stalled()) << outcome.message();
//
// What ASYNC_TEST stands on; by itself it is for tests whose lesson is that something does not end.
//
// The clock is paused: it moves when all wait, to the next deadline, so no sleep takes time. If all wait and
// there is no deadline, nothing can happen any more: that is found at that very moment (stalled). While a
// socket, a pipe, a signal or a child process is waited for something may still come from outside; then, and
// in real time, it is the limit that ends it (late). The limit is always real time. It is not kept while a
// debugger is attached.
//
// Either way the outcome has the lines at which the body and each task of the runtime wait. Then the tasks
// are cancelled, and after them the body is destroyed: they may refer to its locals.
//
// Thread safety: from a thread that is in no runtime. Lifetime: `body` is kept until the end.
// Errors: a task that blocks its thread, or never awaits, cannot be taken off it: the program ends with a
// message and exit code 3; so it does where the runtime cannot end (a call of spawn_blocking that never
// returns).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/runtime/handle.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct AsyncOptions {
  std::size_t workers = 0;  // of a multi-thread runtime; 0: a current-thread one, and all runs in this thread
  bool real_time = false;   // the clock is not paused
  std::chrono::nanoseconds limit = std::chrono::seconds(30);  // real time
  std::chrono::nanoseconds grace =
      std::chrono::seconds(60);  // after it, until what cannot be ended ends the program
};

struct AsyncOutcome {
  enum class End : std::uint8_t { finished, threw, stalled, late };

  AsyncOutcome() = default;
  explicit AsyncOutcome(End how) : end(how) {}

  [[nodiscard]] bool is_finished() const { return end == End::finished; }
  [[nodiscard]] bool is_stalled() const { return end == End::stalled; }
  [[nodiscard]] bool is_late() const { return end == End::late; }

  // For people: what happened, and who waited where. Empty if it finished.
  [[nodiscard]] std::string message() const;

  End end = End::finished;
  std::string what;                        // of the exception; of a late one, the limit
  Duration at{};                           // the time by its clock
  std::vector<std::source_location> body;  // where it waits, the innermost await first
  std::vector<WaitingTask> tasks;  // those that have not ended, in the order in which they were spawned
  bool has_looked = true;          // false: a worker was busy, so nobody could look at the tasks
};

[[nodiscard]] AsyncOutcome run_async(const std::function<Async<>()>& body, const AsyncOptions& options = {});

}  // namespace async::inline ASYNC_FLAVOUR

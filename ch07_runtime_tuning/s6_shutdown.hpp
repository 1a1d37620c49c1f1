// s6_shutdown.hpp -- counting on four pinned threads until a signal comes, and then the state.
//
// Thread safety: one start at a time: a signal is the process's.
#pragma once

#include <cstddef>
#include <optional>

#include "common/io/signal.hpp"

#include "ch07_runtime_tuning/s6_state.hpp"

namespace ch07 {

// Who sends the signal, and when.
struct Ending {
  [[nodiscard]] static Ending by_the_user() { return Ending(false, std::nullopt); }
  [[nodiscard]] static Ending when_finished() { return Ending(true, std::nullopt); }
  [[nodiscard]] static Ending after(Duration start) { return Ending(true, start); }

  bool sends;
  std::optional<Duration> wait;

 private:
  Ending(bool sends_, std::optional<Duration> wait_) : sends(sends_), wait(wait_) {}
};

// Runs `tasks` of s5_thread_data.hpp on the pool until the signal comes. What the threads have counted by
// then. To be run by a current-thread runtime: the tasks are elsewhere, so the thread that awaits the signal
// is always free.
[[nodiscard]] Async<Counters> count_until(SignalKind kind, LocalPoolHandle pool, std::size_t tasks,
                                          Ending ending);

}  // namespace ch07

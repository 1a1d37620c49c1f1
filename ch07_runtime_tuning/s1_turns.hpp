// s1_turns.hpp -- global_queue_interval and event_interval, counted in turns of a runtime with one thread.
//
// A turn is one poll of one task. The runtime's own task here is never done: it is polled, lets the
// others run, and is in the queue again. So every turn that is not given to somebody else is its own,
// and can be counted.
//
// Thread safety: functions; they block, so not from a task.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {

using namespace async;

namespace detail {

inline Async<> come_in(std::string& turns) {
  turns += 'N';
  co_return;
}

// Another thread spawns a newcomer: so that stands in the shared queue.
inline void let_one_come(std::string& turns) {
  base::Thread outside([&turns, runtime = Handle::current()] { runtime.spawn(come_in(turns)).detach(); });
  outside.join();
}

// Works until so many newcomers had their turn. Each comes in the turn after the one before it had its own.
inline Async<> work_while_newcomers_wait(std::string& turns, std::size_t newcomers) {
  for (std::size_t i = 1; i <= newcomers; ++i) {
    let_one_come(turns);
    while (std::ranges::count(turns, 'N') < std::ptrdiff_t(i)) {
      turns += '.';
      co_await yield_now();
    }
  }
}

inline Async<> sleep_then_say(bool& slept) {
  co_await sleep(std::chrono::milliseconds(1));
  slept = true;
}

inline Async<std::size_t> work_until(const bool& slept) {
  std::size_t turns = 0;
  while (!slept) {
    // The other task has begun to sleep in between. From here on its time is over.
    if (++turns == 2) blocking_sleep(std::chrono::milliseconds(10));
    co_await yield_now();
  }
  co_return turns;
}

}  // namespace detail

// The turns in their order: '.' the runtime's own task, 'N' a newcomer. `builder` makes a
// runtime with one thread.
[[nodiscard]] inline std::string turns_with_newcomers(const Builder& builder, std::size_t newcomers) {
  std::string turns;
  const Runtime runtime = builder.build();
  (void)runtime.block_on(runtime.spawn(detail::work_while_newcomers_wait(turns, newcomers)));
  return turns;
}

// The turns between the last two newcomers.
[[nodiscard]] inline std::size_t own_turns_between(const std::string& turns) {
  const std::size_t last = turns.rfind('N');
  return last - turns.rfind('N', last - 1) - 1;
}

// How many turns a current-thread runtime's own task has until it is seen that a timer was due. By real time:
// a paused clock does not move while anybody is busy. (With I/O it is the same: one look for both.)
[[nodiscard]] inline std::size_t own_turns_before_timer(std::uint32_t event_interval) {
  const SystemClock real_time;
  const Runtime runtime = Builder::new_current_thread().event_interval(event_interval).enable_time().build();
  bool slept = false;
  auto working = runtime.spawn([&slept] { return detail::work_until(slept); });
  runtime.spawn(detail::sleep_then_say(slept)).detach();
  return runtime.block_on(working).value();
}

}  // namespace ch07

// s1_threads.hpp -- the Builder's options about threads: how many, names, stacks, how long an idle one stays.
//
// Each function measures one option, on a runtime that was built with it.
// Thread safety: functions. They block, so not from a task.
#pragma once

#include <cstddef>
#include <pthread.h>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "common/runtime/builder.hpp"

#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {

struct Inside {
  std::size_t at_once = 0;
  std::size_t waited = 0;  // for a thread
  std::set<std::string> threads;
};

namespace detail {

// Starts `count` of what block their thread, of which `expected` get one.
template <class Start>
Inside count_at_once(std::size_t expected, std::size_t count, Start start) {
  Gate gate;
  std::vector<JoinHandle<>> handles;
  for (std::size_t i = 0; i < count; ++i) handles.push_back(start(gate));
  gate.wait_for(expected);
  // Long enough for one too many to come. On a paused clock this is certain: it passes when
  // nobody can do anything.
  blocking_sleep(std::chrono::milliseconds(500));
  const Inside inside{gate.came(), count - gate.came(), gate.threads()};
  gate.open();
  for (auto& handle : handles) (void)block_on(handle);
  return inside;
}

}  // namespace detail

// How many tasks run at once, if none of them ever lets go of its thread. (worker_threads)
[[nodiscard]] inline Inside tasks_at_once(const Runtime& runtime, std::size_t expected, std::size_t tasks) {
  return detail::count_at_once(expected, tasks, [&](Gate& gate) { return runtime.spawn(gate.visit()); });
}

// The same for the calls of spawn_blocking. (max_blocking_threads)
[[nodiscard]] inline Inside calls_at_once(const Runtime& runtime, std::size_t expected, std::size_t calls) {
  return detail::count_at_once(expected, calls,
                               [&](Gate& gate) { return runtime.spawn_blocking([&gate] { gate.come(); }); });
}

// Of the calling thread, in bytes, as the system sees it. (thread_stack_size) The C library keeps
// stacks of threads that have ended, up to 40 MB together, and may give a thread one that is bigger
// than it has asked for.
[[nodiscard]] inline std::size_t stack_size_here() {
  pthread_attr_t attributes;
  if (const int error = ::pthread_getattr_np(::pthread_self(), &attributes)) {
    throw std::system_error(error, std::generic_category(), "pthread_getattr_np");
  }
  void* bottom = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &bottom, &size);
  ::pthread_attr_destroy(&attributes);
  return size;
}

// How long a thread of spawn_blocking stays after its last call. (thread_keep_alive; in the book: the
// time after which a call that takes longer is cancelled. It is not: a call is never interrupted,
// here or in tokio.)
[[nodiscard]] inline Duration time_until_idle_thread_ends(Duration keep_alive) {
  base::Parker gone;
  const Runtime runtime = Builder::new_current_thread()
                              .thread_keep_alive(keep_alive)
                              .on_thread_stop([&gone] { gone.unpark(); })
                              .build();
  const auto last_act = runtime.block_on(runtime.spawn_blocking([] { return now(); }));
  gone.park();
  return now() - last_act.value();
}

}  // namespace ch07

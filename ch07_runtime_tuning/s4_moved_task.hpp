// s4_moved_task.hpp -- move_to_other_worker: has a task go on, after an await, on the other worker.
//
// In life that is luck. Here both workers are held; then the task is woken, and only the one is let go that
// has not polled it before.
//
// Thread safety: a function that blocks, so not from a task.
#pragma once

#include <string>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/runtime/builder.hpp"
#include "common/sync/notify.hpp"

namespace ch07 {

using namespace async;

// A task that tells where it is polled first, and awaits `go_on`.
struct Crossing {
  // To be awaited in the task.
  Async<> cross() {
    thread_before = base::thread_name();
    begun.unpark();
    co_await go_on.notified();
    thread_after = base::thread_name();
    crossed.unpark();
  }

  std::string thread_before, thread_after;
  base::Parker begun, crossed;
  Notify go_on;
};

namespace detail {

// A task that holds its worker.
struct Holder {
  Async<> hold() {
    thread = base::thread_name();
    holds.unpark();
    let_go.park();
    co_return;
  }

  std::string thread;
  base::Parker holds, let_go;
};

}  // namespace detail

// `runtime` has two workers with names of their own, and a task that is in crossing.cross(), or will be.
inline void move_to_other_worker(const Runtime& runtime, Crossing& crossing) {
  crossing.begun.park();
  detail::Holder holders[2];
  JoinHandle<> held[2] = {runtime.spawn(holders[0].hold()), runtime.spawn(holders[1].hold())};
  for (auto& holder : holders) holder.holds.park();
  const int other = holders[0].thread == crossing.thread_before ? 1 : 0;
  crossing.go_on.notify_one();
  holders[other].let_go.unpark();
  crossing.crossed.park();
  holders[1 - other].let_go.unpark();
  for (auto& handle : held) (void)block_on(handle);
}

}  // namespace ch07

// make_task.hpp -- make_task: turns a future into a Runnable, for an executor's queue, and a Task, for its owner.
//
// The heart of every `spawn` in this project (Rust: async_task::spawn). The executor says how a task gets into
// its queue; everything else is the task's own:
//
//   auto [runnable, task] = make_task(future_maker(my_coroutine()), [&](Runnable next) { queue.push(std::move(next)); });
//   queue.push(std::move(runnable));
//
// `schedule` is kept inside the task until the last reference to it is dropped, and called from any thread, but not
// once the task has finished: it owns what it needs (a std::shared_ptr to the queue), or the queue outlives all
// unfinished tasks.
#pragma once

#include <utility>

#include "common/future/kept_call.hpp"
#include "common/task/task.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
struct NewTask {
  Runnable runnable;
  Task<T> task;
};

template <class MakeFuture, class Schedule>
auto make_task(MakeFuture&& make_future, Schedule schedule) {
  using F = std::invoke_result_t<MakeFuture>;
  using T = OutputOf<F>;
  // SAFETY: the cell is born with two references; the Runnable takes one, the handle the other.
  auto* const cell = new TaskCell<F, Schedule>(std::forward<MakeFuture>(make_future), std::move(schedule));
  return NewTask<T>{Runnable(*cell), Task<T>(TaskHandle<T>(*cell))};
}

}  // namespace async::inline ASYNC_FLAVOUR

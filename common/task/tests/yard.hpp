// yard.hpp -- Yard: a run queue for tests of tasks without an executor; counts each time a task enters it.
//
// Thread safety: none.
// Lifetime: outlives the tasks' wakers. Runnables that are left are dropped with it.
#pragma once

#include <cstddef>
#include <utility>

#include "common/task/make_task.hpp"
#include "common/task/run_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

struct Yard {
  std::size_t schedules = 0;  // the first one, by spawn, is not counted: nobody woke the task
  RunQueue queue;

  // What every make_task of the test is given.
  auto schedule() {
    return [this](Runnable runnable) {
      ++schedules;
      queue.push(std::move(runnable));
    };
  }

  // Returns the Task.
  template <class... What>
  auto spawn(What&&... what) {
    auto made = make_task(future_maker(std::forward<What>(what)...), schedule());
    queue.push(std::move(made.runnable));
    return std::move(made.task);
  }

  Runnable::Ran step() { return queue.pop().value().run(); }
};

}  // namespace async::inline ASYNC_FLAVOUR

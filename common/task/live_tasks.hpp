// live_tasks.hpp -- LiveTasks: the tasks of an executor that have not finished, so that its end can reach those that wait.
//
// Thread safety: any thread. Lifetime: a task leaves the list when its future is gone (TaskCell::retire), which
// is before its memory goes; the list outlives its tasks.
#pragma once

#include <cstddef>
#include <utility>

#include "common/base/locked.hpp"
#include "common/task/run_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

class LiveTasks {
 public:
  void add(TaskHeader& task) { list_.lock()->push_back(task); }

  // True if it was the last one.
  bool remove(TaskHeader& task) {
    auto list = list_.lock();
    list->remove(task);
    return list->is_empty();
  }

  // Each is scheduled, to be destroyed by its executor; those that are scheduled already know it now.
  void cancel_all() {
    RunQueue cancelled;
    {
      auto list = list_.lock();  // keeps the tasks there
      for (TaskHeader* task = list->front(); task != nullptr; task = list->next(*task)) {
        if (task->state.cancel()) cancelled.push(Runnable(*task));
      }
    }
    // Without the lock: where nobody runs them any more they are destroyed at once, and leave the list.
    while (auto next = cancelled.pop()) {
      TaskHeader& task = next->header();
      task.schedule(*std::move(next));
    }
  }

  // Calls look(const TaskHeader&) for each, under the lock: it must not end, wake or spawn any.
  template <class Look>
  void for_each(Look look) {
    auto list = list_.lock();
    for (TaskHeader* task = list->front(); task != nullptr; task = list->next(*task))
      look(std::as_const(*task));
  }

  [[nodiscard]] std::size_t size() const { return list_.lock()->size(); }

 private:
  mutable base::Locked<base::IntrusiveList<TaskHeader>> list_;
};

}  // namespace async::inline ASYNC_FLAVOUR

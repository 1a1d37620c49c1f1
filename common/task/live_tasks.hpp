// live_tasks.hpp -- LiveTasks: the tasks of an executor that have not finished, so that its end can reach those that wait.
//
// Thread safety: any thread. Lifetime: a task leaves the list when its future is gone (TaskCell::retire), which
// is before its memory goes; the list outlives its tasks.
#pragma once

#include <cstddef>

#include "common/base/locked.hpp"
#include "common/task/task_header.hpp"

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

  // Under the lock, which keeps the tasks there: what schedules a cancelled task may take the queue's lock, and
  // nobody who holds that one comes here.
  void cancel_all() {
    auto list = list_.lock();
    for (TaskHeader* task = list->front(); task != nullptr; task = list->next(*task)) task->cancel();
  }

  [[nodiscard]] std::size_t size() const { return list_.lock()->size(); }

 private:
  mutable base::Locked<base::IntrusiveList<TaskHeader>> list_;
};

}  // namespace async::inline ASYNC_FLAVOUR

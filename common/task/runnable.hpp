// runnable.hpp -- Runnable: a task that is to be polled once more; what stands in an executor's queue.
//
// run() is where every poll of every task happens; whoever wants to see or draw a run looks here.
//
// Thread safety: one owner at a time; it may move to another thread.
// Lifetime: a Runnable that is dropped without being run cancels its task: the future is destroyed there and
//   then, and whoever awaits the handle is told. So a queue that is destroyed leaves nobody waiting.
#pragma once

#include <utility>

#include "common/task/task_header.hpp"

namespace async::inline ASYNC_FLAVOUR {

class [[nodiscard("a Runnable that is dropped cancels its task")]] Runnable {
 public:
  // Takes over one counted reference.
  explicit Runnable(TaskHeader& task) : task_(&task) {}
  Runnable(Runnable&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  Runnable& operator=(Runnable&&) = delete;
  ~Runnable() {
    if (task_ == nullptr) return;
    (void)task_->state.cancel();  // it is scheduled, so there is nothing to schedule
    (void)std::move(*this).run();
  }

  [[nodiscard]] TaskId id() const { return task_->id; }
  [[nodiscard]] TaskHeader& header() const { return *task_; }

  // What came of a run.
  enum class Ran {
    waits,      // pending; its waker is with somebody
    woken,      // pending, and woken meanwhile: it was scheduled again
    finished,   // its value or its exception is at the handle
    cancelled,  // its future was destroyed unfinished
  };

  // Polls the task once. Uses the Runnable up: `std::move(runnable).run()`.
  Ran run() && {
    TaskHeader& task = *std::exchange(task_, nullptr);
    if (task.state.start_run() == TaskState::Start::drop_future) return cancel(task);
    if (poll(task)) return finish(task, Ran::finished);
    switch (task.state.end_run()) {
      case TaskState::End::waits: return Ran::waits;
      case TaskState::End::schedule: task.schedule_counted(); return Ran::woken;
      case TaskState::End::drop_future: break;
    }
    return cancel(task);
  }

  // For a queue that links tasks through their headers.
  [[nodiscard]] TaskHeader& release() && { return *std::exchange(task_, nullptr); }

 private:
  static bool poll(TaskHeader& task) {
    // The waker is lent, not counted: the run's own reference keeps the task, a future that waits clones it.
    Waker lent = task.waker_of_counted();
    Context cx(lent);
    const bool finished = task.poll(cx);
    (void)lent.release();
    return finished;
  }

  static Ran cancel(TaskHeader& task) {
    task.drop_future();
    return finish(task, Ran::cancelled);
  }

  // The future is gone. Publishes that, wakes the joiner, and gives up the run's reference.
  static Ran finish(TaskHeader& task, Ran ran) {
    task.retire();
    const auto finished = task.state.finish();
    if (finished.drop_output) task.drop_output();
    if (finished.wake_joiner) {
      task.joiner.wake_by_ref();
      if (task.state.joiner_woken()) task.joiner = Waker();
    }
    task.drop_reference();
    return ran;
  }

  TaskHeader* task_;
};

inline void TaskHeader::schedule_counted() noexcept { schedule(Runnable(*this)); }

}  // namespace async::inline ASYNC_FLAVOUR

// abort_handle.hpp -- AbortHandle: may cancel a task, and ask whether it has finished, without being able to await it.
//
// Thread safety: any thread. Lifetime: may be copied, and outlive the task and its executor.
#pragma once

#include <utility>

#include "common/task/task_header.hpp"

namespace async::inline ASYNC_FLAVOUR {

class AbortHandle {
 public:
  // Of a task to which the caller holds a reference.
  explicit AbortHandle(TaskHeader& task) : task_(&task) { task.state.add_reference(); }
  AbortHandle(const AbortHandle& other) : task_(other.task_) {
    if (task_ != nullptr) task_->state.add_reference();
  }
  AbortHandle(AbortHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  AbortHandle& operator=(AbortHandle other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~AbortHandle() {
    if (task_ != nullptr) task_->drop_reference();
  }

  // As JoinHandle::abort.
  void abort() const { task().cancel(); }
  [[nodiscard]] bool is_finished() const { return task().state.is_done(); }
  [[nodiscard]] TaskId id() const { return task().id; }

 private:
  [[nodiscard]] TaskHeader& task() const {
    ASYNC_CHECK(task_ != nullptr, "an AbortHandle was used after it was moved away");
    return *task_;
  }

  TaskHeader* task_;
};

}  // namespace async::inline ASYNC_FLAVOUR

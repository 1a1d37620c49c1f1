// task_handle.hpp -- TaskHandle<T>: the common part of Task<T> and JoinHandle<T>: the one owner of the output.
//
// Thread safety: one thread at a time, any thread; the task may run meanwhile.
// Lifetime: gives its reference up as soon as it has answered Ready.
#pragma once

#include <expected>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/poll.hpp"
#include "common/task/join_error.hpp"
#include "common/task/task_cell.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class TaskHandle {
 public:
  // Takes over the reference and the HANDLE bit that a new task has.
  explicit TaskHandle(TaskWithOutput<T>& task) : task_(&task), id_(task.id) {}
  TaskHandle(TaskHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)), id_(other.id_) {}
  TaskHandle& operator=(TaskHandle&& other) noexcept {
    if (this != &other) {
      release();
      task_ = std::exchange(other.task_, nullptr);
      id_ = other.id_;
    }
    return *this;
  }
  ~TaskHandle() { release(); }

  [[nodiscard]] TaskId id() const { return id_; }

  // True once the task's future is gone and its outcome is there (or was taken).
  [[nodiscard]] bool is_finished() const { return task_ == nullptr || task_->state.is_done(); }

  // Asks for the future to be destroyed, by the executor, before it is polled again. Without effect on a task
  // that has finished. Returns at once.
  void cancel() {
    if (task_ != nullptr) task_->cancel();
  }

  // Nothing once it gave its result, or let go.
  [[nodiscard]] TaskHeader* header() const { return task_; }

  // The waker of the latest call is woken, in the thread that ends the task, after the future is destroyed.
  Poll<std::expected<T, JoinError>> poll(Context& cx) {
    ASYNC_CHECK(task_ != nullptr, "a task's handle was polled after it gave its result, or was moved away");
    if (Budget::is_spent(cx)) return Pending();
    if (!is_finished() && register_joiner(cx.waker())) return Pending();
    auto result = take_result(task_->outcome);
    release();
    Budget::spend();
    return Ready(std::move(result));
  }

  // Lets go of the task, which runs on.
  void release() {
    TaskWithOutput<T>* const task = std::exchange(task_, nullptr);
    if (task == nullptr) return;
    const auto parted = task->state.drop_handle();
    if (parted.drop_joiner) task->joiner = Waker();
    if (parted.drop_output) task->drop_output();
    task->drop_reference();
  }

 private:
  // False if the task is done, and the waker therefore not needed.
  bool register_joiner(const Waker& waker) {
    TaskHeader& task = *task_;
    if (task.state.joiner_is_set()) {
      if (task.joiner.will_wake(waker)) return true;  // the finisher only reads the slot while it is its own
      if (!task.state.take_joiner_back()) return false;
    }
    task.joiner = waker.clone();
    return task.state.give_joiner();
  }

  static std::expected<T, JoinError> take_result(Outcome<T>& outcome) {
    if (outcome.is_empty()) return std::unexpected(JoinError::cancelled());
    if (outcome.has_exception()) return std::unexpected(JoinError(outcome.take_exception()));
    if constexpr (std::is_void_v<T>) {
      outcome.take();
      return {};
    } else {
      return outcome.take();
    }
  }

  TaskWithOutput<T>* task_;
  TaskId id_;
};

}  // namespace async::inline ASYNC_FLAVOUR

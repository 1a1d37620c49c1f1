// run_queue.hpp -- RunQueue: runnables in the order in which they came, linked through their tasks.
//
// Thread safety: none; its owner locks it.
// Lifetime: runnables that are still there when it is destroyed are dropped, which cancels their tasks.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "common/task/runnable.hpp"

namespace async::inline ASYNC_FLAVOUR {

class RunQueue {
 public:
  RunQueue() = default;
  RunQueue(RunQueue&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)),
        last_(std::exchange(other.last_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  RunQueue& operator=(RunQueue&&) = delete;
  ~RunQueue() {
    while (pop()) {
    }
  }

  void push(Runnable runnable) {
    TaskHeader& task = std::move(runnable).release();
    task.next_in_queue = nullptr;
    (first_ == nullptr ? first_ : last_->next_in_queue) = &task;
    last_ = &task;
    ++size_;
  }

  [[nodiscard]] std::optional<Runnable> pop() {
    if (first_ == nullptr) return std::nullopt;
    TaskHeader& task = *std::exchange(first_, first_->next_in_queue);
    --size_;
    return std::optional<Runnable>(std::in_place, task);
  }

  [[nodiscard]] bool is_empty() const { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  TaskHeader* first_ = nullptr;
  TaskHeader* last_ = nullptr;  // meaningful while first_ is not null
  std::size_t size_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR

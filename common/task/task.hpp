// task.hpp -- Task<T>: a spawned future's handle that cancels it when dropped (chapter 3 of the book).
//
// Awaiting it gives T, and throws what the task threw, or TaskCancelled. detach() lets the task run on.
// Thread safety and lifetime: as TaskHandle.
#pragma once

#include <type_traits>
#include <utility>

#include "common/task/join_handle.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T = void>
class [[nodiscard("a Task that is dropped cancels what was spawned; detach() lets it run")]] Task {
 public:
  using Output = T;

  explicit Task(TaskHandle<T> handle) : handle_(std::move(handle)) {}
  Task(Task&&) noexcept = default;
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      handle_.cancel();
      handle_ = std::move(other.handle_);
    }
    return *this;
  }
  ~Task() { handle_.cancel(); }

  [[nodiscard]] TaskId id() const { return handle_.id(); }
  [[nodiscard]] bool is_finished() const { return handle_.is_finished(); }

  // Asks for the future to be destroyed; the Task can still be awaited, to know that it was.
  void cancel() { handle_.cancel(); }

  void detach() && { handle_.release(); }
  [[nodiscard]] JoinHandle<T> into_join_handle() && { return JoinHandle<T>(std::move(handle_)); }

  Poll<T> poll(Context& cx) {
    auto answer = handle_.poll(cx);
    if (answer.is_pending()) return Pending();
    if (!answer.value()) answer.value().error().rethrow();
    if constexpr (std::is_void_v<T>) {
      return Ready();
    } else {
      return Ready(*std::move(answer.value()));
    }
  }

 private:
  TaskHandle<T> handle_;
};

}  // namespace async::inline ASYNC_FLAVOUR

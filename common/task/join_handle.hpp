// join_handle.hpp -- JoinHandle<T>: a spawned future's handle that lets it run on when dropped (as tokio's).
//
// Awaiting it gives std::expected<T, JoinError>: nothing is thrown.
// Thread safety and lifetime: as TaskHandle.
#pragma once

#include <expected>
#include <utility>

#include "common/task/abort_handle.hpp"
#include "common/task/task_handle.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T = void>
class [[nodiscard("drop it on purpose with detach(): its outcome is lost with it")]] JoinHandle {
 public:
  using Output = std::expected<T, JoinError>;

  explicit JoinHandle(TaskHandle<T> handle) : handle_(std::move(handle)) {}

  [[nodiscard]] TaskId id() const { return handle_.id(); }
  [[nodiscard]] bool is_finished() const { return handle_.is_finished(); }

  // Asks for the future to be destroyed; awaiting then says cancelled, unless the task had finished before.
  void abort() { handle_.cancel(); }

  // To abort it from elsewhere. Not of a handle that has given its result.
  [[nodiscard]] AbortHandle abort_handle() const {
    ASYNC_CHECK(handle_.header() != nullptr, "a JoinHandle that has given its result has nothing to abort");
    return AbortHandle(*handle_.header());
  }

  void detach() && { handle_.release(); }

  Poll<Output> poll(Context& cx) { return handle_.poll(cx); }

 private:
  TaskHandle<T> handle_;
};

}  // namespace async::inline ASYNC_FLAVOUR

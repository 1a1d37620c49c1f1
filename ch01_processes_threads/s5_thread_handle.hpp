// s5_thread_handle.hpp -- ThreadHandle<T>: a thread, and what it returns or throws. Rust's JoinHandle.
//
//   auto handle = spawn_thread("fibonacci", [] { return fibonacci(35); });
//   const auto result = std::move(handle).join();        // std::expected<std::uint64_t, JoinError>
//
// A thread has one handle, which cannot be copied, and join() takes it: nobody can join a thread twice.
// Dropping the handle joins too, and drops the result. (Rust's lets the thread run on; then what the thread
// uses must be its own.)
//
// Thread safety: one thread at a time. Memory ordering: what the thread did is seen after join().
// Errors: what the function throws is in the JoinError; std::system_error if there are no more threads.
#pragma once

#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "common/base/thread.hpp"
#include "common/task/join_error.hpp"

namespace ch01 {

using namespace async;

template <class T>
class [[nodiscard("dropping it joins the thread at once")]] ThreadHandle {
 public:
  using Result = std::expected<T, JoinError>;

  template <class F>
  explicit ThreadHandle(std::string name, F function)
      : thread_(std::move(name), [result = result_.get(), call = std::move(function)]() mutable {
          result->emplace(result_of(call));
        }) {}

  ThreadHandle(ThreadHandle&&) = default;
  ThreadHandle& operator=(ThreadHandle&&) = delete;  // would have to join the one that it had

  // Waits for its end.
  [[nodiscard]] Result join() && {
    thread_.join();
    return *std::move(*result_);
  }

 private:
  template <class F>
  static Result result_of(F& function) {
    try {
      if constexpr (std::is_void_v<T>) {
        std::invoke(function);
        return Result();
      } else {
        return Result(std::in_place, std::invoke(function));
      }
    } catch (...) {
      return Result(std::unexpect, std::current_exception());
    }
  }

  std::unique_ptr<std::optional<Result>> result_ = std::make_unique<std::optional<Result>>();
  base::Thread thread_;  // last: it writes the result, and is joined first
};

template <class F>
[[nodiscard]] auto spawn_thread(std::string name, F function) {
  return ThreadHandle<std::invoke_result_t<F&>>(std::move(name), std::move(function));
}

}  // namespace ch01

// join_error.hpp -- JoinError: why a task has no value: it was cancelled, or an exception left it.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

// What awaiting a cancelled Task throws, and what is in a JoinError that says cancelled.
class TaskCancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the task was cancelled"; }
};

class JoinError {
 public:
  [[nodiscard]] static JoinError cancelled() { return JoinError(nullptr); }
  explicit JoinError(std::exception_ptr exception) : exception_(std::move(exception)) {}

  [[nodiscard]] bool is_cancelled() const { return exception_ == nullptr; }
  [[nodiscard]] bool is_exception() const { return exception_ != nullptr; }

  // Throws what the task threw, or TaskCancelled.
  [[noreturn]] void rethrow() const {
    if (is_cancelled()) throw TaskCancelled();
    std::rethrow_exception(exception_);
  }

  [[nodiscard]] std::string message() const {
    try {
      rethrow();
    } catch (const std::exception& error) {
      return error.what();
    } catch (...) {
      return "an exception that is no std::exception";
    }
  }

 private:
  std::exception_ptr exception_;
};

}  // namespace async::inline ASYNC_FLAVOUR

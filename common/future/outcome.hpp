// outcome.hpp -- Outcome<T>: the place where a value, or the exception in its stead, waits to be collected.
//
// Used wherever the code that produces and the code that consumes are not one call: a coroutine's result, a
// leaf that a coroutine waits for, a task's output.
// Thread safety: none; who owns the place hands it over (a task: by its state word).
#pragma once

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class Outcome {
 public:
  using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  template <class... Args>
  void set_value(Args&&... args) {
    outcome_.template emplace<kValue>(std::forward<Args>(args)...);
  }
  void set_exception(std::exception_ptr error) { outcome_.template emplace<kError>(std::move(error)); }

  void clear() { outcome_.template emplace<kEmpty>(); }

  [[nodiscard]] bool is_empty() const { return outcome_.index() == kEmpty; }
  [[nodiscard]] bool has_exception() const { return outcome_.index() == kError; }

  // Moves the value out, or throws the exception. Once.
  T take() {
    ASYNC_CHECK(!is_empty(), "there is no outcome: not finished, or taken before");
    if (has_exception()) std::rethrow_exception(take_exception());
    if constexpr (std::is_void_v<T>) {
      clear();
    } else {
      T value = std::move(std::get<kValue>(outcome_));
      clear();
      return value;
    }
  }

  // Only after has_exception().
  [[nodiscard]] std::exception_ptr take_exception() {
    std::exception_ptr error = std::move(std::get<kError>(outcome_));
    clear();
    return error;
  }

 private:
  struct Empty {};
  static constexpr std::size_t kEmpty = 0, kValue = 1, kError = 2;

  std::variant<Empty, Stored, std::exception_ptr> outcome_;
};

}  // namespace async::inline ASYNC_FLAVOUR

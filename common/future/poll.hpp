// poll.hpp -- Poll<T>: what a future answers when it is asked: Pending, or Ready with a value.
//
// Written as in the book: `return Pending();`, `return Ready(count_);`, `return Ready();` for Poll<void>.
// T is an object type or void; to hand out a reference, use a pointer.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

// "Not yet. Your waker is in safe hands: it is called when asking again is worth it."
struct Pending {};

// "Here is the value; do not ask again."
template <class T = void>
struct Ready {
  explicit Ready(T given) : value(std::move(given)) {}
  T value;
};
template <>
struct Ready<void> {};
template <class T>
Ready(T) -> Ready<T>;
Ready() -> Ready<void>;

template <class T>
class [[nodiscard]] Poll {
 public:
  static_assert(std::is_object_v<T>, "Poll<T> holds an object (or void); use a pointer for a reference");

  Poll(Pending) {}  // NOLINT: implicit, so that `return Pending();` reads as it should
  template <std::convertible_to<T> U>
  Poll(Ready<U> ready) : value_(std::move(ready.value)) {}  // NOLINT: implicit

  [[nodiscard]] bool is_ready() const { return value_.has_value(); }
  [[nodiscard]] bool is_pending() const { return !is_ready(); }

  // Only after is_ready().
  [[nodiscard]] T& value() & {
    ASYNC_CHECK(is_ready(), "a pending Poll has no value");
    return *value_;
  }
  [[nodiscard]] T value() && {
    ASYNC_CHECK(is_ready(), "a pending Poll has no value");
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class [[nodiscard]] Poll<void> {
 public:
  Poll(Pending) : ready_(false) {}     // NOLINT: implicit
  Poll(Ready<void>) : ready_(true) {}  // NOLINT: implicit

  [[nodiscard]] bool is_ready() const { return ready_; }
  [[nodiscard]] bool is_pending() const { return !ready_; }
  void value() const { ASYNC_CHECK(ready_, "a pending Poll has no value"); }

 private:
  bool ready_;
};

}  // namespace async::inline ASYNC_FLAVOUR

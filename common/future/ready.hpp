// ready.hpp -- ready(value), ready(): a future that has its output at the first poll.
//
// Rust's std::future::ready. The type is ReadyFuture, because Ready is what a poll answers.
// Thread safety: none; as any future, one poll at a time.
// Errors: what the move of the value throws.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ReadyFuture {
 public:
  using Output = T;

  explicit ReadyFuture(T value) : value_(std::move(value)) {}

  Poll<T> poll(Context&) {
    ASYNC_CHECK(!std::exchange(taken_, true), "a ready future was polled after it finished");
    return Ready(std::move(value_));
  }

 private:
  T value_;
  bool taken_ = false;
};

template <>
class [[nodiscard("a future does nothing until it is awaited or polled")]] ReadyFuture<void> {
 public:
  using Output = void;

  ReadyFuture() {}  // no aggregate: g++ 12 destroys those twice in a co_await

  Poll<void> poll(Context&) {
    ASYNC_CHECK(!std::exchange(taken_, true), "a ready future was polled after it finished");
    return Ready();
  }

 private:
  bool taken_ = false;
};

template <class T>
[[nodiscard]] ReadyFuture<std::decay_t<T>> ready(T&& value) {
  return ReadyFuture<std::decay_t<T>>(std::forward<T>(value));
}
[[nodiscard]] inline ReadyFuture<void> ready() { return ReadyFuture<void>(); }

}  // namespace async::inline ASYNC_FLAVOUR

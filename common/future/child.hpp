// child.hpp -- Child<F>: the place of a future inside another one; later of its output, then of nothing.
//
// What join, select and the combinators are made of. A member could not be destroyed before its owner; a
// Child can: a future that finished is gone before anybody sees its output, and a loser before select
// answers.
//
// Thread safety: none; as any future, one poll at a time.
// Lifetime: it may be moved until its first poll if F may be. From then on it stays where it is.
// Errors: what the future throws comes out of poll; the owner then drops the child.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/base/check.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// An output as a value: void is a std::monostate.
template <class T>
using ValueOf = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <Future F>
class Child {
 public:
  using Output = OutputOf<F>;

  // `make` returns the future, which is built right here: F need not be movable.
  template <class Make>
    requires std::same_as<std::invoke_result_t<Make>, F>
  explicit Child(std::in_place_t, Make&& make) : future_(std::invoke(std::forward<Make>(make))) {}

  Child(Child&& other)
    requires std::move_constructible<F>
      : future_(std::move(other.unpolled())) {}
  Child& operator=(Child&&) = delete;
  ~Child() { drop(); }

  [[nodiscard]] bool is_waiting() const { return stage_ == Stage::unpolled || stage_ == Stage::polled; }
  [[nodiscard]] bool is_finished() const { return stage_ == Stage::finished; }

  // Polls the future. True if it finished: its output is here and it is gone.
  [[nodiscard]] bool poll(Context& cx) {
    ASYNC_CHECK(is_waiting(), "a future was polled after it finished");
    stage_ = Stage::polled;
    auto answer = future_.poll(cx);
    if (answer.is_pending()) return false;
    drop();
    // SAFETY: drop() left neither member of the union alive.
    if constexpr (std::is_void_v<Output>) {
      std::construct_at(&output_);
    } else {
      std::construct_at(&output_, std::move(answer).value());
    }
    stage_ = Stage::finished;
    return true;
  }

  // Moves the output out. Only after poll() said true, once.
  ValueOf<Output> take() {
    ASYNC_CHECK(stage_ == Stage::finished, "a future has no output: not finished, or taken before");
    ValueOf<Output> output = std::move(output_);
    drop();
    return output;
  }

  // Destroys whatever is here, now. The stage is set first: what is destroyed may come back to look.
  void drop() noexcept {
    switch (std::exchange(stage_, Stage::empty)) {
      case Stage::unpolled:
      case Stage::polled: std::destroy_at(&future_); break;    // SAFETY: alive in these stages only
      case Stage::finished: std::destroy_at(&output_); break;  // SAFETY: alive in this stage only
      case Stage::empty: break;
    }
  }

 private:
  enum class Stage : std::uint8_t { unpolled, polled, finished, empty };

  F& unpolled() {
    ASYNC_CHECK(stage_ == Stage::unpolled, "a future was moved after its first poll");
    return future_;
  }

  union {
    F future_;                // stage unpolled or polled
    ValueOf<Output> output_;  // stage finished
  };
  Stage stage_ = Stage::unpolled;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

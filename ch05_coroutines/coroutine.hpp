// coroutine.hpp -- the Coroutine concept: what can be resumed, and answers Yielded or Complete.
//
//   struct CountDown {
//     using Yield = int;
//     using Return = void;
//     CoroutineState<int, void> resume() {
//       if (left == 0) return Complete();
//       return Yielded(left--);
//     }
//     int left = 3;
//   };
//
// The book's trait. It is Future with other words and no Context: Yielded is like Pending but brings a value,
// Complete is like Ready, and nobody is told whom to wake. Who wants to know more resumes it again.
//
// The contract of resume:
//   - It does not block, and goes on where the last one stopped.
//   - After Complete, or after an exception, it is not called again.
// Thread safety: one resume at a time; successive ones may come from different threads.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/base/check.hpp"

namespace ch05 {

using namespace async;

// "Here is something, and there is more."
template <class T = void>
struct Yielded {
  explicit Yielded(T given) : value(std::move(given)) {}
  T value;
};
template <>
struct Yielded<void> {};
template <class T>
Yielded(T) -> Yielded<T>;
Yielded() -> Yielded<void>;

// "That was all; do not resume me again."
template <class T = void>
struct Complete {
  explicit Complete(T given) : value(std::move(given)) {}
  T value;
};
template <>
struct Complete<void> {};
template <class T>
Complete(T) -> Complete<T>;
Complete() -> Complete<void>;

template <class Yield, class Return>
class [[nodiscard]] CoroutineState {
 public:
  CoroutineState(Yielded<Yield> yielded) : state_(std::move(yielded)) {}      // NOLINT: implicit, as Poll
  CoroutineState(Complete<Return> complete) : state_(std::move(complete)) {}  // NOLINT: implicit

  [[nodiscard]] bool is_complete() const { return std::holds_alternative<Complete<Return>>(state_); }
  [[nodiscard]] bool is_yielded() const { return !is_complete(); }

  // What was yielded; only after is_yielded().
  Yield yielded() && {
    ASYNC_CHECK(is_yielded(), "a coroutine that is complete has yielded nothing");
    if constexpr (!std::is_void_v<Yield>) return std::move(std::get<Yielded<Yield>>(state_).value);
  }
  // What was returned; only after is_complete().
  Return result() && {
    ASYNC_CHECK(is_complete(), "a coroutine that has yielded has no result yet");
    if constexpr (!std::is_void_v<Return>) return std::move(std::get<Complete<Return>>(state_).value);
  }

 private:
  std::variant<Yielded<Yield>, Complete<Return>> state_;
};

// Each resume may be given something: Coroutine<WriteCoroutine, int>.
template <class C, class... Arg>
concept Coroutine = requires(C& coroutine, Arg... arg) {
  typename C::Yield;
  typename C::Return;
  {
    coroutine.resume(std::move(arg)...)
  } -> std::same_as<CoroutineState<typename C::Yield, typename C::Return>>;
};

}  // namespace ch05

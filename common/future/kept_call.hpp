// kept_call.hpp -- KeptCall: a call to a function that returns a Future, with all that the call refers to.
//
// A lambda coroutine uses its captures through a pointer to the lambda, and a coroutine's reference parameters
// refer to the caller's objects; both may be gone by the first poll. A KeptCall owns copies of the callable and
// of its arguments, and so stands in for Rust's `async move`.
//
//   spawn([name = std::string("coffee")]() -> Async<void> { ... });   // name lives as long as the task
//   spawn(make_toast, 2);                                             // so does every argument
//
// Lifetime: immovable: the future refers into it. The future is destroyed before the callable.
#pragma once

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Callable, class... Arguments>
class KeptCall {
 public:
  using Called = std::invoke_result_t<Callable&, Arguments...>;
  static_assert(Future<Called>, "what is spawned must be a Future, or a callable that returns one");
  using Output = OutputOf<Called>;

  template <class C, class... A>
  explicit KeptCall(std::in_place_t, C&& callable, A&&... arguments)
      : callable_(std::forward<C>(callable)),
        arguments_(std::forward<A>(arguments)...),
        future_(std::apply([this](auto&... kept) { return std::invoke(callable_, std::move(kept)...); },
                           arguments_)) {}
  KeptCall(const KeptCall&) = delete;
  KeptCall& operator=(const KeptCall&) = delete;

  Poll<Output> poll(Context& cx) { return future_.poll(cx); }

  // As Async's.
  [[nodiscard]] auto waiting_at() const
    requires requires(const Called& called) { called.waiting_at(); }
  {
    return future_.waiting_at();
  }

 private:
  Callable callable_;
  std::tuple<Arguments...> arguments_;
  Called future_;
};

// What was given, to `spawn` or to a `join`, as a function that builds the future in its place: a Future is moved
// there, a callable and its arguments become a KeptCall.
template <class What, class... Arguments>
auto future_maker(What&& what, Arguments&&... arguments) {
  using Kept = std::decay_t<What>;
  if constexpr (sizeof...(Arguments) == 0 && Future<Kept>) {
    static_assert(!std::is_lvalue_reference_v<What>, "this takes the future over: give it with std::move");
    return [&what]() -> Kept { return std::move(what); };
  } else {
    return [&] {
      return KeptCall<Kept, std::decay_t<Arguments>...>(std::in_place, std::forward<What>(what),
                                                        std::forward<Arguments>(arguments)...);
    };
  }
}

}  // namespace async::inline ASYNC_FLAVOUR

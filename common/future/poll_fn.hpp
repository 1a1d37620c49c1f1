// poll_fn.hpp -- poll_fn(callable): a future whose poll is the callable.
//
//   co_await poll_fn([&](Context& cx) -> Poll<int> { ... });
//
// The shortest way to write a leaf, and to poll a future by hand inside a coroutine.
// Thread safety: none; as any future, one poll at a time.
// Lifetime: owns the callable. May be moved whenever the callable may.
// Errors: what the callable throws comes out of poll.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

template <class Answer>
struct PolledType;  // no definition: the callable has to return a Poll
template <class T>
struct PolledType<Poll<T>> {
  using Type = T;
};

}  // namespace detail

template <class Callable>
class [[nodiscard("a future does nothing until it is awaited or polled")]] PollFn {
 public:
  using Output = typename detail::PolledType<std::invoke_result_t<Callable&, Context&>>::Type;

  explicit PollFn(Callable callable) : callable_(std::move(callable)) {}

  Poll<Output> poll(Context& cx) { return std::invoke(callable_, cx); }

 private:
  Callable callable_;
};

template <class Callable>
  requires std::invocable<std::decay_t<Callable>&, Context&>
[[nodiscard]] auto poll_fn(Callable&& callable) {
  return PollFn<std::decay_t<Callable>>(std::forward<Callable>(callable));
}

}  // namespace async::inline ASYNC_FLAVOUR

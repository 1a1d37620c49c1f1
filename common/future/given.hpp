// given.hpp -- what join, select and the combinators take: a future, or a callable that builds one in place.
//
//   join(sleep(1s), std::move(task))         // a future that may be moved: moved in, before its first poll
//   join([&] { return mutex.lock(); }, ...)  // one that may not: built where it will stay
//   select(by_ref(timer), ...)               // one that must survive: lent (by_ref.hpp)
//
// A callable is kept as long as the future that it returned: a lambda coroutine finds its captures there.
// g++ 12 destroys the captures of a lambda twice that is written inside a co_await expression (style.md):
// there, capture by reference only, or name the lambda first and give it with std::move.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// A future beside the callable that built it. Immovable: the future may refer into the callable.
template <class Callable>
class BuiltInPlace {
 public:
  using Built = std::invoke_result_t<Callable&>;
  using Output = OutputOf<Built>;

  template <class C>
  explicit BuiltInPlace(std::in_place_t, C&& callable)
      : callable_(std::forward<C>(callable)), future_(std::invoke(callable_)) {}
  BuiltInPlace(const BuiltInPlace&) = delete;
  BuiltInPlace& operator=(const BuiltInPlace&) = delete;

  Poll<Output> poll(Context& cx) { return future_.poll(cx); }

 private:
  Callable callable_;
  Built future_;
};

template <class Given>
concept BuildsFuture =
    std::invocable<std::decay_t<Given>&> && Future<std::invoke_result_t<std::decay_t<Given>&>>;

template <class Given>
concept OwnedFuture = Future<Given> && std::move_constructible<Given>;  // no reference is a Future

// What may be given.
template <class Given>
concept FutureOrBuilder = OwnedFuture<Given> || (!Future<std::remove_cvref_t<Given>> && BuildsFuture<Given>);

// The future that is kept for what was given.
template <class Given>
struct KeptFor {
  using Bare = std::remove_cvref_t<Given>;
  static_assert(!(Future<Bare> && std::is_lvalue_reference_v<Given>),
                "this takes a future over: give it with std::move, or lend it with by_ref(future)");
  static_assert(
      !Future<Bare> || std::is_lvalue_reference_v<Given> || OwnedFuture<Given>,
      "this future cannot be moved: lend it with by_ref(future), or give a callable that returns it");
  static_assert(Future<Bare> || BuildsFuture<Given>,
                "this takes futures, and callables without parameters that return one");
  using Type = Bare;
};
template <BuildsFuture Given>
  requires(!Future<std::remove_cvref_t<Given>>)
struct KeptFor<Given> {
  using Type = BuiltInPlace<std::decay_t<Given>>;
};
template <class Given>
using Kept = typename KeptFor<Given>::Type;

// How a Child makes it.
template <class Given>
auto make_kept(Given&& given) {
  return [&given]() -> Kept<Given> {
    if constexpr (Future<std::remove_cvref_t<Given>>) {
      return std::move(given);
    } else {
      return Kept<Given>(std::in_place, std::forward<Given>(given));
    }
  };
}

}  // namespace async::inline ASYNC_FLAVOUR::detail

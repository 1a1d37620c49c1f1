// given.hpp -- what join, select and the combinators take: a future, or a callable that builds one in place.
//
//   join(sleep(1s), std::move(task))         // a future that may be moved: moved in, before its first poll
//   join([&] { return mutex.lock(); }, ...)  // one that may not: built where it will stay
//   select(by_ref(timer), ...)               // one that must survive: lent (by_ref.hpp)
//
// A callable is kept (kept_call.hpp) as long as the future that it returned: a lambda coroutine finds its captures there.
// g++ 12 destroys the captures of a lambda twice that is written inside a co_await expression:
// there, capture by reference only, or name the lambda first and give it with std::move.
#pragma once

#include <concepts>
#include <type_traits>

#include "common/future/kept_call.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

template <class Given>
concept BuildsFuture =
    std::invocable<std::decay_t<Given>&> && Future<std::invoke_result_t<std::decay_t<Given>&>>;

template <class Given>
concept OwnedFuture = Future<Given> && std::move_constructible<Given>;  // no reference is a Future

// What may be given.
template <class Given>
concept FutureOrBuilder = OwnedFuture<Given> || (!Future<std::remove_cvref_t<Given>> && BuildsFuture<Given>);

// The future that is kept for what was given; future_maker(given) makes it.
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
  using Type = KeptCall<std::decay_t<Given>>;
};
template <class Given>
using Kept = typename KeptFor<Given>::Type;

}  // namespace async::inline ASYNC_FLAVOUR::detail

// selected.hpp -- Selected<T...>: which branch of a select won, and its output; match() takes it apart.
//
//   auto won = co_await select(receive(), sleep(1s));
//   if (won.index() == 0) use(std::get<0>(won));          // the branch is the index, equal types or not
//
//   match(std::move(won), [](Message m) { ... },          // or all branches at once
//                         [] { ... });                    // an output of type void: no parameter
//
// Thread safety: as a value.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

// void is a std::monostate.
template <class... T>
using Selected = std::variant<T...>;

namespace detail {

template <class Handler, class Value>
decltype(auto) call_branch(Handler&& handler, Value&& value) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Value>, std::monostate> && std::is_invocable_v<Handler>) {
    return std::invoke(std::forward<Handler>(handler));
  } else {
    return std::invoke(std::forward<Handler>(handler), std::forward<Value>(value));
  }
}

template <std::size_t Branch, class Won, class Handler, class... Handlers>
decltype(auto) match_from(Won&& won, Handler&& handler, Handlers&&... handlers) {
  if constexpr (sizeof...(Handlers) != 0) {
    if (won.index() != Branch) {
      return match_from<Branch + 1>(std::forward<Won>(won), std::forward<Handlers>(handlers)...);
    }
  }
  return call_branch(std::forward<Handler>(handler), std::get<Branch>(std::forward<Won>(won)));
}

}  // namespace detail

// Calls the handler of the branch that won with its output. All handlers return the same type.
template <class Won, class... Handlers>
  requires(std::variant_size_v<std::remove_cvref_t<Won>> == sizeof...(Handlers))
decltype(auto) match(Won&& won, Handlers&&... handlers) {
  return detail::match_from<0>(std::forward<Won>(won), std::forward<Handlers>(handlers)...);
}

}  // namespace async::inline ASYNC_FLAVOUR

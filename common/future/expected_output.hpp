// expected_output.hpp -- a future whose output is a std::expected: what and_then and or_else chain.
#pragma once

#include <expected>
#include <type_traits>

#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class T>
inline constexpr bool is_expected = false;
template <class T, class E>
inline constexpr bool is_expected<std::expected<T, E>> = true;

template <class F> concept ExpectedFuture = Future<F> && is_expected<OutputOf<F>>;

template <ExpectedFuture F>
using ValueTypeOf = typename OutputOf<F>::value_type;
template <ExpectedFuture F>
using ErrorTypeOf = typename OutputOf<F>::error_type;

}  // namespace async::inline ASYNC_FLAVOUR

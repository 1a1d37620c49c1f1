// future.hpp -- the Future concept: a type with an Output, which can be polled.
//
//   struct CounterFuture {
//     using Output = int;
//     async::Poll<int> poll(async::Context& cx);
//   };
//
// The contract of poll (Rust's, chapter 2 of the book):
//   - Pending means: the waker of the *latest* call will be woken once polling again can get further.
//   - After Ready, or after an exception, it is not polled again.
//   - It does not block its thread.
//   - Destroying the future cancels it, at any moment between two polls.
// Thread safety: one poll at a time; successive polls may come from different threads.
// Lifetime: from its first poll on a future stays where it is, unless its type says otherwise (C++ has no
//   Pin; types that must not move have no move constructor, and are built where they stay).
#pragma once

#include <concepts>
#include <type_traits>

#include "common/future/context.hpp"
#include "common/future/poll.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class F>
concept Future = requires(F& future, Context& cx) {
  typename F::Output;
  { future.poll(cx) } -> std::same_as<Poll<typename F::Output>>;
};

template <Future F>
using OutputOf = typename F::Output;

}  // namespace async::inline ASYNC_FLAVOUR

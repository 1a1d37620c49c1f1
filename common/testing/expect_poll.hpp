// expect_poll.hpp -- EXPECT_PENDING, EXPECT_READY: what a poll has to answer.
//
//   EXPECT_PENDING(future.poll());
//   EXPECT_READY(future.poll());           // with any value
//   EXPECT_READY(future.poll(), 5);        // with one that is equal to 5
//
// Not in a coroutine's condition, and poll() is no co_await: they are right in a TEST and in an ASYNC_TEST.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "common/future/poll.hpp"

#define EXPECT_PENDING(poll) EXPECT_PRED_FORMAT1(::async::detail::PendingIs(), poll)
#define EXPECT_READY(poll, ...) EXPECT_PRED_FORMAT1(::async::detail::ReadyIs(__VA_ARGS__), poll)

namespace async::inline ASYNC_FLAVOUR::detail {

template <class T>
[[nodiscard]] std::string shown(Poll<T>& poll) {
  if (poll.is_pending()) return "Pending";
  if constexpr (std::is_void_v<T>) {
    return "Ready";
  } else {
    return "Ready with " + ::testing::PrintToString(poll.value());
  }
}

template <class T>
[[nodiscard]] ::testing::AssertionResult differs(const char* text, Poll<T>& poll,
                                                 const std::string& expected) {
  return ::testing::AssertionFailure()
         << text << "\n  answered: " << shown(poll) << "\n  expected: " << expected;
}

struct PendingIs {
  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>&& poll) const {
    return (*this)(text, poll);
  }
  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>& poll) const {
    return poll.is_pending() ? ::testing::AssertionSuccess() : differs(text, poll, "Pending");
  }
};

template <class Value = void>
struct ReadyIs {
  explicit ReadyIs(Value value) : expected(std::move(value)) {}

  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>&& poll) const {
    return (*this)(text, poll);
  }
  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>& poll) const {
    if (poll.is_ready() && poll.value() == expected) return ::testing::AssertionSuccess();
    return differs(text, poll, "Ready with " + ::testing::PrintToString(expected));
  }

  Value expected;
};
template <>
struct ReadyIs<void> {
  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>&& poll) const {
    return (*this)(text, poll);
  }
  template <class T>
  ::testing::AssertionResult operator()(const char* text, Poll<T>& poll) const {
    return poll.is_ready() ? ::testing::AssertionSuccess() : differs(text, poll, "Ready");
  }
};
ReadyIs() -> ReadyIs<>;
template <class Value>
ReadyIs(Value) -> ReadyIs<Value>;

}  // namespace async::inline ASYNC_FLAVOUR::detail

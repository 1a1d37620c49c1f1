// message.hpp -- what a value must be to go through a channel.
#pragma once

#include <type_traits>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// For every channel: a move that throws half-way would lose the value, or give it out twice.
template <class T>
constexpr void check_message() {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>,
                "a channel carries values: no references, no const");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a channel moves its values, and cannot go back half-way: give T a move constructor that is "
                "noexcept, or send a std::unique_ptr<T>");
}

// For what is awaited: `co_await tx.send(Message{1, "text"})` is what one writes first.
template <class T>
constexpr void check_awaited_message() {
  static_assert(
      !std::is_aggregate_v<T> || std::is_trivially_destructible_v<T>,
      "give this message a constructor: g++ 12 destroys an aggregate twice that is written with braces "
      "inside a co_await expression");
}

}  // namespace async::inline ASYNC_FLAVOUR::detail

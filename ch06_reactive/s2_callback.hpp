// s2_callback.hpp -- the book's smallest callback: a function that is given what to do with its result.
#pragma once

#include <concepts>

namespace ch06 {

// Returns when the callback has: nothing here is asynchronous yet.
template <std::invocable<int> Callback>
void perform_operation_with_callback(Callback callback) {
  const int result = 42;
  callback(result);
}

}  // namespace ch06

// s8_retry.hpp -- with_retries: tries an operation again and again, with pauses that double.
//
// Lifetime: the operation outlives the future. Errors: std::invalid_argument for no tries at all; the
// operation's last
//   error, when there are no tries left.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/time/sleep.hpp"

namespace ch11 {

using namespace async;

// `operation()` gives an Async of std::expected<T, std::string>. The pauses are 1 s, 2 s, 4 s and so on.
template <class Operation>
auto with_retries(Operation& operation, std::size_t tries) -> decltype(operation()) {
  if (tries == 0) throw std::invalid_argument("with_retries tries at least once");
  std::chrono::seconds pause(1);
  for (std::size_t left = tries; left > 1; --left) {
    auto answer = co_await operation();
    if (answer) co_return answer;
    co_await sleep(pause);
    pause *= 2;
  }
  co_return co_await operation();
}

}  // namespace ch11

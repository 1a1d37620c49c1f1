// s8_task_local.hpp -- a request's name that is known wherever one works for the request.
//
// Thread safety: the value belongs to the scope, which one thread at a time polls.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/handle.hpp"
#include "common/runtime/task_local.hpp"

namespace ch07 {

using namespace async;

inline TaskLocal<std::string> request;

// What is logged far below, where nobody has passed the name on.
[[nodiscard]] inline std::string whose() {
  const std::string* const name = request.try_get();
  return name == nullptr ? "nobody's" : *name;
}

// Lets other tasks run in between, each of which has a name of its own.
inline Async<std::vector<std::string>> work() {
  std::vector<std::string> log;
  for (int i = 0; i < 3; ++i) {
    log.push_back(whose());
    co_await yield_now();
  }
  co_return log;
}

inline Async<std::string> spawn_from_within() {
  auto child = spawn([]() -> Async<std::string> { co_return whose(); });
  const auto result = co_await child;
  co_return result.value();
}

}  // namespace ch07

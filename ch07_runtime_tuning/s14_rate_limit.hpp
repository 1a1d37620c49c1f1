// s14_rate_limit.hpp -- the pattern "so many at a time": permits in the tasks, or before them.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Ten workers of a second, three permits: all tasks exist, seven of them wait. Inside a runtime.
Async<> limited_workers();

// Thirty requests, ten permits, taken before a task is spawned: there are never more than ten tasks.
struct Fetched {
  std::size_t requests = 0;
  std::size_t most_tasks = 0;  // at once
};
Async<Fetched> rate_limited_fetch(std::size_t requests);

}  // namespace ch07

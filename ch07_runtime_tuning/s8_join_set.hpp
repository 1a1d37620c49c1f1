// s8_join_set.hpp -- the guide's hundred tasks in a set, and the sum of what they give.
#pragma once

#include <cstddef>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Task i of `count` sleeps for 100 ms and gives 2 * i. How many gave something, and the sum: of a hundred
// tasks 9900. Inside a runtime.
struct Doubled {
  std::size_t results = 0;
  int sum = 0;
};
Async<Doubled> doubled_by_tasks(int count);

}  // namespace ch07

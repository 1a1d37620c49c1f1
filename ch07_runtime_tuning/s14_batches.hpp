// s14_batches.hpp -- the pattern "in batches": a task for each item, or one for each hundred.
#pragma once

#include <cstdint>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// Both give the sum of what was made of the items 0 to count - 1; `batch` of them to a
// task. Inside a runtime.
Async<std::uint64_t> in_tasks_of(std::uint64_t count, std::uint64_t batch);

}  // namespace ch07

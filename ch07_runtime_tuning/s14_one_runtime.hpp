// s14_one_runtime.hpp -- a hundred pieces of work: a runtime for each, or one runtime for all of them.
#pragma once

namespace ch07 {

using namespace async;

// Both give the sum 0 + 1 + ... + count - 1, each number from a task of its own.
int sum_with_a_runtime_each(int count);
int sum_with_one_runtime(int count);

}  // namespace ch07

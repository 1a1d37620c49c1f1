// s10_mutex.hpp -- ten tasks add to one counter, each in its turn; and the line in which they wait.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/sync/mutex.hpp"

namespace ch07 {

using namespace async;

// The guide's program: what the counter has at the end. Inside a runtime.
Async<int> ten_increments();

// Three tasks wait for one lock, the second gives up. Who was served, in order. On a current-thread runtime.
struct Line {
  bool could_slip_in = true;  // by try_lock, in the moment in which the lock was let go of
  std::vector<std::string> served;
};
Async<Line> line_of_three();

}  // namespace ch07

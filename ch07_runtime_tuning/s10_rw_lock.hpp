// s10_rw_lock.hpp -- readers together, a writer alone, and none who starves.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"

namespace ch07 {

using namespace async;

// The guide's program: five readers, then a writer that adds 4. What the list has at the
// end. Inside a runtime.
Async<std::vector<int>> readers_and_writer();

// A reader inside, a writer in line, a second reader behind it: in which order the two come in, and, if the
// writer gives up, whether the second reader is let in at once. On a current-thread runtime.
struct ReadersAndWriter {
  std::vector<std::string> order;
  bool is_let_in_at_once = false;
};
Async<ReadersAndWriter> writer_in_line();

}  // namespace ch07

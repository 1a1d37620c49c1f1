// s13_children.hpp -- child processes: their output, their end, a pipe through one, and one that is killed.
#pragma once

#include <string>

#include "common/future/async.hpp"
#include "common/io/process.hpp"

namespace ch07 {

using namespace async;

// What `sort` makes of the text, through two pipes.
Async<IoResult<std::string>> sorted_by_child(std::string text);

// A child that would sleep for an hour, and has a moment: the signal that ended it.
Async<IoResult<ExitStatus>> killed_child();

}  // namespace ch07

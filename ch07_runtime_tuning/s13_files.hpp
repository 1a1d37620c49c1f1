// s13_files.hpp -- a file is read on the blocking pool: the system has no readiness for files.
#pragma once

#include <string>

#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

namespace ch07 {

using namespace async;

// The guide's function: opens the file, reads all of it.
Async<IoResult<std::string>> read_file(std::string path);

}  // namespace ch07

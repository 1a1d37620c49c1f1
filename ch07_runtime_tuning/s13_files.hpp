// s13_files.hpp -- a file is read on the blocking pool: the system has no readiness for files.
#pragma once

#include <string>

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"
#include "common/io/io_error.hpp"

namespace ch07 {

using namespace async;

// The guide's function: opens the file, reads all of it.
Async<IoResult<std::string>> read_file(std::string path);

bool files_demo(const demo::Options& options);

}  // namespace ch07

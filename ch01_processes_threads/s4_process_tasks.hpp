// s4_process_tasks.hpp -- a task for each process: it awaits the end of its child, and blocks no thread.
//
// Thread safety: as any future; inside a runtime. Errors: IoError, a value of the task.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/io/process.hpp"

namespace ch01 {

using namespace async;

using Ended = IoResult<ExitStatus>;

// Runs the program for each URL, all at once, a task for each; prints what each wrote when it has ended.
// How they ended, in the order of the URLs.
[[nodiscard]] Async<std::vector<Ended>> run_children(std::string program, std::vector<std::string> urls);

}  // namespace ch01

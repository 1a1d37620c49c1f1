// command_line.hpp -- reads the command line of bench.
//
// Thread safety: a function. Errors: bad usage ends the program with 64, after a line that says what is allowed.
#pragma once

#include <span>

#include "common/bench/workload.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {

struct CommandLine {
  const Workload* workload = nullptr;
  Options options;
};

// Does not return after --help.
[[nodiscard]] CommandLine read_command_line(std::span<const Workload> workloads, int argc,
                                            const char* const* argv);

}  // namespace async::inline ASYNC_FLAVOUR::bench

// command_line.hpp -- reads the command line of a chapter's binary.
//
// Thread safety: a function. Lifetime: the counts of the options refer to the chapter's names.
// Errors: a line on stderr that says what would be right, and where to read more.
#pragma once

#include <expected>
#include <string>

#include "common/demo/demo.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

struct CommandLine {
  const Demo* demo = nullptr;  // the one to run; null where none is named
  bool all = false;            // run all of them
  bool list = false;           // only name them, for programs
  Options options;
};

// Or, where there is nothing left to do but to end, the exit code: 0 after --help and --version, 2 on wrong
// usage.
[[nodiscard]] std::expected<CommandLine, int> read_command_line(const Chapter& chapter, int argc,
                                                                const char* const* argv);

}  // namespace async::inline ASYNC_FLAVOUR::demo

// s3_processes.hpp -- a process for each connection: what it wrote, and how it ended.
//
// Nothing is shared with a child but three streams and a number at its end. So all that can go wrong has to
// be told by these: it could not be started (here, at once), it ended with a code, or a signal ended it.
//
// Thread safety: functions without state; they block, and call no runtime their own.
// Errors: in words, with the program's name.
#pragma once

#include <expected>
#include <string>

#include "common/demo/demo.hpp"
#include "common/io/process.hpp"

namespace ch01 {

using namespace async;

// The child program: what --child says, else ch01_connection beside this program.
[[nodiscard]] std::string child_program(const demo::Options& options);

// "exited with code 0", "was ended by signal 9"
[[nodiscard]] std::string how_it_ended(const ExitStatus& status);

// Runs in the background, its stdout and stderr kept.
class Connection {
 public:
  [[nodiscard]] static std::expected<Connection, std::string> start(const std::string& program,
                                                                    const std::string& url);

  [[nodiscard]] int pid() const { return child_.id(); }
  // Blocks until it has ended.
  [[nodiscard]] std::expected<ProcessOutput, std::string> wait() &&;
  // It has no say in it.
  void kill() { (void)child_.start_kill(); }

 private:
  explicit Connection(Child child) : child_(std::move(child)) {}

  Child child_;
};

}  // namespace ch01

// s3_processes.hpp -- a process for each connection: what it wrote, and how it ended.
//
// Nothing is shared with a child but three streams and a number at its end. So all that can go wrong has to
// be told by these: it could not be started (here, at once), it ended with a code, or a signal ended it.
//
// Thread safety: functions without state. They block the calling thread, which needs no runtime.
// Errors: in words, with the program's name.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/demo.hpp"
#include "common/io/process.hpp"

namespace ch01 {

using namespace async;

// The child program's whole path: what --child says, else ch01_connection beside this program.
[[nodiscard]] std::string child_program(const demo::Options& options);

// "exited with code 0", "was ended by signal 9"
[[nodiscard]] std::string how_it_ended(const ExitStatus& status);

// What a child has written, without the end of its last line.
[[nodiscard]] std::string without_line_end(std::string text);

// Runs in the background, its stdout and stderr kept.
class Connection {
 public:
  [[nodiscard]] static std::expected<Connection, std::string> start(const std::string& program,
                                                                    const std::string& url);

  [[nodiscard]] int pid() const { return child_.id(); }
  // Blocks until it has ended.
  [[nodiscard]] std::expected<ProcessOutput, std::string> wait() &&;
  // By a signal that it can neither catch nor ignore.
  void kill() { (void)child_.start_kill(); }

 private:
  explicit Connection(Child child) : child_(std::move(child)) {}

  Child child_;
};

struct EndedConnection {
  EndedConnection(int pid_, ExitStatus status_) : pid(pid_), status(status_) {}

  int pid;
  ExitStatus status;
};

// Starts all, then waits for one after the other, and prints what each wrote.
// Errors: of the first that could not be started or waited for; the others are killed.
[[nodiscard]] std::expected<std::vector<EndedConnection>, std::string> run_connections(
    const std::string& program, const std::vector<std::string>& urls);

}  // namespace ch01

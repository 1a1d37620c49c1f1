// row_tests.hpp -- how a demo of this chapter runs the tests of its row.
//
// GoogleTest runs its tests once in a process. So a demo starts this program again, with the tests that it
// names, and prints what that one prints:
//
//   int main(int argc, char** argv) {
//     if (const auto code = run_row_tests(argc, argv)) return *code;      // in the second one
//     return run_demos({...}, argc, argv);
//   }
//   bool deadlock_demo(const Options& options) { return run_tests_of("DeadlockTest.*", options); }
//
// In a debugger, without the detour: `gdb --args ch11_testing --row-tests 'DeadlockTest.*'`.
//
// Thread safety: functions. Errors: run_tests_of throws std::runtime_error if the program cannot be started
// again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/demo/demo.hpp"
#include "common/testing/async_run.hpp"

namespace ch11 {

using namespace async;

// What the tests of a row are told by the demo.
struct RowOptions {
  bool placeholders = false;
  std::size_t tasks = 100'000;
};
[[nodiscard]] RowOptions& row_options();

// The exit code, if the command line begins with --row-tests; else nothing.
[[nodiscard]] std::optional<int> run_row_tests(int argc, char** argv);

// Runs the tests that fit GoogleTest's filter, in a process of their own. True if they passed, and there was
// one.
[[nodiscard]] bool run_tests_of(const std::string& filter, const demo::Options& options);

// Prints where the tasks of an unfinished run wait.
void print_waiting(const AsyncOutcome& outcome);

}  // namespace ch11

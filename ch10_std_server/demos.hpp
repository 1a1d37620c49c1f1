// demos.hpp -- what a demo is, its options, and the functions of this chapter's demos.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

namespace ch10 {

struct DemoOptions {
  int speed = 1;                // divides the waits
  std::size_t requests = 4000;  // of the demos that send many; `compare` sends a quarter
  bool placeholders = false;    // print <ms> and the like in place of what differs from run to run

  [[nodiscard]] std::chrono::milliseconds wait(std::chrono::milliseconds time) const { return time / speed; }
};

struct Demo {
  const char* name;
  const char* rows;
  const char* sentence;
  // True if what it promises happened. May throw: then it did not.
  bool (*run)(const DemoOptions& options);
};

// Reads the command line, and runs the demo that it names. Returns the exit code: 0 what was promised happened,
// 1 not, 2 wrong usage. (3 is a stall: WaitingFor ends the program itself.)
int run_demo(std::span<const Demo> demos, int argc, const char* const* argv);

bool data_demo(const DemoOptions& options);
bool counting_demo(const DemoOptions& options);
bool no_wake_demo(const DemoOptions& options);
bool streams_demo(const DemoOptions& options);
bool server_demo(const DemoOptions& options);
bool client_demo(const DemoOptions& options);
bool compare_demo(const DemoOptions& options);
bool hostile_demo(const DemoOptions& options);

// The book's faults. Each is shown on a model as small as can be, then looked for in our code: true if it is
// found there, and not here.
namespace faults {

bool double_free_demo(const DemoOptions& options);
bool resent_bytes_demo(const DemoOptions& options);
bool split_message_demo(const DemoOptions& options);
bool lost_wakeup_demo(const DemoOptions& options);
bool dead_workers_demo(const DemoOptions& options);

}  // namespace faults
}  // namespace ch10

// output.hpp -- Output: where the lines of println go. The process has one that is current.
//
// Without a demo that is stdout. run_demos puts one on top that knows --quiet and --when, a test one that
// keeps the lines (captured_lines.hpp).
//
// Thread safety: print_line from any thread; no two lines mix, on their way to any output.
// Lifetime: an output must have been taken away before it dies; InstalledOutput sees to it.
// Errors: what cannot be written to stdout is dropped, and the first reason kept for take_stdout_error(). If
//   stdout is a pipe that nobody reads any more, the process ends as SIGPIPE ends it, also where that is
//   ignored.
#pragma once

#include <string_view>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  virtual ~Output() = default;

  // One line without its end. Called under the lock of all outputs: it must print nothing itself.
  virtual void write_line(std::string_view line) = 0;

  // True where colours make sense.
  [[nodiscard]] virtual bool is_terminal() const { return false; }
};

// While it lives, `output` is the current one. The last one that was installed is the first that goes.
class InstalledOutput {
 public:
  explicit InstalledOutput(Output& output);
  InstalledOutput(const InstalledOutput&) = delete;
  InstalledOutput& operator=(const InstalledOutput&) = delete;
  // Returns when no line is being written to it any more.
  ~InstalledOutput();

 private:
  Output& output_;
  Output& before_;
};

// The current one. For who puts another one on top, and for nothing else: it is used without the lock.
[[nodiscard]] Output& current_output();

// Text with line ends inside is several lines, with nothing of another thread between them.
void print_line(std::string_view text);

// The first error of a write to stdout since the last call, as in errno; 0: none.
[[nodiscard]] int take_stdout_error();

}  // namespace async::inline ASYNC_FLAVOUR::demo

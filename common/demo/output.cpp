// output.cpp -- the current output, and the one that writes to stdout.
#include "common/demo/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <utility>

#include "common/base/check.hpp"
#include "common/base/locked.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

// Nobody reads stdout any more. Where SIGPIPE is ignored, and somebody else may have asked for that, a demo
// would go on for nobody until its end.
[[noreturn]] void end_as_by_a_broken_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  ::raise(SIGPIPE);
  std::_Exit(1);  // it is blocked in this thread
}

class Stdout : public Output {
 public:
  // By write() itself and not by stdio: an error is known at once, and nothing is left in a buffer if the
  // process ends in the middle.
  void write_line(std::string_view line) override {
    if (error_ != 0) return;
    const std::string text = std::string(line) + '\n';
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
      if (written >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN) {  // somebody who shares this terminal or pipe has made it so
        pollfd writable{STDOUT_FILENO, POLLOUT, 0};
        ::poll(&writable, 1, -1);
      } else if (errno == EPIPE) {
        end_as_by_a_broken_pipe();
      } else if (errno != EINTR) {
        error_ = errno;
        return;
      }
    }
  }

  [[nodiscard]] bool is_terminal() const override { return ::isatty(STDOUT_FILENO) == 1; }

  int take_error() { return std::exchange(error_, 0); }

 private:
  int error_ = 0;
};

// Both are never destroyed: a thread may print while the process ends.
Stdout& standard_output() {
  static Stdout& output = *new Stdout;
  return output;
}

base::Locked<Output*>& current() {
  static base::Locked<Output*>& current = *new base::Locked<Output*>(&standard_output());
  return current;
}

}  // namespace

InstalledOutput::InstalledOutput(Output& output)
    : output_(output), before_(*std::exchange(*current().lock(), &output)) {}

InstalledOutput::~InstalledOutput() {
  Output* const last = std::exchange(*current().lock(), &before_);
  ASYNC_CHECK(last == &output_, "the last output that was installed has to go first");
}

Output& current_output() { return **current().lock(); }

void print_line(std::string_view text) {
  auto output = current().lock();
  for (;;) {
    const std::size_t end = text.find('\n');
    (*output)->write_line(text.substr(0, end));
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

int take_stdout_error() {
  const auto no_line_is_being_written = current().lock();
  return standard_output().take_error();
}

}  // namespace async::inline ASYNC_FLAVOUR::demo

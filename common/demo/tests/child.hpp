// child.hpp -- Child: one of our programs as a child process, with the stdout that a test wants.
//
// Thread safety: none. Lifetime: the destructor kills it. Errors: std::system_error.
// Nothing here waits for ever: Deadline stops the test.
#pragma once

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/descriptor.hpp"
#include "common/task/tests/deadline.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

class Child {
 public:
  enum class Stdout { pipe, terminal, full_disk, closed };

  // Not in every container.
  [[nodiscard]] static bool has_terminals() {
    return bool(base::Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)));
  }
  struct Setup {
    Stdout out = Stdout::pipe;
    bool ignores_sigpipe = false;
    const char* no_color = nullptr;  // what NO_COLOR is set to
  };

  explicit Child(std::vector<std::string> words) : Child(std::move(words), Setup{}) {}
  Child(std::vector<std::string> words, const Setup& setup) {
    base::Descriptor to_out;
    base::Descriptor to_err;
    make_pipe(err_, to_err);
    switch (setup.out) {
      case Stdout::pipe: make_pipe(out_, to_out); break;
      case Stdout::terminal: make_terminal(to_out); break;
      case Stdout::full_disk: to_out = base::Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)); break;
      case Stdout::closed: break;
    }
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    // Before the fork: setenv allocates.
    if (setup.no_color != nullptr) {
      ::setenv("NO_COLOR", setup.no_color, 1);
    } else {
      ::unsetenv("NO_COLOR");
    }
    pid_ = ::fork();
    if (pid_ < 0) fail("fork");
    if (pid_ != 0) return;
    ::signal(SIGPIPE, setup.ignores_sigpipe ? SIG_IGN : SIG_DFL);
    ::dup2(to_err.get(), STDERR_FILENO);
    if (to_out) {
      ::dup2(to_out.get(), STDOUT_FILENO);
    } else {
      ::close(STDIN_FILENO);
      ::close(STDOUT_FILENO);
    }
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  // Reads a little, at least one line, and hangs up.
  std::string read_one_line_and_hang_up() {
    const Deadline deadline("a line of the child");
    std::string text;
    while (text.find('\n') == text.npos && read_some(out_, text)) {
    }
    out_.reset();
    return text.substr(0, text.find('\n'));
  }

  struct Ended {
    int code;  // 128 + its number, if a signal ended it
    std::string out;
    std::string err;
  };
  // Waits for the end. What it writes must fit into a pipe.
  Ended end() {
    const Deadline deadline("the end of the child");
    Ended ended{-1, {}, {}};
    while (out_ && read_some(out_, ended.out)) {
    }
    while (read_some(err_, ended.err)) {
    }
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
  }

 private:
  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  static void make_pipe(base::Descriptor& reads, base::Descriptor& writes) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) fail("pipe2");
    reads = base::Descriptor(ends[0]);
    writes = base::Descriptor(ends[1]);
  }

  void make_terminal(base::Descriptor& writes) {
    out_ = base::Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!out_ || ::grantpt(out_.get()) < 0 || ::unlockpt(out_.get()) < 0) fail("posix_openpt");
    writes = base::Descriptor(::open(::ptsname(out_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!writes) fail("open");
  }

  // False at the end; of a terminal, that is an error.
  static bool read_some(const base::Descriptor& from, std::string& text) {
    std::array<char, 4096> chunk;
    const ssize_t size = ::read(from.get(), chunk.data(), chunk.size());
    if (size <= 0) return size < 0 && errno == EINTR;
    text.append(chunk.data(), static_cast<std::size_t>(size));
    return true;
  }

  pid_t pid_ = -1;
  base::Descriptor out_;
  base::Descriptor err_;
};

}  // namespace async::inline ASYNC_FLAVOUR::demo

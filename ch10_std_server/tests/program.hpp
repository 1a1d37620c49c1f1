// program.hpp -- Program: one of our programs as a child process; ServerProgram: ch10_server, ready to serve.
//
// Nothing is left behind: the destructor kills, and if this process dies first, the kernel does.
// Thread safety: none; made and used in one thread (the kernel's parent is that thread).
#pragma once

#include <array>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <vector>

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {

using Words = std::vector<std::string>;

class Program {
 public:
  // `descriptors`: how many it may have open, soft and hard; 0: as many as we.
  enum class IgnoresInterrupt { no, yes };
  explicit Program(Words command, rlim_t descriptors = 0,
                   IgnoresInterrupt ignores_interrupt = IgnoresInterrupt::no)
      : name_(command.at(0)) {
    Descriptor to_out, to_err;
    make_pipe(out_, to_out);
    make_pipe(err_, to_err);
    std::vector<char*> words;
    for (auto& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) fail("fork");
    if (pid_ == 0) {
      // Between fork and exec: only what is allowed in a signal handler.
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(127);
      // As from a terminal, whatever started these tests; `ignores_interrupt`: as a shell starts a background job.
      ::signal(SIGINT, ignores_interrupt == IgnoresInterrupt::yes ? SIG_IGN : SIG_DFL);
      ::signal(SIGTERM, SIG_DFL);
      ::dup2(to_out.get(), STDOUT_FILENO);
      ::dup2(to_err.get(), STDERR_FILENO);
      // What whoever started these tests left open would count for the limit.
      ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
      if (descriptors != 0) {
        const rlimit limit{.rlim_cur = descriptors, .rlim_max = descriptors};
        ::setrlimit(RLIMIT_NOFILE, &limit);
      }
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!ended_) fail("pidfd_open");
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    take(err_, err);
    if (::testing::Test::HasFailure()) ADD_FAILURE() << name_ << " has written to stderr:\n" << err;
    if (code_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  // What it has written up to now.
  std::string out, err;

  // Reads on until `text` is in `out` or `err`. False if the program ends without it, or the deadline passes.
  bool writes(std::string Program::* stream, std::string_view text) {
    return listen_until([&] { return (this->*stream).find(text) != std::string::npos; });
  }

  // Waits for its end. A signal is 128 + its number, as in a shell; -1: not in time.
  int exit_code() {
    if (code_) return *code_;
    bool over = false;
    listen_until([&] {
      pollfd end{ended_.get(), POLLIN, 0};
      return over = ::poll(&end, 1, 0) > 0;
    });
    if (!over) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    take(out_, out);
    take(err_, err);
    return *code_;
  }

  void signal(int number) const { ::kill(pid_, number); }
  // From here on nobody reads what it writes.
  void stop_listening() {
    out_.reset();
    err_.reset();
  }

  [[nodiscard]] std::chrono::milliseconds cpu_time() const {
    std::string line;
    std::getline(std::ifstream("/proc/" + std::to_string(pid_) + "/stat"), line);
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
  }
  [[nodiscard]] std::ptrdiff_t open_descriptors() const {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/fd");
    return std::distance(begin(all), end(all));
  }
  // A line of /proc/PID/status, such as VmPeak.
  [[nodiscard]] long kib(const std::string& name) const { return kib_of(std::to_string(pid_), name); }
  static long kib_of(const std::string& pid, const std::string& name) {
    std::ifstream status("/proc/" + pid + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    }
    return -1;
  }

 private:
  static void make_pipe(Descriptor& reads, Descriptor& writes) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) fail("pipe2");
    reads = Descriptor(ends[0]);
    writes = Descriptor(ends[1]);
    ::fcntl(reads.get(), F_SETFL, O_NONBLOCK);
  }

  static void take(Descriptor& pipe, std::string& text) {
    std::array<char, 4096> chunk;
    while (pipe) {
      const ssize_t size = ::read(pipe.get(), chunk.data(), chunk.size());
      if (size < 0) return;  // nothing more now
      if (size == 0) pipe.reset();
      text.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }

  template <class Done>
  bool listen_until(Done done) {
    const auto deadline = Clock::now() + kDeadline;
    while (Clock::now() < deadline) {
      if (done()) return true;
      std::array<pollfd, 3> watched{
          {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), 100);
      take(out_, out);
      take(err_, err);
      if (watched[2].revents != 0) return done();
    }
    return false;
  }

  const std::string name_;
  pid_t pid_ = -1;
  Descriptor out_, err_, ended_;
  std::optional<int> code_;
};

class ServerProgram : public Program {
 public:
  explicit ServerProgram(const Words& options, rlim_t descriptors = 0,
                         IgnoresInterrupt ignores_interrupt = IgnoresInterrupt::no)
      : Program(command(options), descriptors, ignores_interrupt) {
    constexpr std::string_view kBefore = "Server listening on port ";
    if (!writes(&Program::out, "\n") || !out.starts_with(kBefore)) {
      throw std::runtime_error("the server does not listen: " + out + err);
    }
    std::from_chars(out.data() + kBefore.size(), out.data() + out.size(), port_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static Words command(const Words& options) {
    Words words{CH10_SERVER, "--port", "0"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  std::uint16_t port_ = 0;
};

inline std::string word(ExecutorKind kind) { return std::string(to_string(kind)); }

}  // namespace ch10::tests

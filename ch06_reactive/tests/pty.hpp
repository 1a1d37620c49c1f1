// pty.hpp -- Pty: a terminal of the test's own, and in it a session with a program in the foreground, as under a shell.
//
// The little shell is a process: it gives the terminal to the program, waits for it to stop or end, takes the terminal
// back when it stops, and continues it in the foreground or in the background, as it is told.
//
// Thread safety: none. Lifetime: the destructor kills both. Errors: std::system_error.
// Nothing here waits for ever: a Deadline of the test stops it.
#pragma once

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/descriptor.hpp"

namespace ch06 {

class Pty {
 public:
  using Descriptor = async::base::Descriptor;

  // Not in every container.
  [[nodiscard]] static bool is_possible() {
    return bool(Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)));
  }

  enum class Place { foreground, background };

  // The test's own program, with these words. Its stdin is the terminal, its stdout a pipe.
  explicit Pty(std::vector<std::string> words, Place place = Place::foreground) {
    words.insert(words.begin(), "/proc/self/exe");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    open_terminal();
    Descriptor to_out, to_states, commands;
    make_pipe(out_, to_out);
    make_pipe(states_, to_states);
    make_pipe(commands, commands_);
    before_ = modes();
    shell_ = ::fork();
    if (shell_ < 0) fail("fork");
    if (shell_ == 0) be_shell(argv, place, to_out.get(), to_states.get(), commands.get());
    to_states.reset();
    program_ = next_number();
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
  ~Pty() {
    if (program_ > 0 && !has_ended_) ::kill(program_, SIGKILL);
    ::kill(shell_, SIGKILL);
    ::waitpid(shell_, nullptr, 0);
  }

  // What the user presses.
  void type(std::string_view keys) const {
    if (::write(terminal_.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
      fail("write");
  }

  // The next line that the program prints; an empty one at the end.
  std::string line() {
    std::string line;
    for (char byte = 0; read_byte(byte) && byte != '\n';) line += byte;
    return line;
  }
  void stop_reading() { out_.reset(); }
  void hang_up() { terminal_.reset(); }

  void send(int signal) const { ::kill(program_, signal); }

  // Waits until it has stopped or ended: as waitpid says it.
  int wait() {
    const int status = next_number();
    has_ended_ = !WIFSTOPPED(status);
    return status;
  }
  // After it has stopped.
  void continue_in_foreground() const { command('f'); }
  void continue_in_background() const { command('b'); }

  [[nodiscard]] termios modes() const {
    termios modes{};
    if (::tcgetattr(slave_.get(), &modes) < 0) fail("tcgetattr");
    return modes;
  }
  void set_modes(const termios& modes) const {
    if (::tcsetattr(slave_.get(), TCSANOW, &modes) < 0) fail("tcsetattr");
  }
  [[nodiscard]] const termios& modes_before() const { return before_; }
  [[nodiscard]] bool has_modes(const termios& wanted) const { return is_same(modes(), wanted); }
  [[nodiscard]] bool is_as_before() const { return has_modes(before_); }
  [[nodiscard]] bool is_raw() const { return (modes().c_lflag & static_cast<tcflag_t>(ICANON | ECHO)) == 0; }

 private:
  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  static bool is_same(const termios& left, const termios& right) {
    return left.c_iflag == right.c_iflag && left.c_oflag == right.c_oflag && left.c_cflag == right.c_cflag &&
           left.c_lflag == right.c_lflag && std::memcmp(left.c_cc, right.c_cc, sizeof left.c_cc) == 0;
  }

  static void make_pipe(Descriptor& reads, Descriptor& writes) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) fail("pipe2");
    reads = Descriptor(ends[0]);
    writes = Descriptor(ends[1]);
  }

  void open_terminal() {
    terminal_ = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal_ || ::grantpt(terminal_.get()) < 0 || ::unlockpt(terminal_.get()) < 0) fail("posix_openpt");
    slave_ = Descriptor(::open(::ptsname(terminal_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!slave_) fail("open");
  }

  // In another process, and the one that was forked has threads: nothing but system calls.
  [[noreturn]] void be_shell(const std::vector<char*>& argv, Place place, int out, int states,
                             int commands) const {
    // Nothing of the test's: it must be the only one that holds those ends.
    for (const Descriptor* mine : {&terminal_, &out_, &states_, &commands_}) ::close(mine->get());
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where a Deadline ends the test, and no destructor runs
    ::setsid();
    ::ioctl(slave_.get(), TIOCSCTTY, 0);
    for (const int number : {SIGTTOU, SIGHUP, SIGINT, SIGQUIT, SIGTSTP}) ::signal(number, SIG_IGN);
    const pid_t program = ::fork();
    if (program == 0) be_program(argv, place, out);
    ::setpgid(program, program);
    tell(states, program);
    ::close(out);
    for (int status = 0;;) {
      if (::waitpid(program, &status, WUNTRACED) < 0) ::_exit(1);
      if (WIFSTOPPED(status)) ::tcsetpgrp(slave_.get(), ::getpgrp());
      tell(states, status);
      if (!WIFSTOPPED(status)) ::_exit(0);
      char command = 0;
      if (::read(commands, &command, 1) != 1) ::_exit(1);
      if (command == 'f') ::tcsetpgrp(slave_.get(), program);
      ::kill(program, SIGCONT);
    }
  }

  [[noreturn]] void be_program(const std::vector<char*>& argv, Place place, int out) const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    if (place == Place::foreground) ::tcsetpgrp(slave_.get(), ::getpgrp());
    const rlimit no_core_file{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core_file);
    for (const int number : {SIGTTOU, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGPIPE}) ::signal(number, SIG_DFL);
    ::dup2(slave_.get(), STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }

  static void tell(int to, int number) {
    if (::write(to, &number, sizeof number) != sizeof number) ::_exit(1);
  }
  int next_number() {
    int number = 0;
    const ssize_t size = ::read(states_.get(), &number, sizeof number);
    if (size != sizeof number) throw std::runtime_error("the test's shell has ended");
    return number;
  }
  void command(char command) const {
    if (::write(commands_.get(), &command, 1) != 1) fail("write");
  }
  bool read_byte(char& byte) const {
    ssize_t size = 0;
    do {
      size = ::read(out_.get(), &byte, 1);
    } while (size < 0 && errno == EINTR);
    return size == 1;
  }

  Descriptor terminal_, slave_, out_, states_, commands_;
  termios before_{};
  pid_t shell_ = -1, program_ = -1;
  bool has_ended_ = false;
};

}  // namespace ch06

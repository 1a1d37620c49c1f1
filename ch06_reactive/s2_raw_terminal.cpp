// s2_raw_terminal.cpp -- the modes of the terminal, and the handlers that put them back.
#include "ch06_reactive/s2_raw_terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <pthread.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"

namespace ch06 {
namespace {

namespace base = async::base;

constexpr std::array kDeadly{SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGPIPE,
                             SIGABRT, SIGSEGV, SIGBUS, SIGFPE,  SIGILL};

enum class Mode : std::uint8_t {
  none,    // no RawTerminal
  raw,     // to be raw
  leaving  // to be put back
};

// What the handlers touch. A handler cannot be given anything, so it is the process's.
struct Shared {
  base::Atomic<Mode> mode = Mode::none;
  base::Atomic<bool> is_locked = false;
  int descriptor = -1;
  termios before{};
  termios raw{};
  std::array<struct sigaction, kDeadly.size()> deadly_before{};
  struct sigaction stop_before{};
  struct sigaction continue_before{};
};
static_assert(base::Atomic<Mode>::is_always_lock_free, "nothing else may be used inside a signal handler");
constinit Shared shared;

// All that is called here may be called in a signal handler.
void set_modes(const termios& modes) {
  // In the background it is the shell's, which has put its own modes back.
  const pid_t owner = ::tcgetpgrp(shared.descriptor);
  if (owner >= 0 && owner != ::getpgrp()) return;
  // Without this the system would stop a process that is sent to the background just now.
  sigset_t ttou, mask;
  ::sigemptyset(&ttou);
  ::sigaddset(&ttou, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &ttou, &mask);
  while (::tcsetattr(shared.descriptor, TCSANOW, &modes) < 0 && errno == EINTR) {
  }
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

// One thread at a time changes the modes, or stops the process. A lock, in a handler, is safe where no other handler
// can come between in the same thread: all signals are blocked while it is held, but for the stop itself.
class ModesLock {
 public:
  ModesLock() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &mask_);
    // acquire: pairs with the release below (the modes of the terminal, and what else is shared)
    while (shared.is_locked.exchange(true, base::acquire)) ::poll(nullptr, 0, 1);
  }
  ModesLock(const ModesLock&) = delete;
  ModesLock& operator=(const ModesLock&) = delete;
  ~ModesLock() {
    shared.is_locked.store(false, base::release);  // pairs with the acquire above
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

 private:
  sigset_t mask_{};
};

// relaxed, all loads and stores of the mode: the lock orders them.
void on_deadly(int number) {
  const int error = errno;
  {
    const ModesLock locked;
    if (shared.mode.load(base::relaxed) != Mode::none) {
      shared.mode.store(Mode::leaving, base::relaxed);  // nobody makes it raw any more
      set_modes(shared.before);
    }
  }
  for (std::size_t i = 0; i < kDeadly.size(); ++i) {
    if (kDeadly[i] == number) ::sigaction(number, &shared.deadly_before[i], nullptr);
  }
  errno = error;
  ::raise(number);  // blocked in here, so it comes when this returns
}

void install_stop_handler();

void on_stop(int number) {
  const int error = errno;
  {
    const ModesLock locked;  // also while the process stands still: who continues it waits for this one
    if (shared.mode.load(base::relaxed) != Mode::none) set_modes(shared.before);
    // What the signal does by default can only be had by default.
    struct sigaction by_default{};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(number, &by_default, nullptr);
    ::raise(number);
    sigset_t stop, mask;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, number);
    ::pthread_sigmask(SIG_UNBLOCK, &stop, &mask);  // here it stops, and goes on after SIGCONT
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    if (shared.mode.load(base::relaxed) == Mode::raw) {
      install_stop_handler();
      set_modes(shared.raw);  // also where nobody could continue it, and so the system has not stopped it
    }
  }
  errno = error;
}

void on_continue(int) {
  const int error = errno;
  {
    const ModesLock locked;
    if (shared.mode.load(base::relaxed) == Mode::raw) set_modes(shared.raw);
  }
  errno = error;
}

void install(int number, void (*handler)(int), struct sigaction* before) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigfillset(&action.sa_mask);
  ::sigaction(number, &action, before);
}

void install_stop_handler() { install(SIGTSTP, on_stop, nullptr); }

bool is_ignored(const struct sigaction& action) { return action.sa_handler == SIG_IGN; }

void install_handlers() {
  for (std::size_t i = 0; i < kDeadly.size(); ++i) {
    auto& before = shared.deadly_before[i];
    install(kDeadly[i], on_deadly, &before);
    // What is ignored (nohup) stays so. But where SIGPIPE is, the output ends the program by it all the same.
    if (is_ignored(before) && kDeadly[i] != SIGPIPE) ::sigaction(kDeadly[i], &before, nullptr);
  }
  install(SIGTSTP, on_stop, &shared.stop_before);
  if (is_ignored(shared.stop_before)) ::sigaction(SIGTSTP, &shared.stop_before, nullptr);
  install(SIGCONT, on_continue, &shared.continue_before);
}

void remove_handlers() {
  for (std::size_t i = 0; i < kDeadly.size(); ++i) {
    ::sigaction(kDeadly[i], &shared.deadly_before[i], nullptr);
  }
  ::sigaction(SIGTSTP, &shared.stop_before, nullptr);
  ::sigaction(SIGCONT, &shared.continue_before, nullptr);
}

}  // namespace

std::expected<std::unique_ptr<RawTerminal>, std::string> RawTerminal::open(int descriptor) {
  // relaxed: one thread makes them
  ASYNC_CHECK(shared.mode.load(base::relaxed) == Mode::none, "there is one RawTerminal at a time");
  if (::tcgetattr(descriptor, &shared.before) < 0) {
    const std::error_code why(errno, std::generic_category());
    return std::unexpected("no keys without a terminal (" + why.message() +
                           "): run it in one, or say what to press with --keys Up,5s,q");
  }
  shared.descriptor = descriptor;
  shared.raw = shared.before;
  shared.raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  shared.raw.c_cc[VMIN] = 1;
  shared.raw.c_cc[VTIME] = 0;
  install_handlers();
  const ModesLock locked;
  shared.mode.store(Mode::raw, base::relaxed);
  set_modes(shared.raw);
  return std::unique_ptr<RawTerminal>(new RawTerminal);
}

RawTerminal::~RawTerminal() {
  {
    const ModesLock locked;
    shared.mode.store(Mode::leaving, base::relaxed);  // from here on nobody makes it raw
    set_modes(shared.before);
  }
  remove_handlers();
  const ModesLock locked;
  shared.mode.store(Mode::none, base::relaxed);
}

}  // namespace ch06

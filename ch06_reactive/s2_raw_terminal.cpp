// s2_raw_terminal.cpp -- the modes of the terminal, and the handlers that put them back.
#include "ch06_reactive/s2_raw_terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
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

// All that end a program by default, but SIGKILL; and the two of job control.
constexpr std::array kHandled{SIGINT,  SIGTERM,   SIGHUP,  SIGQUIT, SIGPIPE, SIGABRT,   SIGSEGV, SIGBUS,
                              SIGFPE,  SIGILL,    SIGSYS,  SIGTRAP, SIGALRM, SIGUSR1,   SIGUSR2, SIGPROF,
                              SIGIO,   SIGVTALRM, SIGXCPU, SIGXFSZ, SIGPWR,  SIGSTKFLT,  //
                              SIGTSTP, SIGCONT};

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
  std::array<struct sigaction, kHandled.size()> handlers_before{};
};
static_assert(base::Atomic<Mode>::is_always_lock_free, "nothing else may be used inside a signal handler");
constinit Shared shared;

// A terminal that is not the session's has no owner.
bool is_in_background() {
  const pid_t owner = ::tcgetpgrp(shared.descriptor);
  return owner >= 0 && owner != ::getpgrp();
}

// False, and errno: it cannot be. All that is called here may be called in a signal handler.
bool set_modes(const termios& modes) {
  if (is_in_background()) return true;  // it is the shell's, which has put its own modes back
  // Without this the system would stop a process that is sent to the background just now.
  sigset_t ttou, mask;
  ::sigemptyset(&ttou);
  ::sigaddset(&ttou, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &ttou, &mask);
  bool is_set = false;
  do {
    is_set = ::tcsetattr(shared.descriptor, TCSANOW, &modes) == 0;
  } while (!is_set && errno == EINTR);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);  // leaves errno as it is
  return is_set;
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
void put_back() {
  const ModesLock locked;
  if (shared.mode.load(base::relaxed) == Mode::none) return;
  shared.mode.store(Mode::leaving, base::relaxed);  // nobody makes it raw any more
  set_modes(shared.before);
}

void on_deadly(int number) {
  const int error = errno;
  put_back();
  const auto index = static_cast<std::size_t>(std::ranges::find(kHandled, number) - kHandled.begin());
  ::sigaction(number, &shared.handlers_before[index], nullptr);
  errno = error;
  ::raise(number);  // blocked in here, so it comes when this returns
}

void install(int number);

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
      install(number);
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

void install(int number) {
  struct sigaction action{};
  action.sa_handler = number == SIGTSTP ? on_stop : number == SIGCONT ? on_continue : on_deadly;
  action.sa_flags = SA_RESTART;
  ::sigfillset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

void install_handlers() {
  for (std::size_t i = 0; i < kHandled.size(); ++i) {
    const int number = kHandled[i];
    // Asked first: a signal that comes at once is to find it.
    ::sigaction(number, nullptr, &shared.handlers_before[i]);
    // What is ignored (nohup) stays so. But where SIGPIPE is, the output ends the program by it all the same; and
    // SIGCONT continues a program that ignores it. Who handles SIGTSTP does not stop.
    const bool is_default = shared.handlers_before[i].sa_handler == SIG_DFL;
    const bool is_ignored = shared.handlers_before[i].sa_handler == SIG_IGN;
    if (number == SIGPIPE || number == SIGCONT || (number == SIGTSTP ? is_default : !is_ignored))
      install(number);
  }
}

void remove_handlers() {
  for (std::size_t i = 0; i < kHandled.size(); ++i) {
    ::sigaction(kHandled[i], &shared.handlers_before[i], nullptr);
  }
}

std::unexpected<std::string> refused(const std::string& why) {
  return std::unexpected("no keys without a terminal (" + why +
                         "): run it in one, or say what to press with --keys Up,5s,q");
}

std::string reason_of_errno() { return std::generic_category().message(errno); }

}  // namespace

std::expected<std::unique_ptr<RawTerminal>, std::string> RawTerminal::open(int descriptor) {
  // relaxed: one thread makes them
  ASYNC_CHECK(shared.mode.load(base::relaxed) == Mode::none, "there is one RawTerminal at a time");
  shared.descriptor = descriptor;
  if (::tcgetattr(descriptor, &shared.before) < 0) return refused(reason_of_errno());
  // Those modes are then the shell's own, which are no use to anybody else.
  if (is_in_background()) return refused("it is another program's now; in a shell, leave out the &");
  shared.raw = shared.before;
  shared.raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  shared.raw.c_cc[VMIN] = 1;
  shared.raw.c_cc[VTIME] = 0;
  // Once: exit() in the middle runs no destructor of those who wait for keys.
  static const bool is_registered = std::atexit(put_back) == 0 && std::at_quick_exit(put_back) == 0;
  ASYNC_CHECK(is_registered, "there is room for two functions that exit() is to call");
  install_handlers();
  std::unique_ptr<RawTerminal> terminal(new RawTerminal);  // from here on its destructor puts it back
  const ModesLock locked;
  shared.mode.store(Mode::raw, base::relaxed);
  if (!set_modes(shared.raw)) return refused(reason_of_errno());
  return terminal;
}

RawTerminal::~RawTerminal() {
  put_back();
  remove_handlers();
  const ModesLock locked;
  shared.mode.store(Mode::none, base::relaxed);
}

}  // namespace ch06

// signal.hpp -- signal(kind): the system's signals as futures; ctrl_c().
//
//   auto hangup = signal(SignalKind::hangup());
//   if (!hangup) return hangup.error();
//   co_await hangup->recv();                  // the next one
//
// Until a signal's first use here, it does what it does by default: Ctrl-C ends the program. From then on,
// for the rest of the program, it only counts, also while nobody awaits it: a program that uses ctrl_c() and
// never comes back to it cannot be ended by Ctrl-C any more. (The book's lesson in chapter 7.)
//
// What the system allows inside a signal handler is little: this one adds one to a number and writes to an
// event descriptor. Each listener has a duplicate of that descriptor, in its own reactor: every write is an
// edge for all. Signals that come between two recv() are one: it says "at least one since".
//
// What happens when: a listener is woken inside its reactor's turn(). A signal that came after signal() and
// before recv() is not lost.
// Thread safety: signal() from any thread; a Signal is one task's. Several Signals of one kind each see every
// signal.
// Lifetime: a Signal outlives its recv() and stays in its place meanwhile. Dropping recv() loses no signal.
// Errors: invalid_argument for what cannot be caught (SIGKILL, SIGSTOP) or stands for a fault of the program.
#pragma once

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/io/io_operation.hpp"

namespace async::inline ASYNC_FLAVOUR {

class SignalKind {
 public:
  [[nodiscard]] static SignalKind interrupt() { return SignalKind(SIGINT); }  // Ctrl-C
  [[nodiscard]] static SignalKind terminate() { return SignalKind(SIGTERM); }
  [[nodiscard]] static SignalKind hangup() { return SignalKind(SIGHUP); }
  [[nodiscard]] static SignalKind quit() { return SignalKind(SIGQUIT); }
  [[nodiscard]] static SignalKind user_defined1() { return SignalKind(SIGUSR1); }
  [[nodiscard]] static SignalKind user_defined2() { return SignalKind(SIGUSR2); }
  [[nodiscard]] static SignalKind child() { return SignalKind(SIGCHLD); }
  [[nodiscard]] static SignalKind pipe() { return SignalKind(SIGPIPE); }
  [[nodiscard]] static SignalKind alarm() { return SignalKind(SIGALRM); }
  [[nodiscard]] static SignalKind window_change() { return SignalKind(SIGWINCH); }
  [[nodiscard]] static SignalKind from_raw(int number) { return SignalKind(number); }

  [[nodiscard]] int as_raw() const { return number_; }
  friend bool operator==(SignalKind, SignalKind) = default;

 private:
  explicit SignalKind(int number) : number_(number) {}

  int number_;
};

namespace detail {

// What the handler touches; one for each signal number.
struct SignalSlot {
  base::Atomic<std::uint64_t> count = 0;
  base::Atomic<int> event = -1;  // never closed
};
static_assert(base::Atomic<std::uint64_t>::is_always_lock_free && base::Atomic<int>::is_always_lock_free,
              "nothing else may be used inside a signal handler");

inline constexpr int kSignals = 65;
// There before the first line of main, and after the last: a signal may come at any time.
inline constinit std::array<SignalSlot, kSignals> signal_slots{};

inline void on_signal(int number) noexcept {
  const int error = errno;  // of whoever was interrupted
  auto& slot = signal_slots[static_cast<std::size_t>(number)];
  // release: pairs with the acquire in SignalAttempt. Counted first: who is woken by the write finds it.
  (void)slot.count.fetch_add(1, base::release);
  const std::uint64_t one = 1;
  // acquire: pairs with the release in signal_event.
  [[maybe_unused]] const auto written = ::write(slot.event.load(base::acquire), &one, sizeof one);
  errno = error;
}

// Installs the handler, again if somebody else has replaced it; the event descriptor that it writes to.
[[nodiscard]] inline IoResult<int> signal_event(int number, const std::string& what) {
  static base::Locked<bool> one_at_a_time;
  auto& slot = signal_slots[static_cast<std::size_t>(number)];
  const auto locked = one_at_a_time.lock();
  if (slot.event.load(base::relaxed) < 0) {  // relaxed: written under this lock
    base::Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event) return io_failure(last_error(), what);
    slot.event.store(event.release(),
                     base::release);  // the program's for good; pairs with the acquire in on_signal
  }
  struct sigaction action{};
  action.sa_handler = [](int caught) { on_signal(caught); };
  action.sa_flags = SA_RESTART;  // whoever blocks in a system call elsewhere is not to notice
  ::sigfillset(&action.sa_mask);
  if (::sigaction(number, &action, nullptr) != 0) return io_failure(last_error(), what);
  return slot.event.load(base::relaxed);
}

class SignalAttempt {
 public:
  using Output = IoResult<void>;
  static constexpr auto kDirection = Direction::read;

  SignalAttempt(const SignalSlot& slot, std::uint64_t& seen) : slot_(slot), seen_(seen) {}

  std::optional<Output> operator()(IoTrial& trial) {
    // acquire: pairs with the release in on_signal: what was done before raise() is seen.
    const std::uint64_t count = slot_.count.load(base::acquire);
    if (std::exchange(seen_, count) != count) return Output();
    trial.nothing_there();
    return std::nullopt;
  }

 private:
  const SignalSlot& slot_;
  std::uint64_t& seen_;
};

}  // namespace detail

class Signal {
 public:
  // The next one, or what came since the last; any number of them.
  auto recv() { return detail::IoOperation<detail::SignalAttempt>(source_.registration(), *slot_, seen_); }

 private:
  friend IoResult<Signal> signal(SignalKind kind);

  // relaxed: only those are to be seen that come later.
  Signal(IoSource source, const detail::SignalSlot& slot)
      : source_(std::move(source)), slot_(&slot), seen_(slot.count.load(base::relaxed)) {}

  IoSource source_;
  const detail::SignalSlot* slot_;
  std::uint64_t seen_;  // how many there had been at the last recv()
};

// With the calling thread's reactor.
[[nodiscard]] inline IoResult<Signal> signal(SignalKind kind) {
  const int number = kind.as_raw();
  const std::string what = "listen for signal " + std::to_string(number);
  const auto invalid = std::make_error_code(std::errc::invalid_argument);
  if (number < 1 || number >= detail::kSignals)
    return detail::io_failure(invalid,
                              what + " (there are 1 to " + std::to_string(detail::kSignals - 1) + ")");
  for (const int fatal : {SIGKILL, SIGSTOP, SIGSEGV, SIGILL, SIGFPE, SIGBUS}) {
    if (number == fatal)
      return detail::io_failure(
          invalid, what + " (SIGKILL, SIGSTOP, SIGSEGV, SIGILL, SIGFPE and SIGBUS cannot be awaited)");
  }
  const auto event = detail::signal_event(number, what);
  if (!event) return std::unexpected(event.error());
  base::Descriptor mine(::fcntl(*event, F_DUPFD_CLOEXEC, 0));
  if (!mine) return detail::io_failure(detail::last_error(), what);
  auto source = detail::add_source(Reactor::current(), std::move(mine), detail::Readiness::assumed(), what);
  if (!source) return std::unexpected(source.error());
  return Signal(std::move(*source), detail::signal_slots[static_cast<std::size_t>(number)]);
}

// The next Ctrl-C after its first poll.
[[nodiscard]] inline Async<IoResult<void>> ctrl_c() {
  auto interrupt = signal(SignalKind::interrupt());
  if (!interrupt) co_return std::unexpected(interrupt.error());
  co_return co_await interrupt->recv();
}

}  // namespace async::inline ASYNC_FLAVOUR

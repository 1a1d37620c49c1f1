// s2_raw_terminal.hpp -- RawTerminal: while it lives, a terminal gives each key at once and shows none of them.
//
// A terminal that is left like this is of no use to the shell. So it is put back on every way out:
//   - the destructor: at the normal end, and when an exception passes;
//   - exit() and quick_exit(), whoever calls them;
//   - each signal that ends a program: SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGABRT (a failed check, std::terminate),
//     SIGSEGV and so on: put back inside the handler, which then lets the signal do what it did before. If the
//     program goes on after that, it does so with a terminal that is put back;
//   - SIGTSTP (Ctrl-Z): put back, stopped, and made raw again by SIGCONT, as after a SIGSTOP.
// Against SIGKILL, _exit(), a real-time signal, and where the stack is full, nobody can do anything: `stty sane` helps.
//
// It is not all raw: Ctrl-C and Ctrl-Z still send their signals, and output is as ever. Echo and lines are off.
// In the background it leaves the terminal alone. After `bg`, `fg` alone tells nobody: Ctrl-Z and `fg` make it raw.
//
// Thread safety: made and destroyed by one thread; the signals may come to any.
// Lifetime: one at a time in a process. Handlers of the signals above that somebody installs meanwhile are lost at
//   its end.
// Errors: a text that says what to do, if it is no terminal, or another program's at this moment.
#pragma once

#include <expected>
#include <memory>
#include <string>

namespace ch06 {

class RawTerminal {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<RawTerminal>, std::string> open(int descriptor);

  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal();

 private:
  RawTerminal() = default;
};

}  // namespace ch06

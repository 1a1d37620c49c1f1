// s6_unheard.cpp -- the demo of 7.6: a Ctrl-C that nobody listens for, in this program started again.
//
// With --interactive it is that child itself, and you are the one who presses Ctrl-C.
#include "ch07_runtime_tuning/s6_unheard.hpp"

#include <array>
#include <csignal>
#include <string>

#include "common/demo/waiting_for.hpp"
#include "common/io/process.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

// A started program, its lines, and what it is told.
class Watched {
 public:
  explicit Watched(Child child)
      : child_(std::move(child)), in_(child_.take_stdin().value()), out_(child_.take_stdout().value()) {}

  // Prints what it prints, up to the line that begins so. False: it ended before.
  Async<bool> prints(std::string beginning) {
    for (;;) {
      while (text_.find('\n') != text_.npos) {
        const std::string line = text_.substr(0, text_.find('\n'));
        text_.erase(0, line.size() + 1);
        println("    ", line);
        if (line.starts_with(beginning)) co_return true;
      }
      std::array<std::byte, 256> buffer{};
      const auto count = co_await out_.read(buffer);
      if (!count || *count == 0) co_return false;
      text_.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
  }

  void press_ctrl_c() {
    println("  Ctrl-C");
    ::kill(static_cast<pid_t>(child_.id()), SIGINT);
  }
  Async<> press_enter() {
    println("  Enter");
    (void)co_await in_.write_all("\n");
  }
  Async<ExitStatus> end() {
    const auto status = co_await child_.wait();
    co_return status.value();
  }

 private:
  Child child_;
  PipeWriter in_;
  PipeReader out_;
  std::string text_;
};

// This program again. A program that is started in the background of a script may have been told to ignore
// Ctrl-C, and its children inherit that: these must not.
Watched start_again() {
  struct sigaction before{};
  ::sigaction(SIGINT, nullptr, &before);
  if (before.sa_handler == SIG_IGN) ::signal(SIGINT, SIG_DFL);
  auto child = Command("/proc/self/exe")
                   .args({"ctrl-c-unheard", "--interactive"})
                   .stdin_(Stdio::piped())
                   .stdout_(Stdio::piped())
                   .kill_on_drop(true)
                   .spawn();
  ::sigaction(SIGINT, &before, nullptr);
  if (!child) throw std::runtime_error(child.error().message());
  return Watched(*std::move(child));
}

Async<bool> interrupt_before_it_listens() {
  println("Ctrl-C while nobody has ever listened:");
  Watched program = start_again();
  const bool blocks = co_await program.prints("blocking");
  program.press_ctrl_c();
  const ExitStatus status = co_await program.end();
  println("  ended by ", status.to_string());
  co_return blocks&& status.signal() == SIGINT;
}

Async<bool> interrupt_after_it_listened() {
  println("Ctrl-C once somebody has listened:");
  Watched program = start_again();
  bool kept = co_await program.prints("blocking");
  co_await program.press_enter();
  kept &= co_await program.prints("listening");
  program.press_ctrl_c();
  kept &= co_await program.prints("blocking");
  program.press_ctrl_c();
  co_await program.press_enter();
  kept &= co_await program.prints("ctrl-c received!");
  const ExitStatus status = co_await program.end();
  println("  ended by ", status.to_string());
  co_return kept&& status.success();
}

Async<bool> watch_both() {
  const bool killed = co_await interrupt_before_it_listens();
  const bool heard = co_await interrupt_after_it_listened();
  co_return killed&& heard;
}

}  // namespace

bool ctrl_c_unheard_demo(const demo::Options& options) {
  if (options.interactive) {
    run_async_main(deaf_at_first);
    return true;
  }
  const demo::WaitingFor waiting("this program, started again, to do what it is told");
  return run_async_main(watch_both, RuntimeFlavor::current_thread);
}

}  // namespace ch07

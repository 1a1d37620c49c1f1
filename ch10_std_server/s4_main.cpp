// s4_main.cpp -- ch10_server: the server as a program.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sys/signalfd.h>
#include <system_error>

#include "ch10_std_server/options.hpp"
#include "ch10_std_server/s1_data.hpp"
#include "ch10_std_server/s4_server.hpp"

namespace {

// Readable once SIGINT or SIGTERM came. Blocked before any thread starts, so that all threads have them blocked.
ch10::Descriptor stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ch10::Descriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC));
  if (!descriptor) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

// From here on a signal does what it does by default: the second one ends the program at once. Said explicitly,
// because a shell starts a program in the background with SIGINT ignored.
void end_at_next_signal(int signals) {
  signalfd_siginfo first;
  (void)!::read(signals, &first, sizeof first);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  ch10::ServerOptions options;
  ch10::Options command_line("ch10_server", "answers every message after a second of pretended work");
  std::int64_t work_ms = options.work.count();
  std::int64_t idle_ms = options.idle.count();
  constexpr std::int64_t kLongest = 24 * 60 * 60 * 1000;
  command_line.number<std::uint16_t>("--port", "N", "listen on 127.0.0.1, port N (7878); 0: any free port",
                                     options.port, 0);
  command_line.number<std::int64_t>("--work-ms", "N", "work N milliseconds on each request (1000)", work_ms,
                                    0, kLongest);
  command_line.choice("--executor", "waking|polling", "which of the two executors (waking)",
                      [&](std::string_view word) {
                        if (word == "waking") options.executor = ch10::ExecutorKind::waking;
                        if (word == "polling") options.executor = ch10::ExecutorKind::polling;
                        return word == "waking" || word == "polling";
                      });
  command_line.number<std::size_t>("--max-frame", "BYTES",
                                   "longest message, its header of 10 bytes included (65536)",
                                   options.max_frame, ch10::Data::kHeaderSize);
  command_line.number<std::int64_t>(
      "--idle-ms", "N", "close a connection on which nothing came for N ms (0: never)", idle_ms, 0, kLongest);
  command_line.flag("--quiet", "no lines for each connection", options.quiet);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  options.work = std::chrono::milliseconds(work_ms);
  options.idle = std::chrono::milliseconds(idle_ms);

  std::signal(SIGPIPE, SIG_IGN);  // serve on when whoever read our lines is gone
  ch10::raise_descriptor_limit(4096, "serving thousands of clients at once");
  try {
    const auto signals = stop_signals();
    ch10::Server server(options);
    std::printf("Server listening on port %d\n", server.port());
    std::fflush(stdout);
    server.run(signals.get(), [&] {
      if (!options.quiet) {
        std::puts("Stopping: requests at work are answered first; a second signal ends the server at once");
        std::fflush(stdout);
      }
      end_at_next_signal(signals.get());
    });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ch10_server: %s\n", error.what());
    return 1;
  }
}

// s6_signal_scope.hpp -- for demos with signals: their handlers end with them; sending one, and patience.
//
// From its first use on, common/io catches a signal for the rest of the program. That is right for a
// program; but after a demo, Ctrl-C is to end this one again. So the handler is taken away at the end; the
// next listener installs it anew.
//
// Thread safety: one scope for each signal at a time.
#pragma once

#include <chrono>
#include <csignal>

#include "common/demo/demo.hpp"

namespace ch07 {

class SignalScope {
 public:
  explicit SignalScope(int number) : number_(number) { ::sigaction(number, nullptr, &before_); }
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
  ~SignalScope() { ::sigaction(number_, &before_, nullptr); }

 private:
  const int number_;
  struct sigaction before_{};
};

// To the calling thread: the handler has run when this returns. kill(getpid(), ...) would let the system
// choose the thread, and not wait for it.
inline void send_to_oneself(int number) { ::raise(number); }

// Until the user presses a key, or the demo has sent itself its signals.
[[nodiscard]] inline std::chrono::nanoseconds patience(const async::demo::Options& options) {
  return options.interactive ? std::chrono::hours(24) : std::chrono::minutes(2);
}

}  // namespace ch07

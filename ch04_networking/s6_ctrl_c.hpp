// s6_ctrl_c.hpp -- CtrlC: a thread that sleeps in os::Poll until somebody presses Ctrl-C.
//
// A signal's handler may do next to nothing. To write to an event descriptor it may: os::Alarm::ring().
//
// Thread safety: one at a time in the process. Lifetime: while it lives, Ctrl-C does not end the program.
#pragma once

#include <csignal>

#include "ch04_networking/s3_poll.hpp"

namespace ch04 {

class CtrlC {
 public:
  CtrlC() {
    rung() = &alarm_;
    struct sigaction action{};
    action.sa_handler = [](int) { rung()->ring(); };
    ::sigaction(SIGINT, &action, &before_);
  }
  CtrlC(const CtrlC&) = delete;
  CtrlC& operator=(const CtrlC&) = delete;
  ~CtrlC() { ::sigaction(SIGINT, &before_, nullptr); }

  void wait() {
    os::Events events(1);
    poll_.poll(events, std::nullopt);
  }

 private:
  static os::Alarm*& rung() {
    static constinit os::Alarm* alarm = nullptr;
    return alarm;
  }

  os::Poll poll_;
  os::Alarm alarm_{poll_, os::Token(0)};
  struct sigaction before_{};
};

}  // namespace ch04

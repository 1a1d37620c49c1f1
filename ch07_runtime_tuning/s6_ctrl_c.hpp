// s6_ctrl_c.hpp -- a background task that has to hear Ctrl-C three times before the program may end.
//
// One listener for all three. ctrl_c() makes a new one at each call, which hears only what comes
// after; a Ctrl-C between two calls would be lost. (The book awaits ctrl_c() in a loop; a person is
// slow enough for that.)
//
// Thread safety: the task may run on any thread; `listens` is unparked by it.
// Errors: std::runtime_error if the system lets nobody listen.
#pragma once

#include <cstdlib>
#include <stdexcept>

#include "common/base/parker.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/io/signal.hpp"

namespace ch07 {

using namespace async;

// From here on the signal does not end the program.
[[nodiscard]] inline Signal listen_to(SignalKind kind) {
  auto listener = signal(kind);
  if (!listener) throw std::runtime_error(listener.error().message());
  return *std::move(listener);
}

// Unparks `listens` whenever the next Ctrl-C may come.
inline Async<> cleanup(base::Parker& listens) {
  demo::println("cleanup background task started");
  Signal interrupts = listen_to(SignalKind::interrupt());
  for (int count = 0; count < 3; ++count) {
    listens.unpark();
    const auto heard = co_await interrupts.recv();
    if (!heard) throw std::runtime_error(heard.error().message());
    demo::println("ctrl-c received!");
  }
}

}  // namespace ch07

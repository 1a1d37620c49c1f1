// s6_unheard.hpp -- the program of the book's warning: it blocks before it has ever awaited Ctrl-C.
//
// It does what it is told by its standard input: each line ends one of its blocks. So whoever watches it
// knows where it is when the signal comes. (In the book it blocks for five seconds, and one has to be quick.)
//
// What the book concludes, that a signal is handled only while it is awaited, is half of it, here as in
// tokio: until somebody listens for the first time, Ctrl-C ends the program; from then on it does not, also
// while nobody awaits it.
//
// Errors: std::runtime_error if the system lets nobody listen.
#pragma once

#include <iostream>
#include <string>

#include "ch07_runtime_tuning/s6_ctrl_c.hpp"

namespace ch07 {

// Blocks the thread until a line comes on standard input, or its end.
inline void block_until_enter() {
  demo::println("blocking, until you press Enter");
  std::string line;
  std::getline(std::cin, line);
}

inline Async<> deaf_at_first() {
  demo::println("cleanup background task started");
  block_until_enter();
  Signal interrupts = listen_to(SignalKind::interrupt());
  demo::println("listening");
  (void)co_await interrupts.recv();
  demo::println("ctrl-c received!");
  block_until_enter();
  (void)co_await interrupts.recv();
  demo::println("ctrl-c received!");
}

}  // namespace ch07

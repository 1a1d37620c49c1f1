// s4_switch.cpp -- the transitions, and the book's demo of 9.4.
#include "ch09_patterns/s4_switch.hpp"

#include "common/demo/println.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch09_patterns/demos.hpp"

namespace ch09 {
namespace {

using demo::println;

Async<State> switched_three_times() {
  State state = State::on;
  state = co_await transition(state, Event::switch_off);
  state = co_await transition(state, Event::switch_on);
  state = co_await transition(state, Event::switch_on);
  co_return state;
}

}  // namespace

Async<State> transition(State state, Event event) {
  const State next = after(state, event);
  if (next == state) {
    println("No transition possible, staying in the current state");
  } else {
    println("Transitioning to the ", name(next), " state");
  }
  co_return next;
}

bool state_machine_demo(const demo::Options&) {
  const State state = run_async_main(switched_three_times(), RuntimeFlavor::current_thread);
  println("State machine is in the ", name(state), " state");
  return state == State::on;
}

}  // namespace ch09

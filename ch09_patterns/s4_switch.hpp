// s4_switch.hpp -- a state machine: a switch that is on or off, and the events that change it.
#pragma once

#include <cstdint>

#include "common/future/async.hpp"

namespace ch09 {

using namespace async;

enum class State : std::uint8_t { on, off };
enum class Event : std::uint8_t { switch_on, switch_off };

[[nodiscard]] constexpr const char* name(State state) { return state == State::on ? "On" : "Off"; }

// The whole machine: what an event makes of a state. An event that does not fit changes nothing.
[[nodiscard]] constexpr State after(State state, Event event) {
  if (state == State::on && event == Event::switch_off) return State::off;
  if (state == State::off && event == Event::switch_on) return State::on;
  return state;
}

// The same, and says so.
[[nodiscard]] Async<State> transition(State state, Event event);

}  // namespace ch09

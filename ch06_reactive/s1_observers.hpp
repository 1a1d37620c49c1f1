// s1_observers.hpp -- the observers: display, thermostat, heater and heat loss, which wait for changes and for time.
// after: s1_book_heater.hpp
//
// Each is a task that never ends. The book's display also switches the heater; here that is the thermostat's job,
// so that it alone may react late (row 6.3).
//
// Thread safety: each task shares the room and nothing else; any flavour of runtime.
// Lifetime: they keep the room alive; they end when their runtime does, or when they are aborted.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "common/future/async.hpp"
#include "common/runtime/runtime.hpp"
#include "common/time/clock.hpp"

#include "ch06_reactive/s1_room.hpp"

namespace ch06 {

using SharedRoom = std::shared_ptr<RoomSubject>;
using Show = std::function<void(const Room&)>;

// Whether the heater is to be switched, and how.
[[nodiscard]] inline std::optional<bool> wanted(const Room& room) {
  if (room.temp < room.desired_temp && !room.heat_on) return true;
  if (room.temp > room.desired_temp && room.heat_on) return false;
  return std::nullopt;
}

// Decides and switches, as one: if the room has changed since it was looked at, the decision is stale, and is made
// again on what the room is now. `meanwhile` is called between decision and switch: what others may do there.
// True: the heater was switched.
template <class Meanwhile>
bool switch_heater(RoomSubject& subject, Meanwhile meanwhile) {
  Room seen = subject.load();
  for (;;) {
    const auto on = wanted(seen);
    if (!on) return false;
    Room next = seen;
    next.heat_on = *on;
    meanwhile();
    if (subject.compare_exchange(seen, next)) return true;
  }
}

// Shows the room after each change; changes before it has had its turn are one.
Async<> display(SharedRoom room, Show show);

// Switches the heater. What it decides it does so much later, if it is still wanted then.
Async<> thermostat(SharedRoom room, Duration reaction_delay);

// 0.03 degrees more after each three seconds in which the heater was on.
Async<> heater(SharedRoom room);

// 0.01 degrees less every three seconds.
Async<> heat_loss(SharedRoom room);

// Spawns thermostat, heater and heat loss.
void heat(const Runtime& runtime, const SharedRoom& room, Duration reaction_delay);

}  // namespace ch06

// s1_observers.cpp -- what each observer waits for.
#include "ch06_reactive/s1_observers.hpp"

#include <chrono>
#include <utility>

#include "common/future/select.hpp"
#include "common/time/sleep.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 3s;

Async<> until_off(SharedRoom room) {
  Room seen = room->load();
  while (seen.heat_on) seen = co_await room->changed_from(seen);
}

}  // namespace

Async<> display(SharedRoom room, Show show) {
  Room seen = room->load();
  for (;;) {
    seen = co_await room->changed_from(seen);
    show(seen);
  }
}

Async<> thermostat(SharedRoom room, Duration reaction_delay) {
  for (;;) {
    const Room seen = room->load();
    if (!wanted(seen)) {
      co_await room->changed_from(seen);
      continue;
    }
    if (reaction_delay > 0s) co_await sleep(reaction_delay);
    switch_heater(*room, [] {});
  }
}

Async<> heater(SharedRoom room) {
  for (;;) {
    const Room seen = room->load();
    if (!seen.heat_on) {
      co_await room->changed_from(seen);
      continue;
    }
    const auto first = co_await select_biased(sleep(kTick), until_off(room));
    if (first.index() != 0) continue;  // its time counts anew when it is on again
    room->update([](Room warmer) {
      warmer.temp = static_cast<std::int16_t>(warmer.temp + 3);
      return warmer;
    });
  }
}

Async<> heat_loss(SharedRoom room) {
  for (;;) {
    co_await sleep(kTick);
    room->update([](Room colder) {
      colder.temp = static_cast<std::int16_t>(colder.temp - 1);
      return colder;
    });
  }
}

void heat(const Runtime& runtime, const SharedRoom& room, Duration reaction_delay) {
  runtime.spawn(thermostat, room, reaction_delay).detach();
  runtime.spawn(heater, room).detach();
  runtime.spawn(heat_loss, room).detach();
}

}  // namespace ch06

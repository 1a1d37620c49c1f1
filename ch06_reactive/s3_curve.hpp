// s3_curve.hpp -- Curve: what the room was like over time; its swing; and the observer that records it.
//
// Thread safety: a Curve is a value. The recorder writes to it from its task: look at it when the runtime has ended.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "ch06_reactive/s1_observers.hpp"

namespace ch06 {

struct Sample {
  Duration time;  // since the beginning of the curve
  Room room;      // from then until the next sample
};

struct Curve {
  std::vector<Sample> samples;
  Duration length{};

  // At that time; the first sample's room before it.
  [[nodiscard]] const Room& at(Duration time) const;

  // All that the room was from then on until then.
  [[nodiscard]] std::vector<Room> during(Duration from, Duration until) const;
};

// Between which temperatures the room swings, from the moment at which it was first as warm as desired.
struct Swing {
  Duration reached{};
  int lowest = 0;
  int highest = 0;

  [[nodiscard]] int size() const { return highest - lowest; }
};
// Nothing if it was never so warm.
[[nodiscard]] std::optional<Swing> swing_of(const Curve& curve);

// Adds a sample at its start and at each change.
Async<> recorder(SharedRoom room, std::shared_ptr<Curve> curve);

// When the user wants another temperature.
struct Wish {
  Duration time;
  std::int16_t desired_temp;
};

// Heats a room, in no time, for so long on a paused clock of its own.
[[nodiscard]] Curve simulate(Duration length, Duration reaction_delay, std::vector<Wish> wishes = {});

}  // namespace ch06

// s3_keys.hpp -- keys change the desired temperature, while the room is heated.
//
// A callback runs in the keyboard's thread. It does next to nothing: it sends the key into a channel, and a task does
// the rest, in the runtime's thread, where all that prints is. So no line of the screen needs a lock.
//
// Thread safety: as any function that builds a runtime: not in a task.
// Errors: what the source or `render` throws comes out of heat_by_keys.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ch06_reactive/s1_observers.hpp"
#include "ch06_reactive/s2_key_source.hpp"
#include "ch06_reactive/s3_curve.hpp"

namespace ch06 {

// Half a degree more for Up and +, half a degree less for Down and -, between 5 and 35.
void apply(const Key& key, RoomSubject& room);

// The book's: called whenever the room or the input has changed.
using Render = std::function<void(const Room&, const std::string& input)>;

struct Heated {
  Room room;          // at the end
  std::string input;  // the keys, one after the other
  Curve curve;
};

// Until the key q, or until there are no more keys.
[[nodiscard]] Heated heat_by_keys(std::unique_ptr<KeySource> source, Duration reaction_delay, Render render);

}  // namespace ch06

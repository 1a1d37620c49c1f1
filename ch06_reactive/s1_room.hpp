// s1_room.hpp -- the subjects of the heating system: three atomics, and the three in one word that can be awaited.
//
// Subjects is the book's: temperature, desired temperature and heater are three atomics. Each is true; together
// they may be a room that never was, because another thread can change one between two loads.
// RoomSubject has all three in one word. So a decision can be made on one state of the room and carried out only
// if the room is still in it (compare_exchange), and an observer can wait for a change instead of asking again.
//
// Temperatures are hundredths of a degree, as in the book: 2090 are 20.9.
// Thread safety: both from any thread. What happens when: changed_from is woken inside the call that changes the
//   room, in that thread; it goes on in its executor's next poll.
// Lifetime: a RoomSubject outlives whoever waits for it; the tasks share it.
#pragma once

#include <cstdint>
#include <ios>
#include <ostream>

#include "common/base/atomic.hpp"
#include "common/future/async.hpp"
#include "common/sync/notify.hpp"

namespace ch06 {

using namespace async;

struct Subjects {
  base::Atomic<std::int16_t> temp = 2090;
  base::Atomic<std::int16_t> desired_temp = 2100;
  base::Atomic<bool> heat_on = false;
};

// One state of the room.
struct Room {
  std::int16_t temp = 2090;
  std::int16_t desired_temp = 2100;
  bool heat_on = false;

  friend bool operator==(const Room&, const Room&) = default;
};

[[nodiscard]] inline double degrees(int hundredths) { return hundredths / 100.0; }

inline std::ostream& operator<<(std::ostream& out, const Room& room) {
  return out << "Temperature: " << degrees(room.temp) << "  Desired Temp: " << degrees(room.desired_temp)
             << "  Heater On: " << std::boolalpha << room.heat_on;
}

class RoomSubject {
 public:
  explicit RoomSubject(Room room = Room()) : word_(packed(room)) {}

  [[nodiscard]] Room load() const { return unpacked(word_.load(base::relaxed)); }

  // Changes the room if it is still as `seen`. If not: false, and `seen` is what it is now.
  [[nodiscard]] bool compare_exchange(Room& seen, Room next) {
    std::uint64_t word = packed(seen);
    if (!word_.compare_exchange_strong(word, packed(next), base::relaxed)) {
      seen = unpacked(word);
      return false;
    }
    if (seen != next) changed_.notify_waiters();
    return true;
  }

  // The same until it succeeds: `change` takes a Room and gives what it is to be. It may be called several times.
  template <class Change>
  Room update(Change change) {
    Room seen = load();
    for (;;) {
      const Room next = change(seen);
      if (compare_exchange(seen, next)) return next;
    }
  }

  // Ready once the room is another one than `seen`, with what it is then. Changes that come before it has had
  // its turn are one.
  [[nodiscard]] Async<Room> changed_from(Room seen) {
    for (;;) {
      auto notified = changed_.notified();  // before the look: a change after it is not missed
      const Room room = load();
      if (room != seen) co_return room;
      co_await notified;
    }
  }

 private:
  static std::uint64_t packed(Room room) {
    return std::uint64_t{static_cast<std::uint16_t>(room.temp)} |
           std::uint64_t{static_cast<std::uint16_t>(room.desired_temp)} << 16 |
           std::uint64_t{room.heat_on ? 1u : 0u} << 32;
  }
  static Room unpacked(std::uint64_t word) {
    Room room;
    room.temp = static_cast<std::int16_t>(word & 0xffff);
    room.desired_temp = static_cast<std::int16_t>(word >> 16 & 0xffff);
    room.heat_on = (word >> 32) != 0;
    return room;
  }

  // relaxed: all that belongs together is in this one word, and it publishes nothing else. Who waits is ordered
  // by the lock in Notify.
  base::Atomic<std::uint64_t> word_;
  Notify changed_;
};

}  // namespace ch06

// s3_curve.cpp -- a room is heated on a paused clock, and recorded.
#include "ch06_reactive/s3_curve.hpp"

#include <algorithm>
#include <utility>

#include "common/base/check.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace ch06 {

const Room& Curve::at(Duration time) const {
  ASYNC_CHECK(!samples.empty(), "a curve without a sample has no room");
  const auto later = std::ranges::upper_bound(samples, time, {}, &Sample::time);
  return later == samples.begin() ? samples.front().room : std::prev(later)->room;
}

std::vector<Room> Curve::during(Duration from, Duration until) const {
  std::vector<Room> rooms{at(from)};
  for (auto sample = std::ranges::upper_bound(samples, from, {}, &Sample::time);
       sample != samples.end() && sample->time < until; ++sample) {
    rooms.push_back(sample->room);
  }
  return rooms;
}

std::optional<Swing> swing_of(const Curve& curve) {
  const auto first = std::ranges::find_if(
      curve.samples, [](const Sample& sample) { return sample.room.temp >= sample.room.desired_temp; });
  if (first == curve.samples.end()) return std::nullopt;
  Swing swing{.reached = first->time, .lowest = first->room.temp, .highest = first->room.temp};
  for (auto sample = first; sample != curve.samples.end(); ++sample) {
    swing.lowest = std::min<int>(swing.lowest, sample->room.temp);
    swing.highest = std::max<int>(swing.highest, sample->room.temp);
  }
  return swing;
}

Async<> recorder(SharedRoom room, std::shared_ptr<Curve> curve) {
  const Instant start = now();
  Room seen = room->load();
  for (;;) {
    curve->samples.push_back({now() - start, seen});
    seen = co_await room->changed_from(seen);
  }
}

namespace {

Async<> ask_for(SharedRoom room, std::vector<Wish> wishes) {
  const Instant start = now();
  for (const Wish& wish : wishes) {
    co_await sleep_until(later(start, wish.time));
    room->update([&wish](Room changed) {
      changed.desired_temp = wish.desired_temp;
      return changed;
    });
  }
}

}  // namespace

Curve simulate(Duration length, Duration reaction_delay, std::vector<Wish> wishes) {
  PausedClock clock;
  clock.on_stall(demo::report_stall);
  const auto curve = std::make_shared<Curve>();
  const auto room = std::make_shared<RoomSubject>();
  {
    const Runtime runtime = Builder::new_current_thread().enable_time().build();
    runtime.spawn(recorder, room, curve).detach();
    runtime.spawn(ask_for, room, std::move(wishes)).detach();
    heat(runtime, room, reaction_delay);
    runtime.block_on([length] { return sleep(length); });
  }
  curve->length = length;
  return std::move(*curve);
}

}  // namespace ch06

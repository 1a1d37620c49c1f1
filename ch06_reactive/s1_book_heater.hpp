// s1_book_heater.hpp -- the book's three futures, which ask again and again: display, heater and heat loss.
//
// Each of them wakes its own task before it answers Pending. So an executor polls all three as fast as it can, one
// core is busy for ever, and a paused clock never moves. s1_observers.hpp waits for changes and for time instead.
//
// Thread safety: as any future; the subjects may be everybody's. Lifetime: the subjects outlive the futures.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "common/future/future.hpp"
#include "common/time/clock.hpp"

#include "ch06_reactive/s1_room.hpp"

namespace ch06 {

// What the book's display decides, and does by a plain store: on, off, or nothing. `meanwhile` is called between
// the two: what another thread may do there.
template <class Meanwhile>
void switch_by_store(Subjects& subjects, const Room& snapshot, Meanwhile meanwhile) {
  const bool turn_on = snapshot.temp < snapshot.desired_temp && !snapshot.heat_on;
  const bool turn_off = snapshot.temp > snapshot.desired_temp && snapshot.heat_on;
  meanwhile();
  // seq_cst, here and below: the book's order. A total order is needed because a snapshot is three loads.
  if (turn_on) subjects.heat_on.store(true, base::seq_cst);
  if (turn_off) subjects.heat_on.store(false, base::seq_cst);
}

[[nodiscard]] inline Room snapshot_of(const Subjects& subjects) {
  Room room;
  room.temp = subjects.temp.load(base::seq_cst);
  room.desired_temp = subjects.desired_temp.load(base::seq_cst);
  room.heat_on = subjects.heat_on.load(base::seq_cst);
  return room;
}

class DisplayFuture {
 public:
  using Output = void;

  DisplayFuture(Subjects& subjects, std::function<void(const Room&)> show)
      : subjects_(&subjects), show_(std::move(show)), temp_snapshot_(subjects.temp.load(base::seq_cst)) {}

  Poll<void> poll(Context& cx) {
    const Room now = snapshot_of(*subjects_);
    cx.waker().wake_by_ref();
    if (now.temp == temp_snapshot_) return Pending();
    switch_by_store(*subjects_, now, [] {});
    show_(now);
    temp_snapshot_ = now.temp;
    return Pending();
  }

 private:
  Subjects* subjects_;
  std::function<void(const Room&)> show_;
  std::int16_t temp_snapshot_;
};

class HeaterFuture {
 public:
  using Output = void;

  explicit HeaterFuture(Subjects& subjects) : subjects_(&subjects) {}

  Poll<void> poll(Context& cx) {
    cx.waker().wake_by_ref();
    if (!subjects_->heat_on.load(base::seq_cst)) {
      time_snapshot_ = async::now();  // else the first heat would come at once
      return Pending();
    }
    if (async::now() - time_snapshot_ < std::chrono::seconds(3)) return Pending();
    subjects_->temp.fetch_add(3, base::seq_cst);
    time_snapshot_ = async::now();
    return Pending();
  }

 private:
  Subjects* subjects_;
  Instant time_snapshot_ = async::now();
};

class HeatLossFuture {
 public:
  using Output = void;

  explicit HeatLossFuture(Subjects& subjects) : subjects_(&subjects) {}

  Poll<void> poll(Context& cx) {
    cx.waker().wake_by_ref();
    if (async::now() - time_snapshot_ > std::chrono::seconds(3)) {
      subjects_->temp.fetch_sub(1, base::seq_cst);
      time_snapshot_ = async::now();
    }
    return Pending();
  }

 private:
  Subjects* subjects_;
  Instant time_snapshot_ = async::now();
};

}  // namespace ch06

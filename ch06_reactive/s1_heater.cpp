// s1_heater.cpp -- the demos of 6.1: the heater, what polling costs, and a decision that comes too late.
#include <chrono>
#include <memory>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/sleep.hpp"

#include "ch06_reactive/demos.hpp"
#include "ch06_reactive/s1_book_heater.hpp"
#include "ch06_reactive/s1_observers.hpp"
#include "ch06_reactive/s1_polls.hpp"
#include "ch06_reactive/s3_curve.hpp"

namespace ch06 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// So long, and until the room has been as warm as desired.
Async<> watch(std::shared_ptr<const Curve> curve, Duration length) {
  co_await sleep(length);
  while (!swing_of(*curve)) co_await sleep(1s);
}

}  // namespace

bool heater_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("the room to be heated", options.limit(10min));
  const auto room = std::make_shared<RoomSubject>();
  const auto curve = std::make_shared<Curve>();
  {
    const Runtime runtime = Builder::new_current_thread().enable_time().build();
    println(room->load());
    runtime.spawn(display, room, [](const Room& changed) { println(changed); }).detach();
    runtime.spawn(recorder, room, curve).detach();
    heat(runtime, room, 0s);
    runtime.block_on(watch(curve, 40s));
  }
  const Swing swing = swing_of(*curve).value();
  println("as warm as desired after ", demo::whole_seconds(swing.reached), " s; then from ",
          degrees(swing.lowest), " to ", degrees(swing.highest));
  // On a real clock what comes late can make the swing bigger.
  return !options.paused || (swing.lowest >= 2095 && swing.highest <= 2105);
}

bool polls_demo(const demo::Options&) {
  constexpr auto kLength = 60s;
  for (const auto pause : {1000ms, 250ms, 10ms}) {
    const Polls polls = polls_of_the_book(kLength, pause);
    println("the book's futures, a round every ", pause.count(), " ms: ", polls.polls, " polls for ",
            polls.changes, " changes of the temperature");
  }
  const Polls ours = polls_of_the_observers(kLength);
  println("those that wait for changes and for time: ", ours.polls, " polls for ", ours.changes);
  return ours.polls < polls_of_the_book(kLength, 250ms).polls;
}

bool stale_demo(const demo::Options&) {
  constexpr std::int16_t kWish = 2000;
  Subjects subjects;
  const Room snapshot = snapshot_of(subjects);
  switch_by_store(subjects, snapshot, [&] {
    println("decided on ", degrees(snapshot.temp), " with ", degrees(snapshot.desired_temp),
            " desired: switch it ", wanted(snapshot) == true ? "on" : "off");
    subjects.desired_temp.store(kWish, base::seq_cst);  // seq_cst: as the book's
    println("meanwhile somebody wants ", degrees(kWish));
  });
  const Room by_store = snapshot_of(subjects);
  println("a store:            ", by_store);

  RoomSubject room;
  int decisions = 0;
  const bool was_switched = switch_heater(room, [&] {
    ++decisions;
    room.update([](Room changed) {
      changed.desired_temp = kWish;
      return changed;
    });
  });
  const Room by_exchange = room.load();
  println("a compare-exchange: ", by_exchange);
  println("it failed, and the decision on the room as it was then: ",
          was_switched ? "switch" : "nothing to do");
  return by_store.heat_on && !by_exchange.heat_on && decisions == 1;
}

}  // namespace ch06

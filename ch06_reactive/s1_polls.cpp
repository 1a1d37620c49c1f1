// s1_polls.cpp -- the same minute twice: asked again and again, and woken.
#include "ch06_reactive/s1_polls.hpp"

#include <memory>
#include <utility>

#include "common/demo/waiting_for.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch06_reactive/s1_book_heater.hpp"
#include "ch06_reactive/s1_observers.hpp"

namespace ch06 {

Polls polls_of_the_book(Duration length, Duration pause) {
  const PausedClock clock;
  Subjects subjects;
  Polls count;
  ManualExecutor executor;
  executor.spawn(DisplayFuture(subjects, [&count](const Room&) { ++count.changes; })).detach();
  executor.spawn(HeatLossFuture(subjects)).detach();
  executor.spawn(HeaterFuture(subjects)).detach();
  while (now() < Instant(length)) {
    const std::size_t in_the_queue = executor.queued();
    count.polls +=
        executor.run_until_stalled(in_the_queue);  // they are queued again at once: it never stalls
    blocking_sleep(pause);
  }
  return count;
}

Polls polls_of_the_observers(Duration length) {
  PausedClock clock;
  clock.on_stall(demo::report_stall);
  Polls count;
  const auto room = std::make_shared<RoomSubject>();
  const Runtime runtime = Builder::new_current_thread().enable_time().build();
  const auto show = [&count, temp = room->load().temp](const Room& changed) mutable {
    if (std::exchange(temp, changed.temp) != changed.temp) ++count.changes;
  };
  runtime.spawn(display, room, show).detach();
  heat(runtime, room, Duration::zero());
  runtime.block_on([length] { return sleep(length); });
  count.polls = runtime.metrics().polls;
  return count;
}

}  // namespace ch06

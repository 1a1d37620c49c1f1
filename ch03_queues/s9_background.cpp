// s9_background.cpp -- the demo of 3.9: a background process that is dropped, and one that is detached.
#include "ch03_queues/s9_background.hpp"

#include <optional>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch03_queues/demos.hpp"
#include "ch03_queues/s8_runtime.hpp"

namespace ch03 {

// Fires for good. The third time it holds its thread until main has done what it has to do then.
struct FiresThreeTimesAndMore {
  void operator()() {
    if (++fired > 3) return;
    demo::println("background process firing");
    if (fired < 3) return;
    third_time.unpark();
    main_has_seen_it.park();
  }

  base::Atomic<int> fired = 0;
  base::Parker third_time, main_has_seen_it;
};

bool background_demo(const demo::Options&) {
  using namespace std::chrono_literals;
  const demo::WaitingFor waiting("a background process to fire three times, and the executor to end");
  FiresThreeTimesAndMore held, detached;
  int after_the_end = 0;
  bool stopped = false;
  {
    Executor executor = Runtime().with_low_num(2).with_high_num(4).run();

    std::optional background(executor.spawn_task(BackgroundProcess([&held] { held(); })));
    held.third_time.park();
    demo::println("its Task is dropped");
    background.reset();
    held.main_has_seen_it.unpark();
    blocking_sleep(3s);
    stopped = held.fired == 3;
    demo::println("three seconds later it has fired ", held.fired, " times, and stopped");

    demo::println("another one, detached: there is no Task to drop");
    executor.spawn_task(BackgroundProcess([&detached] { detached(); })).detach();
    detached.third_time.park();
    demo::println("the executor ends");
    detached.main_has_seen_it.unpark();
  }
  after_the_end = detached.fired;
  blocking_sleep(3s);
  const bool ended = detached.fired == after_the_end;
  demo::println("three seconds later it fires no more: ", demo::yes_or_no(ended));
  return stopped && after_the_end >= 3 && ended;
}

}  // namespace ch03

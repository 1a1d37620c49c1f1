// s9_background.cpp -- the demo of 3.9: a background process that is dropped, and one that is detached.
#include "ch03_queues/s9_background.hpp"

#include <optional>

#include "common/base/atomic.hpp"

#include "ch03_queues/demos.hpp"
#include "ch03_queues/s8_runtime.hpp"

namespace ch03 {

bool background_demo(const demo::Options&) {
  using namespace std::chrono_literals;
  base::Atomic<int> fired = 0;
  const auto fire = [&fired] {
    ++fired;
    demo::println("background process firing");
  };
  int while_held = 0;
  {
    Executor executor = Runtime().with_low_num(2).with_high_num(4).run();

    std::optional background(executor.spawn_task(BackgroundProcess(fire)));
    blocking_sleep(2500ms);
    demo::println("its Task is dropped");
    background.reset();
    blocking_sleep(2s);
    while_held = fired;
    demo::println("two seconds later it has fired ", while_held, " times, and stopped");

    demo::println("another one, detached: there is no Task to drop");
    executor.spawn_task(BackgroundProcess(fire)).detach();
    blocking_sleep(2500ms);
    demo::println("the executor ends");
  }
  const int detached = fired - while_held;
  demo::println("it has fired ", detached, " times");
  return while_held == 3 && detached == 3;
}

}  // namespace ch03

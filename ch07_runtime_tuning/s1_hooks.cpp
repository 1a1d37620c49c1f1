// s1_hooks.cpp -- the demo of 7.1 about hooks: which threads a runtime has, and that they rest.
#include "ch07_runtime_tuning/s1_hooks.hpp"

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;
using demo::println;
using demo::yes_or_no;

bool watch_multi_thread() {
  HookCounts hooks;
  base::Atomic<int> last = 0;
  Builder builder = Builder::new_multi_thread();
  builder.worker_threads(2).thread_name_fn([&last] { return "thread " + std::to_string(++last); });
  hooks.attach_to(builder);
  bool kept = true;
  {
    const Runtime runtime = builder.build();
    hooks.wait_until_parked(2);
    println("two workers, nothing to do: ", hooks.counts().started, " threads have started, ",
            listed(hooks.counts().have_parked), " have parked");
    kept &= hooks.counts().started == 2;
    (void)block_on(runtime.spawn_blocking([] {}));
    println("after a call of spawn_blocking: ", hooks.counts().started, " have started, ",
            hooks.counts().stopped, " have stopped");
    kept &= hooks.counts().started == 3 && hooks.counts().stopped == 0;
  }
  const HookCounts::Counts counts = hooks.counts();
  println("after the runtime's end: ", counts.stopped,
          " have stopped; who parked went on, as often: ", yes_or_no(counts.parked == counts.unparked));
  return kept && counts.stopped == 3 && counts.parked == counts.unparked;
}

bool watch_current_thread() {
  HookCounts hooks;
  Builder builder = Builder::new_current_thread();
  hooks.attach_to(builder.enable_time());
  const Runtime runtime = builder.build();
  runtime.block_on(sleep(1s));
  const HookCounts::Counts counts = hooks.counts();
  println("current-thread, a sleep in block_on: ", counts.started, " have started, ",
          listed(counts.have_parked), " has parked");
  return counts.started == 0 && counts.parked >= 1 && counts.parked == counts.unparked;
}

}  // namespace

bool builder_hooks_demo(const demo::Options&) {
  const demo::WaitingFor waiting("both workers to park");
  const bool kept = watch_multi_thread();
  return watch_current_thread() && kept;
}

}  // namespace ch07

// s1_turns.cpp -- the demo of 7.1 about turns: how long a newcomer waits, and a timer that is due.
#include "ch07_runtime_tuning/s1_turns.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {

using demo::println;

bool builder_turns_demo(const demo::Options&) {
  const demo::WaitingFor waiting("the newcomers to have their turns");
  bool kept = true;
  println("turns of a busy task (.) and of three that come from outside, one after the other (N):");
  for (const std::uint32_t interval : {2u, 4u, 8u}) {
    Builder builder = Builder::new_current_thread();
    const std::string turns = turns_with_newcomers(builder.global_queue_interval(interval), 3);
    println("global_queue_interval(", interval, "): ", turns);
    kept &= own_turns_between(turns) == interval - 1;
  }
  const std::size_t current = own_turns_between(turns_with_newcomers(Builder::new_current_thread(), 3));
  Builder one_worker = Builder::new_multi_thread();
  const std::size_t multi = own_turns_between(turns_with_newcomers(one_worker.worker_threads(1), 3));
  println("the default: ", current, " turns between two newcomers on a current-thread runtime, ", multi,
          " on a worker");
  kept &= current == 30 && multi == 60;

  println("turns until a timer that was due is seen:");
  for (const std::uint32_t interval : {5u, 61u}) {
    const std::size_t turns = own_turns_before_timer(interval);
    println("event_interval(", interval, "): ", turns);
    kept &= turns == interval;
  }
  return kept;
}

}  // namespace ch07

// s4_two_queues.cpp -- the demo of 3.4: labelled futures, and which threads polled them.
#include "ch03_queues/s4_two_queues.hpp"

#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/demos.hpp"
#include "ch03_queues/labelled.hpp"
#include "ch03_queues/rendezvous.hpp"

namespace ch03 {

bool two_queues_demo(const demo::Options&) {
  const demo::WaitingFor waiting("two high tasks and one low one to run at once");
  two_queues::Executor executor;

  println("a high future:");
  auto high = executor.spawn_task(Labelled(CounterFuture(), Priority::high));
  const int polls = block_on(high);

  // Of each kind as many at once as its queue has threads.
  Rendezvous two_high(2), one_low(1);
  auto one = executor.spawn_task(Labelled(two_high.visit(), Priority::high));
  auto two = executor.spawn_task(Labelled(two_high.visit(), Priority::high));
  auto three = executor.spawn_task(Labelled(one_low.visit(), Priority::low));
  block_on(one);
  block_on(two);
  block_on(three);
  println("high futures ran on ", listed(two_high.threads()));
  println("low futures ran on ", listed(one_low.threads()));
  return polls == 3 && listed(two_high.threads()) == "high 1, high 2" && listed(one_low.threads()) == "low 1";
}

}  // namespace ch03

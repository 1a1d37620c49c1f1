// s3_more_workers.cpp -- the demo of 3.3: three tasks of a second take a second, on three threads.
#include "ch03_queues/s3_more_workers.hpp"

#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/demos.hpp"
#include "ch03_queues/rendezvous.hpp"

namespace ch03 {

bool workers_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("three threads to run three tasks at once");
  Rendezvous all_three(3);
  more_workers::Executor executor;
  const auto work = [&]() -> Async<> {
    co_await all_three.visit();
    co_await async_fn();
  };
  const Instant start = now();
  auto one = executor.spawn_task(work());
  auto two = executor.spawn_task(work());
  auto three = executor.spawn_task(work());
  block_on(one);
  block_on(two);
  block_on(three);
  const Duration elapsed = now() - start;
  println("after ", demo::whole_seconds(elapsed), " s; at once they ran on ", listed(all_three.threads()));
  return all_three.threads().size() == 3 && (options.paused ? elapsed == 1s : elapsed >= 1s);
}

}  // namespace ch03

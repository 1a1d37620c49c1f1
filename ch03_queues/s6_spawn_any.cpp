// s6_spawn_any.cpp -- the demo of 3.6: four things that are awaitable, spawned the same way.
#include "ch03_queues/s6_spawn_any.hpp"

#include <string>

#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/demos.hpp"

namespace ch03 {

bool spawn_any_demo(const demo::Options&) {
  const demo::WaitingFor waiting("four tasks, one after the other");
  spawn_any::Executor executor;

  println("a future written by hand, high");
  auto one = executor.spawn_task(CounterFuture(), Priority::high);
  const int polls = block_on(one);

  println("another one, and no word of a priority");
  auto two = executor.spawn_task(CounterFuture());
  const int more_polls = block_on(two);

  println("a coroutine");
  auto three = executor.spawn_task(async_fn());
  block_on(three);

  println("a lambda that is a coroutine, with what it has captured, high");
  auto four = executor.spawn_task(
      [name = std::string("toast")]() -> Async<std::string> {
        co_await async_fn();
        co_await async_fn();
        co_return name;
      },
      Priority::high);
  const std::string name = block_on(four);
  println("it has kept: ", name);
  return polls == 3 && more_polls == 3 && name == "toast";
}

}  // namespace ch03

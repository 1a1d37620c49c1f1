// s1_one_queue.cpp -- the demos of 3.1: the book's three tasks in one queue, and a task that throws.
#include "ch03_queues/s1_one_queue.hpp"

#include <stdexcept>
#include <string_view>

#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/demos.hpp"

namespace ch03 {
namespace {

using demo::WaitingFor;

// Main's 5 s and the third async_fn are over in the same moment. Main comes between the second and the third, as in
// the book.
Async<> four_async_fns(base::Parker& two_are_done, base::Parker& main_was_first) {
  co_await async_fn();
  co_await async_fn();
  two_are_done.unpark();
  co_await async_fn(&main_was_first);
  co_await async_fn();
}

Async<> burn_toast() {
  throw std::runtime_error("the toast is black");
  co_return;
}

}  // namespace

bool queue_demo(const demo::Options&) {
  base::Parker all_are_queued, two_are_done, main_was_first;
  one_queue::Executor executor([&] { all_are_queued.park(); });

  auto one = executor.spawn_task(CounterFuture());
  auto two = executor.spawn_task(CounterFuture());
  auto three = executor.spawn_task(four_async_fns(two_are_done, main_was_first));
  all_are_queued.unpark();

  blocking_sleep(5s);
  two_are_done.park();
  println("before the block");
  main_was_first.unpark();

  const WaitingFor waiting("the three tasks to end");
  const int polls = block_on(one) + block_on(two);
  block_on(three);
  return polls == 6;
}

bool exception_demo(const demo::Options&) {
  base::Parker all_are_queued;
  one_queue::Executor executor([&] { all_are_queued.park(); });

  auto burnt = executor.spawn_task(burn_toast());
  auto next = executor.spawn_task(async_fn());
  all_are_queued.unpark();

  const WaitingFor waiting("the task behind the one that throws");
  block_on(next);
  println("the thread has gone on");
  try {
    block_on(burnt);
  } catch (const std::runtime_error& error) {
    println("at the join: ", error.what());
    return std::string_view(error.what()) == "the toast is black";
  }
  return false;
}

}  // namespace ch03

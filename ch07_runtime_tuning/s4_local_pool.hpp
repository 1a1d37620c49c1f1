// s4_local_pool.hpp -- the book's task for a local pool: it counts in a variable of its thread.
//
// Each thread has a `counter` of its own that begins at 1. Which value a task prints tells how many tasks of
// its thread came before it.
//
// Thread safety: the counter is the calling thread's. Nothing else touches it, so it has no lock.
#pragma once

#include <chrono>
#include <concepts>
#include <utility>

#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/runtime/local_pool.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {

using namespace async;

inline int& counter_of_this_thread() {
  static thread_local int counter = 1;
  return counter;
}

inline int count(int number) {
  const int counter = ++counter_of_this_thread();
  demo::println("Counter: ", counter, " for: ", number);
  return number;
}

// Blocks its thread: nothing else runs there meanwhile, and nobody takes the others away.
inline Async<int> something(int number) {
  blocking_sleep(std::chrono::seconds(3));
  co_return count(number);
}

// Lets the others of its thread run.
inline Async<int> something_async(int number) {
  co_await sleep(std::chrono::seconds(3));
  co_return count(number);
}

// Awaits three tasks and adds their numbers up.
inline Async<int> sum_of(JoinHandle<int> one, JoinHandle<int> two, JoinHandle<int> three) {
  const auto first = co_await one;
  const auto second = co_await two;
  const auto third = co_await three;
  co_return first.value() + second.value() + third.value();
}

}  // namespace ch07

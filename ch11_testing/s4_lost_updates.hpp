// s4_lost_updates.hpp -- many tasks add one to a counter in two steps, and some additions are lost.
//
// Each step is atomic: there is no data race, and no sanitizer complains. Between the two another task may
// have added too, and its addition is overwritten.
//
// Lifetime: the counter outlives the tasks.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/future/async.hpp"
#include "common/runtime/runtime.hpp"
#include "common/time/sleep.hpp"

namespace ch11 {

using namespace async;
using Counter = base::Atomic<std::size_t>;

// The book's function. seq_cst, as there; no order would help.
inline Async<> unsafe_add(Counter& counter) {
  const std::size_t value = counter.load(base::seq_cst);
  counter.store(value + 1, base::seq_cst);
  co_return;
}

// The same, and in between the others have their turn.
inline Async<> unsafe_add_with_a_sleep(Counter& counter) {
  const std::size_t value = counter.load(base::seq_cst);
  co_await sleep(std::chrono::seconds(1));
  counter.store(value + 1, base::seq_cst);
}

// The cure: one step.
inline Async<> safe_add(Counter& counter) {
  counter.fetch_add(1, base::relaxed);  // relaxed: a number; the tasks are joined before it is read
  co_return;
}

// What the counter has in the end, if so many tasks have added to it.
template <class Add>
std::size_t count(const Runtime& runtime, std::size_t tasks, Add add) {
  Counter counter = 0;
  std::vector<JoinHandle<>> handles;
  handles.reserve(tasks);
  for (std::size_t i = 0; i < tasks; ++i)
    handles.push_back(runtime.spawn([&counter, add] { return add(counter); }));
  for (auto& handle : handles) (void)runtime.block_on(handle);
  return counter.load(base::seq_cst);
}

}  // namespace ch11

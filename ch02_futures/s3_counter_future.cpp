// s3_counter_future.cpp -- the demo: two CounterFutures in two tasks are polled in turn.
#include "ch02_futures/s3_counter_future.hpp"

#include <algorithm>

#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/future/join.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

// When it was over.
Async<Instant> count_to_five() {
  (void)co_await CounterFuture();
  co_return now();
}

Async<bool> two_counters(Executor& executor) {
  const Instant start = now();
  auto handle_one = executor.spawn(count_to_five());
  auto handle_two = executor.spawn(count_to_five());
  auto [one, two] = co_await join(std::move(handle_one), std::move(handle_two));
  // Ten polls of a second, in turn: the first is done after nine, not after five.
  co_return *one - start >= 9s && *two - start >= 10s;
}

}  // namespace

bool counter_demo(const demo::Options&) {
  Executor executor;
  const demo::WaitingFor waiting("both counters");
  return executor.block_on(two_counters(executor));
}

}  // namespace ch02

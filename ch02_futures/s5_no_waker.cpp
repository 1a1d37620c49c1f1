// s5_no_waker.cpp -- the demo: two tasks that nobody wakes. The book's program hangs here.
#include "ch02_futures/s5_no_waker.hpp"

#include "common/demo/waiting_for.hpp"
#include "common/future/async.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/join.hpp"
#include "common/time/timeout.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02::no_waker {
namespace {

// The counters belong to the caller, who looks at them afterwards.
Async<bool> two_counters(Executor& executor, CounterFuture& one, CounterFuture& two) {
  auto handle_one = executor.spawn(by_ref(one));
  auto handle_two = executor.spawn(by_ref(two));
  const auto both = co_await timeout(15s, join(std::move(handle_one), std::move(handle_two)));
  println(both ? "both are ready" : "nobody woke them in 15 seconds");
  println("polls: ", one.count(), " and ", two.count());
  co_return !both && one.count() == 1 && two.count() == 1;
}

}  // namespace

bool counter_demo(const demo::Options&) {
  CounterFuture one, two;
  Executor executor;
  const demo::WaitingFor waiting("the timeout");
  return executor.block_on(two_counters(executor, one, two));
}

}  // namespace ch02::no_waker

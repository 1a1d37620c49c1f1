// s7_remote_wake.cpp -- the demo: three seconds without a poll, then one.
#include "ch02_futures/s7_remote_wake.hpp"

#include "common/demo/waiting_for.hpp"
#include "common/time/sleep.hpp"

#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

using namespace std::chrono_literals;

Async<bool> outcome_from_outside(Executor& executor) {
  const SharedState state = std::make_shared<base::Locked<MyFutureState>>();
  auto [tx, rx] = bounded<std::monostate>(1);
  auto task_handle = executor.spawn(MyFuture(state));
  co_await sleep(3s);
  println("spawning trigger task");
  auto trigger_task = executor.spawn(trigger(std::move(rx), state));
  (void)co_await tx.send_async(std::monostate());

  const auto outcome = co_await task_handle;
  println("Task completed with outcome: ", outcome.value());
  const auto triggered = co_await trigger_task;
  co_return *outcome == "Hello from the outside" && triggered && state->lock()->polls == 2;
}

}  // namespace

bool remote_wake_demo(const demo::Options&) {
  Executor executor;
  const demo::WaitingFor waiting("the data from outside");
  return executor.block_on(outcome_from_outside(executor));
}

}  // namespace ch02

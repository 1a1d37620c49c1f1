// s4_state_future.cpp -- the demo of 9.4: one future in each state, by constant polling, and by waiting.
#include "ch09_patterns/s4_state_future.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/pending.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/demos.hpp"
#include "ch09_patterns/s4_busy_state_future.hpp"

namespace ch09 {
namespace {

using demo::println;
using namespace std::chrono_literals;

// What was said in which state.
using Said = std::vector<State>;

// Says once a second which state this is, for ever.
Async<> says(State state, Said& said) {
  for (;;) {
    co_await sleep(1s);
    println("  second ", demo::whole_seconds(now().time_since_epoch()), ": ", name(state));
    said.push_back(state);
  }
}

Async<State> switched_from_outside(Said& said) {
  auto [events, receiver] = mpsc::unbounded_channel<Event>();
  auto task =
      spawn(StateFuture(State::on, std::move(receiver), says(State::on, said), says(State::off, said)));
  co_await sleep(2500ms);
  (void)events.send(Event::switch_off);
  co_await sleep(2700ms);
  (void)events.send(Event::switch_on);
  co_await sleep(1500ms);
  {
    const auto last = std::move(events);
  }
  const auto state = co_await task;
  if (!state) state.error().rethrow();
  co_return *state;
}

// Where nothing happens: how often it is polled in at most a thousand turns.
template <Future F>
std::size_t polls_of(F future) {
  ManualExecutor executor;
  const auto task = executor.spawn_task(std::move(future));
  return executor.run_until_stalled(1000);
}

}  // namespace

bool state_future_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a future with two states");
  auto [events, receiver] = mpsc::unbounded_channel<Event>();
  const std::size_t busy = polls_of(BusyStateFuture(State::on, pending<void>(), pending<void>()));
  const std::size_t waits =
      polls_of(StateFuture(State::on, std::move(receiver), pending<void>(), pending<void>()));
  println("polls in a thousand turns in which nothing happens:");
  println("  the book's future: ", busy);
  println("  one that waits: ", waits);
  println("the one that waits is on, off after 2.5 s, and on again after 5.2 s:");
  Said said;
  const State last =
      run_async_main([&said] { return switched_from_outside(said); }, RuntimeFlavor::current_thread);
  println("no more events: the last state is ", name(last));
  using enum State;
  // At 5.2 s the sleep that was left at 2.5 s is over already.
  const bool in_order = said == Said{on, on, off, off, on, on} || !options.paused;
  return busy == 1000 && waits == 1 && last == on && in_order;
}

}  // namespace ch09

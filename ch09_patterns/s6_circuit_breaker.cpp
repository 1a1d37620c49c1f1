// s6_circuit_breaker.cpp -- the demos of 9.6: the book's five tasks, and a circuit that closes again.
#include "ch09_patterns/s6_circuit_breaker.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/sleep.hpp"

#include "ch09_patterns/demos.hpp"

namespace ch09 {
namespace {

using demo::println;
using namespace std::chrono_literals;
using Done = std::expected<void, std::string>;

Async<Done> error_task() {
  println("error task running");
  co_return std::unexpected("error");
}

Async<Done> passing_task() {
  println("passing task running");
  co_return Done();
}

// As the book's main with its `?`: ends at the first task that may not be spawned.
Async<Done> five_tasks() {
  const auto tell = [](CircuitState state) {
    if (state == CircuitState::open) println("opening circuit");
  };
  const CircuitBreaker breaker(Circuit::create({.threshold = 3}, tell));
  for (const bool passes : {true, false, false, false, true}) {
    auto task = breaker.spawn_task(passes ? passing_task() : error_task());
    if (!task) co_return std::unexpected(task.error().message());
    (void)co_await *task;
  }
  co_return Done();
}

// A server that is asked: down, well, and well but slow.
Async<Done> down() { co_return std::unexpected("error"); }
Async<Done> well() { co_return Done(); }
Async<Done> slow() {
  co_await sleep(1s);
  co_return Done();
}

template <class... Words>
void say(const Words&... words) {
  println("second ", demo::whole_seconds(now().time_since_epoch()), ": ", words...);
}

void say_state(CircuitState state) {
  switch (state) {
    case CircuitState::closed: return say("the circuit is closed");
    case CircuitState::open: return say("the circuit is open");
    case CircuitState::half_open: return say("the circuit is half open");
  }
}

using Outcomes = std::vector<std::string>;

// Says what comes of a task that is spawned now.
Async<> ask_server(CircuitBreaker breaker, int number, Async<Done> request, Outcomes& outcomes) {
  auto task = breaker.spawn_task(std::move(request));
  std::string outcome = CircuitOpen::message();
  if (task) {
    const auto ended = co_await *task;
    if (!ended) ended.error().rethrow();
    outcome = *ended ? "done" : ended->error();
  }
  say("request ", number, ": ", outcome);
  outcomes.push_back(std::move(outcome));
}

Async<Outcomes> opened_and_closed() {
  const CircuitBreaker breaker(Circuit::create({.threshold = 3, .open_for = 10s}, say_state));
  Outcomes outcomes;
  for (const int number : {1, 2, 3}) co_await ask_server(breaker, number, down(), outcomes);
  co_await sleep(5s);
  co_await ask_server(breaker, 4, well(), outcomes);
  co_await sleep(5s);
  co_await ask_server(breaker, 5, down(), outcomes);  // the time is over, but the server is not well yet
  co_await sleep(10s);
  auto trying = spawn(ask_server(breaker, 6, slow(), outcomes));
  co_await yield_now();
  co_await ask_server(breaker, 7, well(), outcomes);  // one tries it, not all
  const auto tried = co_await trying;
  if (!tried) tried.error().rethrow();
  co_await ask_server(breaker, 8, well(), outcomes);
  co_return outcomes;
}

}  // namespace

bool circuit_breaker_demo(const demo::Options&) {
  const demo::WaitingFor waiting("five tasks");
  const Done outcome = run_async_main(five_tasks(), RuntimeFlavor::current_thread);
  println(outcome ? "all five have run" : "Error: \"" + outcome.error() + "\"");
  return !outcome && outcome.error() == "Circuit Open";
}

bool half_open_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("a circuit to close", 20s + options.limit(21s));  // it takes 21 s
  const Outcomes outcomes = run_async_main(opened_and_closed(), RuntimeFlavor::current_thread);
  const Outcomes promised{"error", "error", "error", "Circuit Open", "error", "Circuit Open", "done", "done"};
  return options.paused ? outcomes == promised : outcomes.back() == "done";
}

}  // namespace ch09

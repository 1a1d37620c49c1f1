// s6_circuit_breaker.hpp -- CircuitBreaker: spawns a task if the circuit lets it, and counts how it ended.
//
//   const CircuitBreaker breaker(Circuit::create({.threshold = 3}));
//   auto task = breaker.spawn_task(call_the_server());
//   if (!task) ...                        // CircuitOpen: nothing was spawned, the server was left in peace
//   const auto answer = co_await *task;
//
// The future gives a std::expected: an error counts, an exception too. A task that is aborted does not:
// nobody knows how it would have ended.
// Thread safety: any thread, in a runtime. Lifetime: tasks may outlive it; they share the circuit.
// Errors: CircuitOpen is a value.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/expected_output.hpp"
#include "common/runtime/handle.hpp"

#include "ch09_patterns/s6_circuit.hpp"

namespace ch09 {

template <ExpectedFuture F>
Async<OutputOf<F>> watched(Circuit::Trial trial, F future) {
  std::optional<OutputOf<F>> answer;
  try {
    answer.emplace(co_await std::move(future));
  } catch (...) {
    trial.failed();
    throw;
  }
  if (*answer) {
    trial.succeeded();
  } else {
    trial.failed();
  }
  co_return *std::move(answer);
}

class CircuitBreaker {
 public:
  explicit CircuitBreaker(std::shared_ptr<Circuit> circuit) : circuit_(std::move(circuit)) {}

  // Refused, the future is destroyed, and was never polled.
  template <ExpectedFuture F>
  [[nodiscard]] std::expected<JoinHandle<OutputOf<F>>, CircuitOpen> spawn_task(F future) const {
    auto trial = circuit_->begin();
    if (!trial) return std::unexpected(trial.error());
    return spawn(watched<F>, *std::move(trial), std::move(future));
  }

 private:
  std::shared_ptr<Circuit> circuit_;
};

}  // namespace ch09

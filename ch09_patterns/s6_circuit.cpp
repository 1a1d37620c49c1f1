// s6_circuit.cpp -- the transitions of the circuit.
#include "ch09_patterns/s6_circuit.hpp"

#include <stdexcept>

namespace ch09 {

Circuit::Circuit(CircuitOptions options, OnChange on_change)
    : options_(options), on_change_(std::move(on_change)) {
  if (options.threshold == 0) throw std::invalid_argument("the threshold of a circuit must be at least 1");
  if (options.open_for < Duration::zero()) {
    throw std::invalid_argument("the time for which a circuit is open must not be negative");
  }
}

std::shared_ptr<Circuit> Circuit::create(CircuitOptions options, OnChange on_change) {
  return std::shared_ptr<Circuit>(new Circuit(options, std::move(on_change)));
}

std::expected<Circuit::Trial, CircuitOpen> Circuit::begin() {
  std::uint64_t period = 0;
  std::uint64_t number = 0;
  bool half_opens = false;
  {
    auto status = status_.lock();
    if (status->state != CircuitState::closed) {
      if (now() < status->next_trial) return std::unexpected(CircuitOpen(status->next_trial));
      half_opens = status->state == CircuitState::open;
      if (half_opens) status->change(CircuitState::half_open);
      status->next_trial = from_now(options_.open_for);
    }
    period = status->period;
    number = ++status->trials;
  }
  Trial trial(shared_from_this(), period, number);
  if (half_opens) on_change_(CircuitState::half_open);
  return trial;
}

template <class Change>
void Circuit::in_period(std::uint64_t period, Change change) {
  CircuitState state{};
  {
    auto status = status_.lock();
    if (status->period != period) return;
    change(*status);
    if (status->period == period) return;
    state = status->state;
  }
  on_change_(state);
}

void Circuit::Trial::succeeded() {
  const auto circuit = std::exchange(circuit_, nullptr);
  ASYNC_CHECK(circuit != nullptr, "a trial has one outcome, and was told it before");
  circuit->in_period(period_, [](Status& status) {
    status.errors = 0;
    if (status.state == CircuitState::half_open) status.change(CircuitState::closed);
  });
}

void Circuit::Trial::failed() {
  const auto circuit = std::exchange(circuit_, nullptr);
  ASYNC_CHECK(circuit != nullptr, "a trial has one outcome, and was told it before");
  circuit->in_period(period_, [&circuit](Status& status) {
    const CircuitOptions& options = circuit->options_;
    if (status.state == CircuitState::closed && ++status.errors < options.threshold) return;
    status.change(CircuitState::open);
    status.next_trial = from_now(options.open_for);
  });
}

Circuit::Trial::~Trial() {
  if (circuit_ == nullptr) return;
  // Half open it stays, and the next one who asks need not wait, unless somebody tries it already in this one's stead.
  // (While it is closed nobody looks at this.)
  circuit_->in_period(period_, [this](Status& status) {
    if (status.trials == number_) status.next_trial = now();
  });
}

}  // namespace ch09

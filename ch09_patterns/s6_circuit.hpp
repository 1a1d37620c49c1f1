// s6_circuit.hpp -- Circuit: a state machine that counts errors, opens after too many, and tries again later.
//
//   closed      everybody may begin. An error is counted, a success sets the count back to 0.
//               -> open, at the error that is `threshold`-th in a row.
//   open        nobody may begin. -> half open, at the first one who asks once `open_for` is over.
//   half open   that one tries it; nobody else may begin. -> closed, if it succeeds; -> open, if it fails.
//               If it has not ended after `open_for`, the next one who asks may try as well, and so on: a
//               trial that never ends must not lock everybody out. The first outcome decides.
//
// What began before the last change of state says nothing about the state of now: its outcome is not counted.
// (The book has two atomics, and each task changes them by hand. There the circuit stays open for ever.)
//
// Thread safety: any thread. `on_change` is called in the thread whose call changed the state, in no lock,
//   and must not throw. Two threads may tell of their changes in another order than they made them.
// Lifetime: shared: each Trial has a share.
// Errors: CircuitOpen is a value. A threshold of 0, or a negative time: std::invalid_argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <utility>

#include "common/base/locked.hpp"
#include "common/time/clock.hpp"

namespace ch09 {

using namespace async;

enum class CircuitState : std::uint8_t { closed, open, half_open };

struct CircuitOptions {
  std::size_t threshold = 3;
  Duration open_for = std::chrono::seconds(10);
};

// Why one may not begin, and when somebody may again, at the latest. While one tries it, it may be sooner.
class CircuitOpen {
 public:
  explicit CircuitOpen(Instant until) : until_(until) {}
  [[nodiscard]] Instant until() const { return until_; }
  [[nodiscard]] static const char* message() { return "Circuit Open"; }

 private:
  Instant until_;
};

class Circuit : public std::enable_shared_from_this<Circuit> {
 public:
  using OnChange = std::function<void(CircuitState)>;

  // Leave to begin, once. It is told how that ended; if it is destroyed without, nobody knows, and the next
  // one who asks may try at once what this one was to try, unless somebody does already.
  class Trial {
   public:
    Trial(Trial&&) noexcept = default;
    Trial& operator=(Trial&&) = delete;
    ~Trial();

    void succeeded();
    void failed();

   private:
    friend class Circuit;
    Trial(std::shared_ptr<Circuit> circuit, std::uint64_t period, std::uint64_t number)
        : circuit_(std::move(circuit)), period_(period), number_(number) {}

    std::shared_ptr<Circuit> circuit_;  // null once it was told, or moved away
    std::uint64_t period_;
    std::uint64_t number_;
  };

  [[nodiscard]] static std::shared_ptr<Circuit> create(
      CircuitOptions options = {}, OnChange on_change = [](CircuitState) {});

  [[nodiscard]] std::expected<Trial, CircuitOpen> begin();
  [[nodiscard]] CircuitState state() const { return status_.lock()->state; }

 private:
  struct Status {
    CircuitState state = CircuitState::closed;
    std::uint64_t period = 0;  // grows with each change of state
    std::size_t errors = 0;    // in a row; of interest while it is closed
    std::uint64_t trials = 0;  // so many were given
    Instant next_trial{};      // unless closed: from then on one more may begin

    void change(CircuitState to) {
      state = to;
      ++period;
    }
  };

  Circuit(CircuitOptions options, OnChange on_change);

  // Calls change(status) under the lock if `period` is the one of now, and on_change if that changed it.
  template <class Change>
  void in_period(std::uint64_t period, Change change);

  const CircuitOptions options_;
  const OnChange on_change_;
  mutable base::Locked<Status> status_;
};

}  // namespace ch09

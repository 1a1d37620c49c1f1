// gate.hpp -- Gate<T>: makes futures that are pending until the test opens the gate.
//
//   Gate<int> gate;
//   auto future = gate.future();      // pending
//   gate.open(5);                     // wakes who waits; the next poll gives 5
//
// A future of a gate keeps the newest waker only, and checks that it is not polled after it finished. One
// future of a gate may wait at a time. Optionally its destruction is written to a log.
// Thread safety: none.
// Lifetime: outlives its futures.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/check.hpp"
#include "common/future/future.hpp"

namespace async::inline ASYNC_FLAVOUR {

using DropLog = std::vector<std::string>;

template <class T = void>
class Gate {
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  class Waiting;

  Gate() = default;
  Gate(std::string name, DropLog& log) : name_(std::move(name)), log_(&log) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  [[nodiscard]] Waiting future() { return Waiting(*this); }

  void open(Value value = {}) {
    value_.emplace(std::move(value));
    wake();
  }
  void fail(const std::string& what) {
    error_ = std::make_exception_ptr(std::runtime_error(what));
    wake();
  }
  void wake() {  // for no reason, if it is not open
    if (waker_) std::exchange(waker_, std::nullopt)->wake_by_ref();
  }

  [[nodiscard]] std::size_t polls() const { return polls_; }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  std::string name_;
  DropLog* log_ = nullptr;
  std::optional<Value> value_;
  std::exception_ptr error_;
  std::optional<Waker> waker_;
  std::size_t polls_ = 0;
  std::size_t dropped_ = 0;
};

template <class T>
class Gate<T>::Waiting {
 public:
  using Output = T;

  explicit Waiting(Gate& gate) : gate_(&gate) {}
  Waiting(Waiting&& other) noexcept
      : gate_(std::exchange(other.gate_, nullptr)), finished_(std::exchange(other.finished_, true)) {}
  Waiting& operator=(Waiting&&) = delete;
  ~Waiting() {
    if (gate_ == nullptr) return;
    ++gate_->dropped_;
    gate_->waker_.reset();
    if (gate_->log_ != nullptr) gate_->log_->push_back(gate_->name_);
  }

  Poll<T> poll(Context& cx) {
    ASYNC_CHECK(!finished_, "the future of a gate was polled after it finished");
    ++gate_->polls_;
    if (gate_->error_) {
      finished_ = true;
      std::rethrow_exception(gate_->error_);
    }
    if (!gate_->value_) {
      if (!gate_->waker_) gate_->waker_.emplace();
      gate_->waker_->refresh_from(cx.waker());
      return Pending();
    }
    finished_ = true;
    if constexpr (std::is_void_v<T>) {
      return Ready();
    } else {
      return Ready(std::move(*gate_->value_));
    }
  }

 private:
  Gate* gate_;
  bool finished_ = false;
};

}  // namespace async::inline ASYNC_FLAVOUR

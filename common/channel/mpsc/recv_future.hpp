// recv_future.hpp -- mpsc::RecvFuture, RecvManyFuture: receive one value, or several; wait for them.
//
// What happens when: if it waits, its waker is called by the send that fills the slot it waits for, by the
// end of the last sender, or by a permit that comes back to a closed channel; inside that call and in its
// thread.
//
// Thread safety: as any future. One receive at a time waits: of two, the one that was polled last is woken.
// Lifetime: may be moved. The receiver outlives it. Dropped, it takes no value with it: the next receive gets
//   it.
// Errors: none; nothing, or 0, once the channel is closed and empty.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/channel/mpsc/state.hpp"

namespace async::inline ASYNC_FLAVOUR::mpsc {

// A state that somebody may wait at; who is dropped meanwhile takes the waker back.
template <class State>
class Receiving {
 public:
  explicit Receiving(State& state) : state_(&state) {}
  Receiving(Receiving&& other) noexcept : state_(other.state_), waits_(std::exchange(other.waits_, false)) {}
  Receiving& operator=(Receiving&&) = delete;
  ~Receiving() {
    if (waits_) state_->stop_waiting();
  }

  State& state() { return *state_; }
  void set_waits(bool waits) { waits_ = waits; }

 private:
  State* state_;
  bool waits_ = false;
};

template <class T, class Limit>
class [[nodiscard("a future does nothing until it is awaited or polled")]] RecvFuture {
 public:
  using Output = std::optional<T>;

  explicit RecvFuture(State<T, Limit>& state) : receiving_(state) {}

  Poll<Output> poll(Context& cx) {
    auto answer = receiving_.state().poll_recv(cx);
    receiving_.set_waits(answer.is_pending());
    return answer;
  }

 private:
  Receiving<State<T, Limit>> receiving_;
};

template <class T, class Limit>
class [[nodiscard("a future does nothing until it is awaited or polled")]] RecvManyFuture {
 public:
  using Output = std::size_t;

  RecvManyFuture(State<T, Limit>& state, std::vector<T>& into, std::size_t most)
      : receiving_(state), into_(into), most_(most) {}

  Poll<Output> poll(Context& cx) {
    if (Budget::is_spent(cx)) return Pending();
    auto& state = receiving_.state();
    std::size_t count = state.pop_many(into_, most_);
    if (count == 0 && most_ != 0) {
      const bool waits = state.must_wait(cx.waker());
      receiving_.set_waits(waits);
      if (waits) return Pending();
      count = state.pop_many(into_, most_);
    }
    receiving_.set_waits(false);
    Budget::spend();
    return Ready(count);
  }

 private:
  Receiving<State<T, Limit>> receiving_;
  std::vector<T>& into_;
  std::size_t most_;
};

}  // namespace async::inline ASYNC_FLAVOUR::mpsc

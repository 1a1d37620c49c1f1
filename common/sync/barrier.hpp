// barrier.hpp -- Barrier: nobody goes on until all have arrived.
//
//   Barrier start(3);
//   const auto result = co_await start.wait();       // in three tasks
//   if (result.is_leader()) say("all are there");     // one of them
//
// It can be used again at once: the next three make the next generation.
//
// What happens when: the first poll of wait() is the arrival. The last to arrive is the leader; it is ready
// in that poll, and calls the others' wakers inside it, in its thread, in the order of their arrival. Their
// tasks go on in their executors' next poll.
// Cancelling: a future that is dropped before its generation is complete takes its arrival back. (tokio's
//   stays counted, and so lets the others through one short.) After that it changes nothing.
//
// Thread safety: wait() from any thread, of any runtime or none; a future: one thread at a time.
// Invariants: (1) `arrived` is the number of waiters of the current generation, and less than the size.
//   (2) The list is in the order of the generations. Those of an old one are being woken.
// Lifetime: outlives its futures, the leader's too, whose poll wakes the others. A future is immovable: it is
//   the list's element. select([&] { return start.wait(); }, ...) builds it in place.
// Memory ordering: what each did before it arrived is seen by all whom the barrier lets through: one mutex.
// Errors: none. A barrier for nobody holds nobody up: 0 is as 1, as in tokio, and a count of tasks that comes
//   out as 0 needs no case of its own.
// Allocates nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "common/future/budget.hpp"
#include "common/future/future.hpp"
#include "common/sync/wake_before.hpp"

namespace async::inline ASYNC_FLAVOUR {

class BarrierWaitResult {
 public:
  explicit BarrierWaitResult(bool is_leader) : is_leader_(is_leader) {}
  // True for exactly one of a generation: the last to arrive.
  [[nodiscard]] bool is_leader() const { return is_leader_; }

 private:
  bool is_leader_;
};

class Barrier {
 public:
  class Wait;

  explicit Barrier(std::size_t size) : size_(std::max(size, std::size_t{1})) {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // A future of BarrierWaitResult.
  Wait wait();

 private:
  using Node = detail::GenerationNode;  // that in which it arrived
  struct State {
    std::size_t arrived = 0;
    std::uint64_t generation = 0;  // how many are complete
    base::IntrusiveList<Node> waiting;
  };

  const std::size_t size_;
  base::Locked<State> state_;
};

class [[nodiscard("a future does nothing until it is awaited or polled")]] Barrier::Wait {
 public:
  using Output = BarrierWaitResult;

  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    if (stage_ == Stage::waiting) leave();
  }

  Poll<BarrierWaitResult> poll(Context& cx) {
    ASYNC_CHECK(stage_ != Stage::finished, "a Barrier::Wait was polled after it was ready");
    if (Budget::is_spent(cx)) return Pending();
    const bool has_arrived = stage_ == Stage::waiting;
    const bool is_over = ask_or_wait(
        barrier_.state_, node_, cx.waker(), true,
        [&](State& state) { return has_arrived ? is_complete(state) : completes(state); },
        [&](State& state) {
          if (!has_arrived) arrive(state);
        });
    stage_ = is_over ? Stage::finished : Stage::waiting;
    if (!is_over) return Pending();
    Budget::spend();
    if (!has_arrived) detail::wake_all_before(node_.generation, barrier_.state_);
    return Ready(BarrierWaitResult(!has_arrived));
  }

 private:
  friend class Barrier;
  enum class Stage : std::uint8_t { unpolled, waiting, finished };

  explicit Wait(Barrier& barrier) : barrier_(barrier) {}

  // These under the lock.
  bool is_complete(State& state) {
    if (node_.generation == state.generation) return false;
    if (node_.is_linked()) state.waiting.remove(node_);  // the leader has not come to it yet
    return true;
  }
  bool completes(State& state) {
    if (state.arrived + 1 != barrier_.size_) return false;
    state.arrived = 0;
    node_.generation = ++state.generation;
    return true;
  }
  void arrive(State& state) {
    ++state.arrived;
    node_.generation = state.generation;
    state.waiting.push_back(node_);
  }

  void leave() {
    auto state = barrier_.state_.lock();
    if (!node_.is_linked()) return;
    state->waiting.remove(node_);
    if (node_.generation == state->generation) --state->arrived;
  }

  Barrier& barrier_;
  Node node_;
  Stage stage_ = Stage::unpolled;
};

inline Barrier::Wait Barrier::wait() { return Wait(*this); }

}  // namespace async::inline ASYNC_FLAVOUR

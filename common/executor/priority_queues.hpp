// priority_queues.hpp -- PriorityQueues: who is to be polled, by priority, and which workers have nothing to do.
//
// One lock over all of it: the look into both queues and the decision to sleep are one step, and so are the push
// and the choice of whom to wake. That is all there is to a lost wake-up here: there is no moment for one.
//
// Invariants: (1) A worker is in `idle` from its look at empty queues until somebody takes it out and unparks it.
//   (2) Whoever pushes takes at most one worker out: one of the queue's own first, else one that steals.
//   (3) Once closed, the two queues only get shorter, and what would be pushed becomes `late`: it is not polled
//   any more but destroyed, by a worker. (4) Once ended, the workers go, and nothing is accepted.
// Thread safety: any thread; take() from the worker alone.
// Lifetime: shared by the executor and the schedule functions of its tasks.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/executor/priority.hpp"
#include "common/task/run_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

// A thread that asks for work: where it looks first, and how it sleeps.
struct PriorityWorker : base::ListNode {
  explicit PriorityWorker(Priority own_) : own(own_) {}

  const Priority own;
  bool has_one = false;  // under the lock of the queues
  base::Parker parker;
};

class PriorityQueues {
 public:
  // Gives the runnable back if nobody would ever take it.
  [[nodiscard]] std::optional<Runnable> push(Runnable runnable, Priority priority) {
    PriorityWorker* woken = nullptr;
    {
      auto state = state_.lock();
      if (state->ended) return runnable;
      (state->closed ? state->late : state->queue_of(priority)).push(std::move(runnable));
      woken = state->take_idle(priority);
    }
    if (woken != nullptr) woken->parker.unpark();
    return std::nullopt;
  }

  // A runnable from the worker's own queue, or else from the other one. Sleeps while there is none. One that is
  // late is to be dropped instead of run. Nothing: the worker is to end.
  struct Taken {
    Runnable runnable;
    bool is_late;
  };
  std::optional<Taken> take(PriorityWorker& worker) {
    for (;;) {
      {
        auto state = state_.lock();
        if (std::exchange(worker.has_one, false)) --state->running;
        for (const Priority each : {worker.own, other(worker.own)}) {
          if (auto found = state->queue_of(each).pop()) {
            worker.has_one = true;
            ++state->running;
            return Taken{*std::move(found), false};
          }
        }
        if (state->closed && state->running == 0) drained_.unpark();
        if (auto found = state->late.pop()) return Taken{*std::move(found), true};
        if (state->ended) return std::nullopt;
        state->idle_of(worker.own).push_back(worker);
      }
      worker.parker.park();
    }
  }

  // From now on nothing new is polled; returns once all that stood in the queues has had its turn.
  void close_and_drain() {
    // Nobody need be woken for it: whoever has something to do is awake, and says when there is no more.
    state_.lock()->closed = true;
    while (!state_.lock()->is_drained()) drained_.park();
  }

  // Ends the workers, as soon as they find nothing more to do.
  void end() {
    state_.lock()->ended = true;
    wake_all();
  }

  [[nodiscard]] std::size_t size(Priority priority) const { return state_.lock()->queue_of(priority).size(); }
  [[nodiscard]] std::size_t idle() const {
    auto state = state_.lock();
    return state->idle_high.size() + state->idle_low.size();
  }

 private:
  using Idle = base::IntrusiveList<PriorityWorker>;

  struct State {
    RunQueue high, low, late;
    Idle idle_high, idle_low;
    std::size_t running = 0;  // taken, and not late; the worker has not come back yet
    bool closed = false;
    bool ended = false;

    RunQueue& queue_of(Priority priority) { return priority == Priority::high ? high : low; }
    Idle& idle_of(Priority priority) { return priority == Priority::high ? idle_high : idle_low; }
    [[nodiscard]] bool is_drained() const { return high.is_empty() && low.is_empty() && running == 0; }

    PriorityWorker* take_idle(Priority priority) {
      for (const Priority each : {priority, other(priority)}) {
        if (PriorityWorker* const worker = idle_of(each).front()) {
          idle_of(each).remove(*worker);
          return worker;
        }
      }
      return nullptr;
    }
  };

  void wake_all() {
    for (;;) {
      PriorityWorker* const worker = state_.lock()->take_idle(Priority::high);
      if (worker == nullptr) return;
      worker->parker.unpark();
    }
  }

  mutable base::Locked<State> state_;
  base::Parker drained_;  // of the thread that closes
};

}  // namespace async::inline ASYNC_FLAVOUR

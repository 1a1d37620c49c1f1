// stopped_workers.hpp -- StoppedWorkers: while it lives no task of a runtime runs, and all can be looked at.
//
// Each worker is given a task that blocks it until the end of this object. On a current-thread runtime there
// is nothing to stop: the thread that looks is the one that would run the tasks.
//
// Thread safety: made and destroyed by the future that the runtime's block_on polls.
// Lifetime: what the tasks share is theirs too. Where a worker does not come within `patience` (real time),
// because its task does not give it back, all() is false and the others go on.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/future/async.hpp"
#include "common/runtime/handle.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class StoppedWorkers {
 public:
  StoppedWorkers(Handle runtime, std::size_t workers,
                 std::chrono::nanoseconds patience = std::chrono::seconds(30))
      : runtime_(std::move(runtime)) {
    const auto limit = std::chrono::steady_clock::now() + patience;
    // One after the other: of two, one might end up in the queue of the worker that the other one blocks.
    while (all_ && holders_.size() < workers) {
      holders_.push_back(runtime_.spawn(hold, meeting_));
      auto state = meeting_->state.lock();
      all_ = state.wait_until(meeting_->changed, limit,
                              [this](const State& now) { return now.held == holders_.size(); });
    }
  }
  StoppedWorkers(const StoppedWorkers&) = delete;
  StoppedWorkers& operator=(const StoppedWorkers&) = delete;
  ~StoppedWorkers() {
    meeting_->state.lock()->is_over = true;
    meeting_->changed.notify_all();
  }

  [[nodiscard]] bool all() const { return all_; }

  // The runtime's tasks, but for those of this object.
  [[nodiscard]] std::vector<WaitingTask> others() const {
    std::vector<WaitingTask> tasks = runtime_.waiting_tasks();
    std::erase_if(tasks, [this](const WaitingTask& task) {
      return std::ranges::find(holders_, task.id, &JoinHandle<>::id) != holders_.end();
    });
    return tasks;
  }

 private:
  struct State {
    std::size_t held = 0;
    bool is_over = false;
  };
  struct Meeting {
    base::Locked<State> state;
    base::ConditionVariable changed;
  };

  // Blocks its worker. To a paused clock the worker is busy meanwhile: it must not move.
  static Async<> hold(std::shared_ptr<Meeting> meeting) {
    auto state = meeting->state.lock();
    ++state->held;
    meeting->changed.notify_all();
    state.wait(meeting->changed, [](const State& now) { return now.is_over; });
    co_return;
  }

  const Handle runtime_;
  const std::shared_ptr<Meeting> meeting_ = std::make_shared<Meeting>();
  std::vector<JoinHandle<>> holders_;
  bool all_ = true;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

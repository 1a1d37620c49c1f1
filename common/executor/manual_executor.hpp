// manual_executor.hpp -- ManualExecutor: polls one task each time it is told to, in the caller's thread.
//
// For tests and for whoever steps through one in a debugger: nothing runs between two steps.
//
//   ManualExecutor executor;
//   auto handle = executor.spawn(my_coroutine());
//   const auto step = executor.step();    // *step says which task was polled, and what came of it
//
// Thread safety: spawn and wakers from any thread; step, run_until_stalled and the destructor from one at a time.
// Lifetime: the destructor cancels every task that has not finished, and destroys its future before it returns.
//   Handles and wakers may outlive it.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/locked.hpp"
#include "common/task/live_tasks.hpp"
#include "common/task/make_task.hpp"
#include "common/task/run_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

class ManualExecutor {
 public:
  ManualExecutor() = default;
  ManualExecutor(const ManualExecutor&) = delete;
  ManualExecutor& operator=(const ManualExecutor&) = delete;
  ~ManualExecutor() {
    ASYNC_CHECK(!stepping_, "a ManualExecutor was destroyed inside its own step: it would wait for itself");
    shared_->live.cancel_all();
    // Dropped instead of run: that destroys the future unpolled, also of a task that a destructor spawns here.
    // A waker in another thread may have claimed a task and not queued it yet: wait for that one.
    while (unfinished() != 0) (void)shared_->pop_or_wait();
  }

  // Takes a Future, or a callable that returns one, with its arguments; keeps all of it as long as the task.
  template <class... What>
  auto spawn(What&&... what) {
    return spawn_task(std::forward<What>(what)...).into_join_handle();
  }

  // The same with a handle that cancels when it is dropped.
  template <class... What>
  auto spawn_task(What&&... what) {
    auto made = make_task(future_maker(std::forward<What>(what)...), Schedule{shared_});
    shared_->live.add(made.runnable.header());
    shared_->push(std::move(made.runnable));
    return std::move(made.task);
  }

  struct Step {
    TaskId task;
    Runnable::Ran ran;
  };
  // Polls the task that has waited longest in the queue, exactly once. Nothing if no task is to be polled.
  std::optional<Step> step() {
    auto runnable = shared_->queue.lock()->pop();
    if (!runnable) return std::nullopt;
    const TaskId id = runnable->id();
    const bool nested = std::exchange(stepping_, true);  // a task may step the executor that polls it
    const auto ran = std::move(*runnable).run();
    stepping_ = nested;
    return Step{id, ran};
  }

  // Steps until no task is to be polled, or `limit` steps are done; returns how many were.
  std::size_t run_until_stalled(std::size_t limit = std::numeric_limits<std::size_t>::max()) {
    std::size_t steps = 0;
    while (steps < limit && step()) ++steps;
    return steps;
  }

  // How many tasks are to be polled; how many have not finished.
  [[nodiscard]] std::size_t queued() const { return shared_->queue.lock()->size(); }
  [[nodiscard]] std::size_t unfinished() const { return shared_->live.size(); }

 private:
  struct Shared {
    base::Locked<RunQueue> queue;
    LiveTasks live;
    base::ConditionVariable pushed;

    void push(Runnable runnable) {
      queue.lock()->push(std::move(runnable));
      pushed.notify_one();
    }
    Runnable pop_or_wait() {
      auto guard = queue.lock();
      guard.wait(pushed, [](RunQueue& waiting) { return !waiting.is_empty(); });
      return *guard->pop();
    }
  };

  // What each task keeps, to get into the queue.
  struct Schedule {
    std::shared_ptr<Shared> shared;
    void operator()(Runnable runnable) const { shared->push(std::move(runnable)); }
    void retire(TaskHeader& task) const { shared->live.remove(task); }
  };

  bool stepping_ = false;  // the stepping thread's
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace async::inline ASYNC_FLAVOUR

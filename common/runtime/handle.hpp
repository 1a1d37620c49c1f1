// handle.hpp -- Handle: a share in a runtime, to spawn on it and to block on it from anywhere. Also `spawn`, for the current one.
//
//   auto reply = spawn(answer(request));                  // in a task, or behind Runtime::enter()
//   auto other = spawn(write_log, "name", 3);             // a function and its arguments, all kept
//   const auto result = co_await std::move(reply);        // std::expected<T, JoinError>
//
// Thread safety: any thread; a Handle may be copied and shared.
// Lifetime: it does not keep the runtime running: once the Runtime is gone, what is spawned is cancelled at once.
// Errors: std::logic_error where there is no runtime, or where blocking would stop one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "common/future/block_on.hpp"
#include "common/runtime/current_thread.hpp"
#include "common/runtime/multi_thread.hpp"

namespace async::inline ASYNC_FLAVOUR {

enum class RuntimeFlavor : std::uint8_t { current_thread, multi_thread };

// Numbers of one moment, for people and tests.
struct RuntimeMetrics {
  std::size_t workers = 0;
  std::size_t idle_workers = 0;  // asleep
  std::size_t alive_tasks = 0;   // spawned and not finished
  std::size_t shared_queue_depth = 0;
  std::size_t blocking_threads = 0;
  std::size_t idle_blocking_threads = 0;
  std::size_t blocking_queue_depth = 0;
  std::uint64_t polls = 0;   // of tasks
  std::uint64_t parks = 0;   // how often a worker went to sleep, for want of work
  std::uint64_t wakes = 0;   // how often one woke up, also for nothing; of a multi-thread runtime
  std::uint64_t steals = 0;  // successful ones; each takes half of a queue
};

// A task that has not finished, and where it waits: the innermost await first, empty if its future cannot tell.
struct WaitingTask {
  TaskId id;
  std::vector<std::source_location> places;
};

class Handle {
 public:
  // The runtime of the calling thread: it runs one of its tasks, or block_on, or is behind enter().
  [[nodiscard]] static Handle current() { return Handle(Scheduler::current().shared_from_this()); }
  [[nodiscard]] static bool has_current() { return Scheduler::entered() != nullptr; }

  // A Future, or a callable with its arguments that returns one. The task runs even if the handle is dropped.
  template <class... Given>
  auto spawn(Given&&... given) const {
    if constexpr (sizeof...(Given) == 1 && (Future<std::remove_cvref_t<Given>> && ...)) {
      return detail::spawn_on(*scheduler_, std::forward<Given>(given)...);
    } else {
      const EnterGuard entered(*scheduler_);  // the callable is called here and now
      return detail::spawn_on(*scheduler_, std::forward<Given>(given)...);
    }
  }

  // A call that blocks, on a thread of the runtime's pool.
  template <class... Given>
  auto spawn_blocking(Given&&... given) const {
    return spawn_blocking_on(scheduler_->blocking(), std::forward<Given>(given)...);
  }

  // Runs a future, or what a callable returns, to its end in the calling thread. On a current-thread runtime that is
  // when its tasks run. Not from a task.
  template <class Given>
  auto block_on(Given&& given) const {
    if (Scheduler::polls_for() != nullptr) {
      throw std::logic_error(
          "block_on would stop the thread that runs this task: co_await the future instead");
    }
    const EnterGuard entered(*scheduler_);
    // The workers of a runtime that has ended fire no timers: those of this call go by the clock under it.
    std::optional<CurrentClock> by;
    if (scheduler_->is_closing() && multi_thread() != nullptr) by.emplace(Clock::of_new_threads_here());
    if constexpr (Future<std::remove_cvref_t<Given>>) {
      return run(given);
    } else {
      auto future = future_maker(std::forward<Given>(given))();
      return run(future);
    }
  }

  // While the guard lives, the calling thread is in the runtime.
  [[nodiscard]] EnterGuard enter() const { return EnterGuard(*scheduler_); }

  // Whether the calling thread runs a task of this runtime, or a call of its pool: such a thread cannot wait for its end.
  [[nodiscard]] bool runs_here() const {
    return Scheduler::polls_for() == scheduler_.get() || scheduler_->blocking().has_this_thread();
  }

  [[nodiscard]] RuntimeFlavor flavor() const {
    return multi_thread() != nullptr ? RuntimeFlavor::multi_thread : RuntimeFlavor::current_thread;
  }

  // All tasks, in the order in which they were spawned. Only while none of them runs: from the future of a block_on
  // on a current-thread runtime, or while each worker is kept busy by a call that touches no other task.
  [[nodiscard]] std::vector<WaitingTask> waiting_tasks() const {
    std::vector<WaitingTask> tasks;
    scheduler_->for_each_task(
        [&](const TaskHeader& task) { tasks.push_back(WaitingTask{task.id, task.waiting_at()}); });
    std::ranges::sort(tasks, {}, &WaitingTask::id);
    return tasks;
  }

  [[nodiscard]] RuntimeMetrics metrics() const {
    BlockingPool& pool = scheduler_->blocking();
    RuntimeMetrics now{.workers = 1,
                       .alive_tasks = scheduler_->alive_tasks(),
                       .blocking_threads = pool.threads(),
                       .idle_blocking_threads = pool.idle_threads(),
                       .blocking_queue_depth = pool.queued()};
    if (MultiThread* const multi = multi_thread()) {
      now.workers = multi->workers().size();
      now.idle_workers = multi->idle().sleeping();
      now.shared_queue_depth = multi->shared().size();
      for (const auto& worker : multi->workers()) {
        now.polls += worker->polls.value();
        now.parks += worker->parks.value();
        now.wakes += worker->wakes.value();
        now.steals += worker->steals.value();
      }
    } else {
      now.polls = current_thread()->polls();
      now.parks = current_thread()->parks();
    }
    return now;
  }

 private:
  friend class Runtime;
  explicit Handle(std::shared_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}

  [[nodiscard]] MultiThread* multi_thread() const { return dynamic_cast<MultiThread*>(scheduler_.get()); }
  [[nodiscard]] CurrentThread* current_thread() const {
    return dynamic_cast<CurrentThread*>(scheduler_.get());
  }

  template <Future F>
  OutputOf<F> run(F& future) const {
    if (CurrentThread* const current = current_thread()) return current->block_on(future);
    return async::block_on(BesideWorkers<F>(future, scheduler_->driver()));
  }

  // What this thread opens may be the first descriptor there is, and on a paused clock the workers may sleep without
  // a look at any.
  template <Future F>
  class BesideWorkers {
   public:
    using Output = OutputOf<F>;

    BesideWorkers(F& future, Driver& driver) : future_(future), driver_(driver) {}

    Poll<Output> poll(Context& cx) {
      auto answer = future_.poll(cx);
      if (answer.is_pending()) driver_.look_again();
      return answer;
    }

   private:
    F& future_;
    Driver& driver_;
  };

  std::shared_ptr<Scheduler> scheduler_;
};

// On the runtime of the calling thread.
template <class... Given>
auto spawn(Given&&... given) {
  return detail::spawn_on(Scheduler::current(), std::forward<Given>(given)...);
}

}  // namespace async::inline ASYNC_FLAVOUR

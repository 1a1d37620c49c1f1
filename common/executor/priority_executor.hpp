// priority_executor.hpp -- PriorityExecutor: two queues, high and low; threads for each, which steal when they are idle.
//
// What chapter 3 builds in steps, in its finished form; chapters 3, 4 and 5 run on it.
//
//   PriorityExecutor executor({.high = 4, .low = 2});
//   auto report = executor.spawn_task(write_report());                    // low, unless said otherwise
//   auto reply = executor.spawn_task(answer(request), Priority::high);
//   auto [a, b] = executor.join(std::move(report), std::move(reply));     // blocks; in a coroutine: co_await
//
// A thread of one queue takes from the other when its own is empty, and sleeps when both are; an idle executor
// uses no CPU. Within a queue tasks run in the order in which they were woken. Beyond what is in `queues`
// (priority_queues.hpp) and the list of live tasks there is no state: a wake-up is Waker::wake, TaskHeader::wake,
// Schedule, PriorityQueues::push, Parker::unpark, PriorityQueues::take, Runnable::run.
//
// Thread safety: spawn_task, join, try_join and the counts from any thread; shutdown from one, not from a task.
// Lifetime: the destructor shuts down. Handles and wakers may outlive it.
// Errors: std::invalid_argument for a queue without a thread; std::system_error if the system has no more threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/executor/priority_queues.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/task/live_tasks.hpp"
#include "common/task/make_task.hpp"

namespace async::inline ASYNC_FLAVOUR {

class PriorityExecutor {
 public:
  // How many threads each queue has. The defaults leave a core to the low queue and one to the rest of the program,
  // where there are so many. (The book's default, cores - 2, is no thread at all on two cores.)
  struct Threads {
    std::size_t high = std::max<std::size_t>(3, base::available_cores()) - 2;
    std::size_t low = 1;
  };

  PriorityExecutor() : PriorityExecutor(Threads{}) {}
  explicit PriorityExecutor(Threads threads) {
    if (threads.high == 0 || threads.low == 0) {
      throw std::invalid_argument(
          "an executor needs at least one thread for each queue: high and low from 1 on");
    }
    workers_.reserve(threads.high + threads.low);
    try {
      for (std::size_t i = 1; i <= threads.high; ++i) start(Priority::high, "high " + std::to_string(i));
      for (std::size_t i = 1; i <= threads.low; ++i) start(Priority::low, "low " + std::to_string(i));
    } catch (...) {
      shutdown();  // those that were started
      throw;
    }
  }
  PriorityExecutor(const PriorityExecutor&) = delete;
  PriorityExecutor& operator=(const PriorityExecutor&) = delete;
  ~PriorityExecutor() { shutdown(); }

  // Takes a Future, or a callable without parameters that returns one, and keeps it as long as the task. Dropping
  // the Task cancels it. What is spawned after shutdown is cancelled at once, and its Task says so.
  template <class What>
  [[nodiscard]] auto spawn_task(What&& what, Priority priority = Priority::low) {
    auto made = make_task(future_maker(std::forward<What>(what)), Schedule{shared_, priority});
    shared_->live.add(made.runnable.header());
    Schedule{shared_, priority}(std::move(made.runnable));
    return std::move(made.task);
  }

  // Blocks until all have finished: their outputs, in the order of the arguments. The first exception comes out
  // of it, and the tasks behind that one are cancelled. Not from a task, which awaits instead.
  template <class... T>
  static std::tuple<detail::ValueOf<T>...> join(Task<T>... tasks) {
    check_that_it_may_block();
    return {output_of(tasks)...};
  }

  // The same, but an exception, or that a task was cancelled, is a value: std::expected<T, JoinError>.
  template <class... T>
  static std::tuple<std::expected<T, JoinError>...> try_join(Task<T>... tasks) {
    check_that_it_may_block();
    return {block_on(std::move(tasks).into_join_handle())...};
  }

  // Loses nothing: every task that is to be polled now is polled; those that are unfinished then are cancelled,
  // their futures are destroyed on the workers, and whoever awaits them is told. Returns when the threads have
  // ended, so it waits for polls that take long. Does nothing the second time.
  void shutdown() {
    ASYNC_CHECK(runs_for() != shared_.get(),
                "an executor was shut down by one of its own tasks: it would wait for itself");
    if (workers_.empty()) return;
    shared_->queues.close_and_drain();
    shared_->live.cancel_all();
    while (shared_->live.size() != 0) shared_->all_gone.park();
    shared_->queues.end();
    workers_.clear();
  }

  [[nodiscard]] std::size_t queued(Priority priority) const { return shared_->queues.size(priority); }
  [[nodiscard]] std::size_t unfinished() const { return shared_->live.size(); }
  [[nodiscard]] std::size_t idle_threads() const { return shared_->queues.idle(); }

 private:
  struct Shared {
    PriorityQueues queues;
    LiveTasks live;
    base::Parker all_gone;  // of the thread that shuts down
  };

  // What each task keeps, to get into its queue.
  struct Schedule {
    std::shared_ptr<Shared> shared;
    Priority priority;

    // A runnable that comes back is dropped here, which cancels its task.
    void operator()(Runnable runnable) const { (void)shared->queues.push(std::move(runnable), priority); }
    void retire(TaskHeader& task) const {
      if (shared->live.remove(task)) shared->all_gone.unpark();
    }
  };

  struct Worker {
    Worker(Shared& shared, Priority own, std::string name)
        : asks(own), thread(std::move(name), [this, &shared] {
            runs_for() = &shared;
            while (auto taken = shared.queues.take(asks)) {
              if (!taken->is_late) (void)std::move(taken->runnable).run();
            }
          }) {}

    PriorityWorker asks;
    base::Thread thread;  // last: it uses what stands above, and is joined first
  };

  void start(Priority own, std::string name) {
    workers_.push_back(std::make_unique<Worker>(*shared_, own, std::move(name)));
  }

  // Whose worker the calling thread is; nullptr for all other threads.
  static const Shared*& runs_for() {
    static thread_local const Shared* executor = nullptr;
    return executor;
  }
  static void check_that_it_may_block() {
    ASYNC_CHECK(runs_for() == nullptr,
                "join blocks its thread, which a task must not do: co_await the tasks instead");
  }

  template <class T>
  static detail::ValueOf<T> output_of(Task<T>& task) {
    if constexpr (std::is_void_v<T>) {
      block_on(task);
      return {};
    } else {
      return block_on(task);
    }
  }

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace async::inline ASYNC_FLAVOUR

// scheduler.hpp -- Scheduler: what a task, a worker and a handle know of their runtime; and which one the calling thread is in.
//
// There are two: MultiThread (multi_thread.hpp) and CurrentThread (current_thread.hpp). What they share is here: the
// driver, the pool of threads that may block, and the way to the end:
//
//   close()      from here on every task is cancelled: those that are there, and what is spawned later
//   retired()    the last one is gone: the scheduler has ended, its threads go
//
// Thread safety: every function from any thread.
// Lifetime: shared by the Runtime, its handles and its threads. A task has a plain pointer: while it is unfinished
//   the scheduler has not ended, and a finished one is never scheduled again. What is left is a foreign thread
//   that has just handed a runnable over and still unparks a worker: `visitors_` counts those, and the
//   scheduler's destructor waits for them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/base/thread.hpp"
#include "common/executor/spawn_blocking.hpp"
#include "common/future/budget.hpp"
#include "common/runtime/driver.hpp"
#include "common/task/live_tasks.hpp"
#include "common/task/make_task.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  Scheduler(Driver::Enabled enabled, BlockingPool::Options blocking)
      : driver_(enabled), blocking_(in_the_runtime(std::move(blocking))) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  Driver& driver() { return driver_; }
  BlockingPool& blocking() { return blocking_; }

  virtual void schedule(Runnable runnable) = 0;
  // The list for a task that the calling thread spawns.
  virtual LiveTasks& home() = 0;
  // A task has left its list.
  void retired() {
    if (is_closing()) end_if_empty();
  }

  // Cancels all tasks, and whatever is spawned from now on.
  void close() {
    closing_.store(true, base::release);  // pairs with the acquire in is_closing
    cancel_all();
    end_if_empty();
  }
  // acquire: pairs with the release in close(). Whoever adds or removes a task looks here afterwards, and close()
  // looks at the lists after it has written this; a list's lock stands between, so one of them sees the other.
  [[nodiscard]] bool is_closing() const { return closing_.load(base::acquire); }

  [[nodiscard]] virtual std::size_t alive_tasks() const = 0;
  // See LiveTasks::for_each.
  virtual void for_each_task(const std::function<void(const TaskHeader&)>& look) = 0;

  // Whose poll the calling thread is in, or nullptr.
  [[nodiscard]] static Scheduler*& polls_for() {
    static thread_local constinit Scheduler* scheduler = nullptr;
    return scheduler;
  }
  // For which one `spawn` spawns in the calling thread, or nullptr.
  [[nodiscard]] static Scheduler*& entered() {
    static thread_local constinit Scheduler* scheduler = nullptr;
    return scheduler;
  }
  // The same; std::logic_error if there is none.
  [[nodiscard]] static Scheduler& current() {
    if (Scheduler* const scheduler = entered()) return *scheduler;
    throw std::logic_error(
        "there is no runtime in this thread: call this from a task or from block_on, or hold the guard of "
        "Runtime::enter()");
  }

 protected:
  // A call from a thread that is none of the scheduler's, which might end meanwhile.
  class Visit {
   public:
    explicit Visit(Scheduler& visited) : visitors_(visited.visitors_) {
      visitors_.fetch_add(1, base::relaxed);  // relaxed: the runnable that it brings publishes it
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { visitors_.fetch_sub(1, base::release); }  // pairs with the acquire in wait_for_visitors

   private:
    base::Atomic<std::size_t>& visitors_;
  };

  // The first that a scheduler's destructor does.
  void wait_for_visitors() const {
    while (visitors_.load(base::acquire) != 0) base::yield_thread();  // acquire: pairs with ~Visit
  }

  virtual void cancel_all() = 0;
  virtual void end_if_empty() = 0;

 private:
  // The threads of the pool are in the runtime too. Defined behind EnterGuard.
  BlockingPool::Options in_the_runtime(BlockingPool::Options options);

  Driver driver_;
  BlockingPool blocking_;
  base::Atomic<bool> closing_ = false;
  base::Atomic<std::size_t> visitors_ = 0;
};

// While it lives, the calling thread is in the runtime: spawn, sleep, spawn_blocking and sockets are the runtime's.
class EnterGuard {
 public:
  explicit EnterGuard(Scheduler& scheduler)
      : kept_(scheduler.shared_from_this()),
        before_(std::exchange(Scheduler::entered(), &scheduler)),
        clock_(scheduler.driver().clock()),
        reactor_(scheduler.driver().reactor()),
        blocking_(&scheduler.blocking()) {}
  EnterGuard(const EnterGuard&) = delete;
  EnterGuard& operator=(const EnterGuard&) = delete;
  ~EnterGuard() { Scheduler::entered() = before_; }

 private:
  std::shared_ptr<Scheduler> kept_;  // what stands below refers to it
  Scheduler* before_;
  CurrentClock clock_;
  CurrentReactor reactor_;
  BlockingPool::Current blocking_;
};

inline BlockingPool::Options Scheduler::in_the_runtime(BlockingPool::Options options) {
  // A call that outlives the runtime keeps the scheduler, not its threads.
  options.surround = [this](std::function<void()> work) -> std::function<void()> {
    return [self = shared_from_this(), inside = std::move(work)] {
      const EnterGuard entered(*self);
      inside();
    };
  };
  return options;
}

namespace detail {

// What each task keeps of its runtime. Trivially copyable: see TaskCell::schedule.
struct ScheduleOn {
  Scheduler* scheduler;
  LiveTasks* home;

  void operator()(Runnable runnable) const { scheduler->schedule(std::move(runnable)); }
  void retire(TaskHeader& task) const {
    home->remove(task);
    scheduler->retired();
  }
};

template <class... Given>
[[nodiscard]] auto spawn_on(Scheduler& scheduler, Given&&... given) {
  const ScheduleOn schedule{&scheduler, &scheduler.home()};
  auto made = make_task(future_maker(std::forward<Given>(given)...), schedule);
  schedule.home->add(made.runnable.header());
  if (scheduler.is_closing()) made.task.cancel();
  auto handle = std::move(made.task).into_join_handle();
  schedule(std::move(made.runnable));
  return handle;
}

}  // namespace detail
}  // namespace async::inline ASYNC_FLAVOUR

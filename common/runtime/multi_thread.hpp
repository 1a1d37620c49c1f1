// multi_thread.hpp -- MultiThread: the work-stealing scheduler: its workers, and their life from start to end.
//
// One wake-up: Waker::wake, TaskHeader::wake, ScheduleOn, MultiThread::schedule, then either Worker::schedule (from a
// worker: its own LIFO slot or queue) or WorkSharing::push_from_outside (the shared queue); WorkSharing::wake_one
// unparks a sleeper if nobody searches; Worker::next takes it, Runnable::run polls it.
//
// Thread safety: every function from any thread. Lifetime: as Scheduler; each worker's thread owns it too.
// Errors: std::system_error if the system has no more threads or descriptors.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/runtime/worker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class MultiThread final : public Scheduler {
 public:
  MultiThread(SchedulerOptions options, Driver::Enabled enabled, BlockingPool::Options blocking)
      : Scheduler(enabled, std::move(blocking)),
        options_(std::move(options)),
        sharing_(options_.worker_threads, driver()) {
    workers_.reserve(options_.worker_threads);
    for (std::size_t i = 0; i < options_.worker_threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(*this, sharing_, i, options_.worker_threads == 1));
      sharing_.add(*workers_.back());
    }
  }

  ~MultiThread() override { wait_for_visitors(); }

  // Once, by whoever made it. If it throws, shutdown() ends what was started.
  void start() {
    for (const auto& worker : workers_) {
      const auto body = [self = shared_from_this(), mine = worker.get()] { mine->run(); };
      threads_.start(options_.threads.options(), body);
    }
  }

  // Cancels all tasks and ends the workers; waits for that, at most for `limit`. True if all have ended.
  bool shutdown(std::optional<Duration> limit) {
    close();
    return threads_.wait(limit);
  }

  void schedule(Runnable runnable) override {
    Worker* const here = Worker::of_this_thread();
    if (here != nullptr && &here->scheduler() == this) return here->schedule(std::move(runnable));
    std::shared_ptr<Scheduler> kept;  // where what is dropped may hold the last handle: goes behind the visit
    const Visit visit(*this);
    const auto refused = sharing_.push_from_outside(std::move(runnable));
    if (refused) kept = weak_from_this().lock();  // dropped, and so cancelled
  }

  LiveTasks& home() override {
    Worker* const here = Worker::of_this_thread();
    if (here != nullptr && &here->scheduler() == this) return here->live;
    static thread_local constinit std::size_t turn = 0;
    return live_of_others_[turn++ % live_of_others_.size()];
  }

  // acquire: pairs with the release in end_if_empty.
  [[nodiscard]] bool has_ended() const { return ended_.load(base::acquire); }

  [[nodiscard]] std::size_t alive_tasks() const override {
    std::size_t sum = 0;
    for (const LiveTasks& list : live_of_others_) sum += list.size();
    for (const auto& worker : workers_) sum += worker->live.size();
    return sum;
  }

  void for_each_task(const std::function<void(const TaskHeader&)>& look) override {
    for (LiveTasks& list : live_of_others_) list.for_each(look);
    for (const auto& worker : workers_) worker->live.for_each(look);
  }

  [[nodiscard]] SharedQueue& shared() { return sharing_.shared(); }
  [[nodiscard]] IdleWorkers& idle() { return sharing_.idle(); }
  [[nodiscard]] const SchedulerOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

 private:
  void cancel_all() override {
    for (LiveTasks& list : live_of_others_) list.cancel_all();
    for (const auto& worker : workers_) worker->live.cancel_all();
  }

  void end_if_empty() override {
    if (alive_tasks() != 0 || ended_.exchange(true, base::acq_rel)) return;
    const Runnables dropped = shared().end();
    sharing_.unpark_all();
  }

  const SchedulerOptions options_;
  // Spawned by threads that are not workers. Several, because such a thread adds to them while workers take away.
  std::array<LiveTasks, 8> live_of_others_;
  base::Atomic<bool> ended_ = false;
  Sharing sharing_;  // behind the lists, which are told of what is dropped with its queue
  std::vector<std::unique_ptr<Worker>> workers_;
  ThreadGroup threads_;
};

// ---- the worker's part -------------------------------------------------------------------------------------

inline void Worker::run() {
  const EnterGuard entered(scheduler_);
  of_this_thread() = this;
  const SchedulerOptions& options = scheduler_.options();
  turns_to_shared_ = options.global_queue_interval;
  turns_to_events_ = options.event_interval;
  if (options.threads.on_start) options.threads.on_start();
  while (!scheduler_.has_ended()) {
    if (is_nth(turns_to_events_, options.event_interval)) look_at_events();
    if (auto found = next()) {
      run_turn(*std::move(found));
    } else {
      park();
    }
  }
  drop_all();
  of_this_thread() = nullptr;  // what the hook spawns is refused
  if (options.threads.on_stop) options.threads.on_stop();
}

inline std::optional<Runnable> Worker::next() {
  if (is_nth(turns_to_shared_, scheduler_.options().global_queue_interval)) {
    if (auto found = sharing_.next_of_shared(*this)) return found;
  }
  return sharing_.next(*this);
}

inline void Worker::run_turn(Runnable runnable) {
  sharing_.stop_searching(*this);
  poll(std::move(runnable));
  for (int i = 0; i < kLifoRuns && lifo; ++i) poll(*std::exchange(lifo, std::nullopt));
  sharing_.empty_slot(*this);
}

inline void Worker::poll(Runnable runnable) {
  const Budget::Scope budget;
  polls.add_one();
  running_ = &runnable.header();
  Scheduler::polls_for() = &scheduler_;
  (void)std::move(runnable).run();
  Scheduler::polls_for() = nullptr;
  running_ = nullptr;
}

inline void Worker::schedule(Runnable runnable) {
  // A paused clock fires timers in the thread that is the last to fall asleep: that one wakes itself.
  if (is_parking && scheduler_.driver().is_paused()) parker.unpark(scheduler_.driver());
  // It woke itself, to let others run: behind all that wait. It joins many: behind those that wait, so that it finds
  // many of them done and is not woken for each.
  const bool woke_itself = &runnable.header() == running_;
  if (woke_itself || (joins_again(runnable.header()) && !queue.is_empty())) {
    sharing_.push(*this, std::move(runnable));
  } else {
    sharing_.push_next(*this, std::move(runnable));
  }
}

// Whether `woken` awaits a task that has just ended here, and was the one that awaited the last such task too.
inline bool Worker::joins_again(const TaskHeader& woken) {
  if (running_ == nullptr || !running_->state.is_done()) return false;
  return std::exchange(last_joiner_, &woken) == &woken;
}

inline void Worker::look_at_events() {
  Driver& driver = scheduler_.driver();
  if (!driver.try_take()) return;
  driver.look();
  driver.give_back();
}

inline void Worker::park() {
  const SchedulerOptions& options = scheduler_.options();
  if (options.on_park) {
    options.on_park();
    if (has_work()) {  // the hook spawned
      if (options.on_unpark) options.on_unpark();
      return;
    }
  }
  parks.add_one();
  sharing_.fall_asleep(*this);
  for (bool is_awake = false; !is_awake && !scheduler_.has_ended();) {
    is_awake = sharing_.sleep(*this);
    wakes.add_one();
  }
  sharing_.awake(*this);
  if (options.on_unpark) options.on_unpark();
}

// At the end: what was spawned while the scheduler ended. Dropping it cancels it.
inline void Worker::drop_all() {
  do {
    const auto dropped = std::exchange(lifo, std::nullopt);
  } while (queue.pop() || lifo);
}

}  // namespace async::inline ASYNC_FLAVOUR

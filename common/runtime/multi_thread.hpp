// multi_thread.hpp -- MultiThread: the work-stealing scheduler: its workers, the shared queue, and who sleeps.
//
// One wake-up: Waker::wake, TaskHeader::wake, ScheduleOn, MultiThread::schedule, then either Worker::schedule (from a
// worker: its own LIFO slot or queue) or SharedQueue::push (from elsewhere); wake_one unparks a sleeper if nobody
// searches; Worker::next takes it, Runnable::run polls it.
//
// Thread safety: every function from any thread. Lifetime: as Scheduler; each worker's thread owns it too.
// Errors: std::system_error if the system has no more threads or descriptors.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/runtime/idle_workers.hpp"
#include "common/runtime/shared_queue.hpp"
#include "common/runtime/worker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class MultiThread final : public Scheduler {
 public:
  MultiThread(SchedulerOptions options, Driver::Enabled enabled, BlockingPool::Options blocking)
      : Scheduler(enabled, std::move(blocking)),
        options_(std::move(options)),
        idle_(options_.worker_threads) {
    workers_.reserve(options_.worker_threads);
    for (std::size_t i = 0; i < options_.worker_threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(*this, i, options_.worker_threads == 1));
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
    if (const auto refused = shared_.push(std::move(runnable))) {
      kept = weak_from_this().lock();
      return;  // dropped, and so cancelled
    }
    wake_one();
  }

  LiveTasks& home() override {
    Worker* const here = Worker::of_this_thread();
    if (here != nullptr && &here->scheduler() == this) return here->live;
    static thread_local constinit std::size_t turn = 0;
    return live_of_others_[turn++ % live_of_others_.size()];
  }

  // After a push: one sleeper, if there is one and nobody searches.
  void wake_one() {
    if (const auto worker = idle_.to_wake()) workers_[*worker]->parker.unpark(driver());
  }

  [[nodiscard]] bool has_work() const {
    if (!shared_.is_empty()) return true;
    for (const auto& worker : workers_) {
      if (!worker->queue.is_empty()) return true;
    }
    return false;
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

  SharedQueue& shared() { return shared_; }
  IdleWorkers& idle() { return idle_; }
  [[nodiscard]] const SchedulerOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

 private:
  void cancel_all() override {
    for (LiveTasks& list : live_of_others_) list.cancel_all();
    for (const auto& worker : workers_) worker->live.cancel_all();
  }

  void end_if_empty() override {
    if (alive_tasks() != 0 || ended_.exchange(true, base::acq_rel)) return;
    const Runnables dropped = shared_.end();
    for (const auto& worker : workers_) worker->parker.unpark(driver());
  }

  const SchedulerOptions options_;
  // Spawned by threads that are not workers. Several, because such a thread adds to them while workers take away.
  std::array<LiveTasks, 8> live_of_others_;
  base::Atomic<bool> ended_ = false;
  SharedQueue shared_;  // behind the lists, which are told of what is dropped with it
  IdleWorkers idle_;
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
    if (auto found = next_of_shared()) return found;
  }
  if (lifo_) return std::exchange(lifo_, std::nullopt);
  if (auto found = queue.pop()) return found;
  if (auto found = next_of_shared()) return found;
  return steal();
}

// This worker's share of the shared queue: one to run, and as many others as fill its own queue to the half. So also
// a queue that never empties, because a task in it yields all the time, takes in what waits outside.
inline std::optional<Runnable> Worker::next_of_shared() {
  SharedQueue& shared = scheduler_.shared();
  const std::size_t share = shared.size() / scheduler_.workers().size() + 1;
  std::vector<Runnable> some = shared.pop_some(std::min<std::size_t>(share, queue.room_to_half() + 1));
  if (some.empty()) return std::nullopt;
  // They may have waited for long. To fetch them from memory all at once takes as long as to fetch one or two.
  for (const Runnable& each : some) each.header().prefetch();
  queue.push_all(std::span(some).subspan(1));
  return std::move(some.front());
}

inline std::optional<Runnable> Worker::steal() {
  if (!is_searching_ && !scheduler_.idle().start_searching()) return std::nullopt;
  is_searching_ = true;
  const auto& workers = scheduler_.workers();
  // Each begins with another victim, and with another one each time.
  const std::size_t first = index_ + first_victim_++;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    Worker& victim = *workers[(first + i) % workers.size()];
    if (&victim == this) continue;
    if (auto found = victim.queue.steal_into(queue)) {
      steals.add_one();
      return found;
    }
  }
  return scheduler_.shared().pop();
}

inline void Worker::run_turn(Runnable runnable) {
  // It found something. If there is more, the next searcher is woken before this one is busy: those who pushed saw
  // this one search, and woke nobody.
  if (std::exchange(is_searching_, false) && scheduler_.idle().stop_searching() && scheduler_.has_work()) {
    scheduler_.wake_one();
  }
  poll(std::move(runnable));
  for (int i = 0; i < kLifoRuns && lifo_; ++i) poll(*std::exchange(lifo_, std::nullopt));
  // Behind what waits by now. Nobody is woken for it: it is this worker's next, or one of its next.
  if (lifo_) push(*std::exchange(lifo_, std::nullopt));
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
  if (is_parking_ && scheduler_.driver().is_paused()) parker.unpark(scheduler_.driver());
  if (&runnable.header() == running_) {
    // It woke itself, to let others run: behind all that wait.
    push(std::move(runnable));
  } else if (joins_again(runnable.header()) && !queue.is_empty()) {
    // It joins many: behind those that wait, so that it finds many of them done and is not woken for each.
    push(std::move(runnable));
  } else if (lifo_) {
    Runnable before = *std::exchange(lifo_, std::nullopt);
    lifo_.emplace(std::move(runnable));
    push(std::move(before));
  } else {
    lifo_.emplace(std::move(runnable));
    return;
  }
  // While it is parking it has not decided yet what it does itself.
  if (!is_parking_) scheduler_.wake_one();
}

// Whether `woken` awaits a task that has just ended here, and was the one that awaited the last such task too.
inline bool Worker::joins_again(const TaskHeader& woken) {
  if (running_ == nullptr || !running_->state.is_done()) return false;
  return std::exchange(last_joiner_, &woken) == &woken;
}

inline void Worker::push(Runnable runnable) {
  std::vector<Runnable> overflow = queue.push(std::move(runnable));
  if (!overflow.empty()) scheduler_.shared().push_all(overflow);  // what is refused is dropped here
}

inline void Worker::look_at_events() {
  Driver& driver = scheduler_.driver();
  if (!driver.try_take()) return;
  driver.look();
  driver.give_back();
}

inline void Worker::park() {
  IdleWorkers& idle = scheduler_.idle();
  const SchedulerOptions& options = scheduler_.options();
  if (options.on_park) {
    options.on_park();
    if (lifo_ || !queue.is_empty()) {  // the hook spawned
      if (options.on_unpark) options.on_unpark();
      return;
    }
  }
  parks.add_one();
  is_parking_ = true;
  idle.sleep(index_, std::exchange(is_searching_, false));
  if (scheduler_.has_work()) scheduler_.wake_one();  // it may be this one
  while (!scheduler_.has_ended()) {
    parker.park(scheduler_.driver());
    wakes.add_one();
    if (idle.sleeps(index_)) {
      // Nobody has woken it. If the driver woke tasks they are in here, else it was for nothing.
      if (!lifo_ && queue.is_empty()) continue;
      if (idle.wake_self(index_)) break;
    }
    is_searching_ = true;  // as whoever took it out of the list has counted it
    break;
  }
  is_parking_ = false;
  if (options.on_unpark) options.on_unpark();
  // The driver may have woken many at once.
  if (!is_searching_ && !queue.is_empty()) scheduler_.wake_one();
}

// At the end: what was spawned while the scheduler ended. Dropping it cancels it.
inline void Worker::drop_all() {
  do {
    const auto dropped = std::exchange(lifo_, std::nullopt);
  } while (queue.pop() || lifo_);
}

}  // namespace async::inline ASYNC_FLAVOUR

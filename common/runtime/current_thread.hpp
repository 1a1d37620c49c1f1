// current_thread.hpp -- CurrentThread: the scheduler without threads: its tasks run while somebody blocks in block_on.
//
// The thread in block_on has the core: the queue that needs no lock, and the driver. If several threads block_on
// the same runtime, one of them has it and runs everybody's tasks; the others poll their own future alone, and one
// of them takes the core over when it is given up.
//
// One wake-up: Waker::wake, TaskHeader::wake, ScheduleOn, CurrentThread::schedule (into the core's queue, or from
// another thread into the shared one, which unparks the core's thread), CurrentThread::next,
// Runnable::run.
//
// Thread safety: every function from any thread; block_on not from a task.
// Lifetime: as Scheduler.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "common/base/intrusive_list.hpp"
#include "common/runtime/main_future.hpp"
#include "common/runtime/shared_queue.hpp"
#include "common/runtime/worker.hpp"

namespace async::inline ASYNC_FLAVOUR {

class CurrentThread final : public Scheduler {
 public:
  CurrentThread(SchedulerOptions options, Driver::Enabled enabled, BlockingPool::Options blocking)
      : Scheduler(enabled, std::move(blocking)), options_(std::move(options)) {
    core_.turns_to_shared = options_.global_queue_interval;
  }

  ~CurrentThread() override { wait_for_visitors(); }

  // Runs `future` to its end in the calling thread, which is in the runtime, and all tasks meanwhile.
  template <Future F>
  OutputOf<F> block_on(F& future) {
    MainFuture main(shared_from_this(), parker_);
    for (;;) {
      if (HasCore core(*this); core.is_mine()) return run_until_ready(future, main);
      if (main.is_woken()) {
        auto answer = main.poll(future);
        if (answer.is_ready()) return std::move(answer).value();
      }
      wait_for_core_or(main);
    }
  }

  // Cancels all tasks, and destroys them here; or, if another thread, or this one further down, has the core, there.
  void shutdown() {
    const EnterGuard entered(*this);
    close();  // first: whoever has the core now sees it when that one gives it up
    if (const HasCore core(*this); core.is_mine()) {
      while (!has_ended()) {
        run_closing();
        if (!has_ended()) parker_.park(driver());  // a foreign thread is about to hand one over
      }
    }
  }

  void schedule(Runnable runnable) override {
    if (core_of_this_thread() == this) {
      core_.local.push_back(std::move(runnable));
      // A paused clock fires timers in the thread that is the last to fall asleep: that one wakes itself.
      if (core_.is_parking && driver().is_paused()) parker_.unpark(driver());
      return;
    }
    std::shared_ptr<Scheduler>
        kept;  // where what is destroyed may hold the last handle: goes behind the visit
    const Visit visit(*this);
    if (const auto refused = shared_.push(std::move(runnable))) {
      kept = weak_from_this().lock();
      return;  // dropped, and so cancelled
    }
    parker_.unpark(driver());
    if (!is_closing()) return;
    // After the runtime's end nobody may come to block_on it any more. HasCore destroys what is there.
    kept = weak_from_this().lock();
    const HasCore last(*this);
  }

  LiveTasks& home() override { return live_; }
  [[nodiscard]] std::size_t alive_tasks() const override { return live_.size(); }
  void for_each_task(const std::function<void(const TaskHeader&)>& look) override { live_.for_each(look); }
  [[nodiscard]] const SchedulerOptions& options() const { return options_; }
  [[nodiscard]] std::uint64_t polls() const { return polls_.value(); }
  [[nodiscard]] std::uint64_t parks() const { return parks_.value(); }

 private:
  // ---- who has the core ----------------------------------------------------------------------------------

  struct Core {
    Runnables local;
    std::uint32_t turns_to_shared = 1;
    bool is_parking = false;
  };

  static CurrentThread*& core_of_this_thread() {
    static thread_local constinit CurrentThread* scheduler = nullptr;
    return scheduler;
  }

  struct CoreWaiter : base::ListNode {
    Waker waker;
  };
  struct Holders {
    bool is_held = false;
    base::IntrusiveList<CoreWaiter> waiting;
  };

  // Takes the core if it is free; gives it up at the end, and tells one who waits for it.
  class HasCore {
   public:
    explicit HasCore(CurrentThread& scheduler) : scheduler_(scheduler) { take(); }
    HasCore(const HasCore&) = delete;
    HasCore& operator=(const HasCore&) = delete;
    ~HasCore() {
      // At the runtime's end nobody takes over what is queued. If that end begins just now, once more.
      while (is_mine_) {
        const bool was_closing = scheduler_.is_closing();
        if (was_closing) scheduler_.run_closing();
        give_up();
        if (scheduler_.is_closing() && (!was_closing || !scheduler_.shared_.is_empty())) take();
      }
    }
    [[nodiscard]] bool is_mine() const { return is_mine_; }

   private:
    void take() {
      auto holders = scheduler_.holders_.lock();
      if (std::exchange(holders->is_held, true)) return;
      is_mine_ = true;
      before_ = std::exchange(core_of_this_thread(), &scheduler_);
    }

    void give_up() {
      is_mine_ = false;
      core_of_this_thread() = before_;
      Waker next;
      {
        auto holders = scheduler_.holders_.lock();
        holders->is_held = false;
        if (CoreWaiter* const first = holders->waiting.front()) {
          holders->waiting.remove(*first);
          next = std::move(first->waker);
        }
      }
      std::move(next).wake();
    }

    CurrentThread& scheduler_;
    CurrentThread* before_ = nullptr;
    bool is_mine_ = false;
  };

  // Another thread has the core: sleeps until the future is woken, or the core is free.
  void wait_for_core_or(MainFuture& main) {
    CoreWaiter waiter;
    {
      Waker kept = main.waker().clone();
      auto holders = holders_.lock();
      if (!holders->is_held) return;
      waiter.waker = std::move(kept);
      holders->waiting.push_back(waiter);
    }
    main.park();
    auto holders = holders_.lock();
    if (waiter.is_linked()) holders->waiting.remove(waiter);
  }

  // ---- the turns -----------------------------------------------------------------------------------------

  // Until the future is ready. With the core.
  template <Future F>
  OutputOf<F> run_until_ready(F& future, MainFuture& main) {
    for (;;) {
      if (main.is_woken()) {
        auto answer = main.poll(future);
        if (answer.is_ready()) return std::move(answer).value();
      }
      if (run_some()) {
        look_at_events();
      } else {
        park();
      }
    }
  }

  // Runs tasks for as long as the driver may wait. False: there are none left.
  bool run_some() {
    for (std::uint32_t i = 0; i < options_.event_interval; ++i) {
      auto found = next();
      if (!found) return false;
      poll(*std::move(found));
    }
    return true;
  }

  static constexpr std::size_t kAhead = 4;

  std::optional<Runnable> next() {
    if (is_nth(core_.turns_to_shared, options_.global_queue_interval)) {
      if (auto found = shared_.pop()) return found;
    }
    // All that is there, in one go: the lock is taken once.
    if (core_.local.empty()) core_.local = shared_.pop_all();
    if (core_.local.empty()) return std::nullopt;
    std::optional<Runnable> first(std::move(core_.local.front()));
    core_.local.pop_front();
    // By the time of its turn it is in the cache, however long it has waited.
    if (core_.local.size() > kAhead) core_.local[kAhead].header().prefetch();
    return first;
  }

  void poll(Runnable runnable) {
    const Budget::Scope budget;
    polls_.add_one();
    Scheduler* const before = std::exchange(polls_for(), this);
    (void)std::move(runnable).run();
    polls_for() = before;
  }

  void look_at_events() {
    if (!driver().try_take()) return;
    driver().look();
    driver().give_back();
  }

  void park() {
    if (options_.on_park) options_.on_park();
    if (core_.local.empty()) {  // else the hook spawned
      parks_.add_one();
      core_.is_parking = true;
      parker_.park(driver());
      core_.is_parking = false;
    }
    if (options_.on_unpark) options_.on_unpark();
  }

  // With the core, at the end: every task that is queued is cancelled, and destroyed by its turn.
  void run_closing() {
    while (auto found = next()) poll(*std::move(found));
  }

  // ---- the end -------------------------------------------------------------------------------------------

  [[nodiscard]] bool has_ended() const { return ended_.load(base::acquire); }
  void cancel_all() override { live_.cancel_all(); }
  void end_if_empty() override {
    if (live_.size() != 0 || ended_.exchange(true, base::acq_rel)) return;
    const Runnables dropped = shared_.end();
    parker_.unpark(driver());
  }

  const SchedulerOptions options_;
  // First, because what is left in the core's queue is dropped before they go, and comes back to them.
  LiveTasks live_;
  SharedQueue shared_;
  base::Atomic<bool> ended_ = false;
  ParkedWorker parker_;  // of whoever has the core
  base::Locked<Holders> holders_;
  Core core_;  // of whoever has the core
  Tally polls_, parks_;
};

}  // namespace async::inline ASYNC_FLAVOUR

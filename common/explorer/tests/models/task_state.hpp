// task_state.hpp -- the models of common/task/task_state.hpp: one task, and several who wake, drop and cancel it at once.
//
// Two threads or three act on the task, and each of them runs what is in the queue afterwards. A flag that says
// that an event has come is relaxed: only the wake orders it before the poll.
#pragma once

#include <utility>

#include "common/explorer/tests/models/model_tasks.hpp"
#include "common/task/live_tasks.hpp"

namespace async::models {

// What a task does, seen from outside.
struct WatchedTask {
  base::Atomic<int> events = 0;
  explorer::Cell<int> polls = 0;  // by the run alone: two runs at a time are a race
  explorer::Cell<int> ends = 0;   // how often the future was destroyed
  explorer::Cell<int> frees = 0;  // the task's memory
  explorer::Cell<bool> is_finished = false;
  Payload reason = 0;  // why it was cancelled

  void check_end(bool finished) const {
    ASYNC_CHECK(ends.read() == 1, "the future was destroyed twice, or never");
    ASYNC_CHECK(is_finished.read() == finished, "finished though cancelled, or cancelled though woken");
  }
};

// Waits until so many events have come.
class WaitsForEvents {
 public:
  using Output = void;

  WaitsForEvents(WatchedTask& watched, int events) : watched_(watched), events_(events) {}
  WaitsForEvents(const WaitsForEvents&) = delete;
  WaitsForEvents& operator=(const WaitsForEvents&) = delete;
  ~WaitsForEvents() {
    watched_.ends.write(watched_.ends.read() + 1);
    if (!watched_.is_finished.read()) (void)watched_.reason.read();
  }

  Poll<void> poll(Context& /*cx*/) {
    ASYNC_CHECK(watched_.ends.read() == 0 && !watched_.is_finished.read(), "polled after its end");
    watched_.polls.write(watched_.polls.read() + 1);
    if (watched_.events.load(base::relaxed) != events_) return Pending();
    watched_.is_finished.write(true);
    return Ready();
  }

 private:
  WatchedTask& watched_;
  const int events_;
};

// As ScheduleOn, and tells when the task's memory is freed, for it lies in there.
class ScheduleAndTell {
 public:
  ScheduleAndTell(ModelExecutor& executor, WatchedTask& watched) : executor_(&executor), watched_(&watched) {}
  ScheduleAndTell(ScheduleAndTell&& other) noexcept
      : executor_(other.executor_), watched_(std::exchange(other.watched_, nullptr)) {}
  ScheduleAndTell& operator=(ScheduleAndTell&&) = delete;
  ~ScheduleAndTell() {
    if (watched_ != nullptr) watched_->frees.write(watched_->frees.read() + 1);
  }

  void operator()(Runnable runnable) const { executor_->push(std::move(runnable)); }

 private:
  ModelExecutor* executor_;
  WatchedTask* watched_;
};

// And leaves the executor's list, as in the runtime.
struct ScheduleListed {
  ModelExecutor* executor;
  LiveTasks* live;
  void operator()(Runnable runnable) const { executor->push(std::move(runnable)); }
  void retire(TaskHeader& task) const { (void)live->remove(task); }
};

// Two threads wake a task while a third one polls it. The poll after the last wake sees both events.
inline void task_state_woken_by_two() {
  ModelExecutor executor;
  WatchedTask watched;
  auto [runnable, task] = make_task([&] { return WaitsForEvents(watched, 2); }, ScheduleOn{&executor});
  Waker first = waker_of(runnable), second = waker_of(runnable);
  std::move(task).detach();
  base::Thread one([&, waker = std::move(first)]() mutable {
    watched.events.fetch_add(1, base::relaxed);
    std::move(waker).wake();
    executor.run_all();
  });
  base::Thread two([&, waker = std::move(second)]() mutable {
    watched.events.fetch_add(1, base::relaxed);
    waker.wake_by_ref();
    executor.run_all();
  });
  (void)std::move(runnable).run();
  executor.run_all();
  one.join();
  two.join();
  watched.check_end(true);
}

// What was written before the wake that led to a poll is seen in it. It is scheduled, and woken once more.
inline void task_state_woken_while_scheduled() {
  ModelExecutor executor;
  WatchedTask watched;
  auto [runnable, task] = make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleOn{&executor});
  const Waker waker = waker_of(runnable);
  base::Thread other([&] {
    watched.events.fetch_add(1, base::relaxed);
    waker.wake_by_ref();
    executor.run_all();
  });
  (void)std::move(runnable).run();
  executor.run_all();
  other.join();
  watched.check_end(true);
  std::move(task).detach();
}

// The future goes from thread to thread with nothing but the state's word between them, and so does its end. The
// memory is freed by the last owner, once.
inline void task_state_freed_by_the_last() {
  ModelExecutor executor;
  WatchedTask watched;
  {
    auto [runnable, task] =
        make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleAndTell(executor, watched));
    Waker first = waker_of(runnable);
    base::Thread other([&, waker = std::move(first)]() mutable {
      watched.events.fetch_add(1, base::relaxed);
      std::move(waker).wake();
      executor.run_all();
    });
    (void)std::move(runnable).run();
    executor.run_all();
    std::move(task).detach();
    other.join();
  }
  watched.check_end(true);
  ASYNC_CHECK(watched.frees.read() == 1, "the task's memory was freed twice, or never");
}

// The last waker goes while the task is polled, or waits: nobody could ever wake it, and its future is destroyed.
inline void task_state_last_waker_goes() {
  ModelExecutor executor;
  WatchedTask watched;
  {
    auto [runnable, task] =
        make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleAndTell(executor, watched));
    Waker last = waker_of(runnable);
    std::move(task).detach();
    base::Thread other([&, waker = std::move(last)]() mutable {
      watched.reason.write(1);
      waker = Waker();
      executor.run_all();
    });
    (void)std::move(runnable).run();
    executor.run_all();
    other.join();
  }
  watched.check_end(false);
  ASYNC_CHECK(watched.frees.read() == 1, "the task's memory was freed twice, or never");
}

// One waker is used up while the other one is dropped: it is woken, and so it is not cancelled.
inline void task_state_wake_against_drop() {
  ModelExecutor executor;
  WatchedTask watched;
  auto [runnable, task] = make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleOn{&executor});
  Waker used = waker_of(runnable), dropped = waker_of(runnable);
  std::move(task).detach();
  base::Thread one([&, waker = std::move(used)]() mutable {
    watched.events.fetch_add(1, base::relaxed);
    std::move(waker).wake();
    executor.run_all();
  });
  base::Thread two([&, waker = std::move(dropped)]() mutable {
    waker = Waker();
    executor.run_all();
  });
  (void)std::move(runnable).run();
  executor.run_all();
  one.join();
  two.join();
  watched.check_end(true);
}

// The handle cancels while the task is polled and while it is woken: it has one end, and no poll behind it. Where it is
// destroyed unfinished, what was done before the cancel is seen.
inline void task_state_cancelled() {
  ModelExecutor executor;
  WatchedTask watched;
  auto [runnable, task] = make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleOn{&executor});
  Waker first = waker_of(runnable);
  base::Thread other([&, waker = std::move(first)]() mutable {
    watched.events.fetch_add(1, base::relaxed);
    std::move(waker).wake();
    executor.run_all();
  });
  base::Thread runner([&, mine = std::move(runnable)]() mutable {
    (void)std::move(mine).run();
    executor.run_all();
  });
  watched.reason.write(1);
  task.cancel();
  executor.run_all();
  other.join();
  runner.join();
  ASYNC_CHECK(watched.ends.read() == 1, "the future was destroyed twice, or never");
  ASYNC_CHECK(task.is_finished(), "the future is gone, and the handle was not told");
}

// The executor cancels all tasks of its list while the last waker of one goes: one of them schedules it.
inline void task_state_cancelled_by_its_list() {
  ModelExecutor executor;
  LiveTasks live;
  WatchedTask watched;
  auto [runnable, task] =
      make_task([&] { return WaitsForEvents(watched, 1); }, ScheduleListed{&executor, &live});
  live.add(runnable.header());
  Waker last = waker_of(runnable);
  std::move(task).detach();
  (void)std::move(runnable).run();
  base::Thread other([&, waker = std::move(last)]() mutable {
    waker = Waker();
    executor.run_all();
  });
  live.cancel_all();
  executor.run_all();
  other.join();
  watched.check_end(false);
  ASYNC_CHECK(live.size() == 0, "a task is gone, and stands in the list of those that live");
}

inline constexpr Model models_of_task_state[] = {
    {"task_state_woken_by_two", task_state_woken_by_two, {.preemptions = 3, .old_reads = 1}},
    {"task_state_woken_while_scheduled",
     task_state_woken_while_scheduled,
     {.preemptions = 5, .old_reads = 4}},
    {"task_state_freed_by_the_last", task_state_freed_by_the_last, {.preemptions = 4, .old_reads = 3}},
    {"task_state_last_waker_goes", task_state_last_waker_goes, {.preemptions = 5, .old_reads = 3}},
    {"task_state_wake_against_drop", task_state_wake_against_drop, {.preemptions = 3}},
    {"task_state_cancelled", task_state_cancelled, {.preemptions = 3, .old_reads = 3}},
    {"task_state_cancelled_by_its_list",
     task_state_cancelled_by_its_list,
     {.preemptions = 4, .old_reads = 3}},
};

}  // namespace async::models

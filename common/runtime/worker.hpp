// worker.hpp -- Worker: one thread of the work-stealing scheduler, and where it looks for the next task.
//
// In this order: the LIFO slot (what its current task woke last), its own queue, the shared queue, the other
// workers' queues. The shared queue comes first at every `global_queue_interval`-th turn, so that a worker whose
// own queue never empties does not starve it; timers and I/O are looked at every `event_interval`-th turn. When there
// is nothing, it sleeps. The order and the sleep are WorkSharing's (work_sharing.hpp).
//
// The LIFO slot lets a message and its reply stay in a warm cache. It is used at most kLifoRuns times in a row, so
// that two tasks which wake each other do not keep all others waiting. Nobody steals from it: a task that blocks
// its thread holds up the one that it woke last, and, if it came with an event, also the events until the next turn.
//
// Thread safety: everything from the worker's own thread, except what is said to be for others.
// Lifetime: owned by the scheduler; outlives its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "common/runtime/scheduler.hpp"
#include "common/runtime/tally.hpp"
#include "common/runtime/work_queue.hpp"
#include "common/runtime/work_sharing.hpp"

namespace async::inline ASYNC_FLAVOUR {

class MultiThread;

// True at every `interval`-th call. (A division by a number that is not known to the compiler takes longer than the
// rest of a turn's bookkeeping.)
inline bool is_nth(std::uint32_t& calls_left, std::uint32_t interval) {
  if (--calls_left != 0) return false;
  calls_left = interval;
  return true;
}

// What a runtime of either kind is told about its turns and its threads.
struct SchedulerOptions {
  std::size_t worker_threads = base::available_cores();
  std::uint32_t global_queue_interval = 61;
  std::uint32_t event_interval = 61;
  ThreadSettings threads = {};
  std::function<void()> on_park = {};
  std::function<void()> on_unpark = {};
};

using Sharing = WorkSharing<WorkQueue, Driver>;

class alignas(64) Worker : public Sharing::Member {
 public:
  // `is_alone`: there is no other worker.
  Worker(MultiThread& scheduler, Sharing& sharing, std::size_t index, bool is_alone)
      : Member(index, is_alone), scheduler_(scheduler), sharing_(sharing) {}

  // The thread's life.
  void run();

  // Whose thread the calling one is, or nullptr.
  [[nodiscard]] static Worker*& of_this_thread() {
    static thread_local constinit Worker* worker = nullptr;
    return worker;
  }
  [[nodiscard]] const MultiThread& scheduler() const { return scheduler_; }

  // A task of this runtime was woken, or spawned, in this thread.
  void schedule(Runnable runnable);

  // For others.
  LiveTasks live;             // spawned in this thread
  Tally polls, parks, wakes;  // wakes: for whatever reason, so at least one for each park

 private:
  static constexpr int kLifoRuns = 3;

  std::optional<Runnable> next();
  void run_turn(Runnable runnable);
  void poll(Runnable runnable);
  bool joins_again(const TaskHeader& woken);
  void look_at_events();
  void park();
  void drop_all();

  MultiThread& scheduler_;
  Sharing& sharing_;
  const TaskHeader* running_ = nullptr;      // while it is polled
  const TaskHeader* last_joiner_ = nullptr;  // only compared
  std::uint32_t turns_to_shared_ = 1;
  std::uint32_t turns_to_events_ = 1;
};

}  // namespace async::inline ASYNC_FLAVOUR

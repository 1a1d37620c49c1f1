// task_header.hpp -- TaskHeader: the part of a task that does not depend on its future or its output.
//
// A task is one allocation: this header, the output's place, the function that schedules it, and the future.
// Runnable, Waker and the handle each hold one counted reference to it and know nothing of the future's type.
//
// Thread safety: see task_state.hpp; the future is touched by the run alone, the joiner's slot by whom the
//   JOINER bit names.
// Lifetime: the last reference deletes it. The future is gone much earlier: when it finished or was cancelled.
#pragma once

#include <cstdint>
#include <source_location>
#include <utility>
#include <vector>

#include "common/base/intrusive_list.hpp"
#include "common/future/context.hpp"
#include "common/task/task_state.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Runnable;

// A number that tells the tasks of one process apart, in the order in which they were spawned, from 1.
using TaskId = std::uint64_t;

class TaskHeader
    : public base::ListNode {  // the list: its executor's live tasks, where the executor keeps one
 public:
  TaskState state;
  TaskHeader* next_in_queue = nullptr;  // the run queue's link, while it is scheduled
  Waker joiner;                         // whom to wake when it is done
  const TaskId id = next_id();

  // What throws here (a destructor, or what schedules) has nobody to catch it, and the program stops.
  // Polls the future. True: it is finished, its outcome is stored, and it is destroyed.
  virtual bool poll(Context& cx) noexcept = 0;
  virtual void drop_future() noexcept = 0;
  virtual void drop_output() noexcept = 0;
  // Hands the Runnable to the executor. From any thread.
  virtual void schedule(Runnable runnable) = 0;
  // The future is gone: leaves the list of live tasks.
  virtual void retire() noexcept = 0;

  // Where its future waits, the innermost await first; empty if that cannot tell. Only while the task does not run
  // and does not finish.
  [[nodiscard]] virtual std::vector<std::source_location> waiting_at() const { return {}; }

  // Makes a Runnable of a reference that is counted already, and schedules it.
  void schedule_counted() noexcept;

  void cancel() {
    if (state.cancel()) schedule_counted();
  }

  // For a queue: it will be run soon. A task is two cache lines or little more.
  void prefetch() const {
    __builtin_prefetch(this);
    __builtin_prefetch(reinterpret_cast<const char*>(this) + 64);
  }

  void drop_reference() { act_on(state.drop_reference()); }

  // A waker of this task, of a reference that is counted already.
  Waker waker_of_counted() { return Waker(RawWaker{this, &kWakerTable}); }

 protected:
  TaskHeader() = default;
  virtual ~TaskHeader() = default;

 private:
  static TaskId next_id() {
    static base::Atomic<TaskId> last = 0;
    return last.fetch_add(1, base::relaxed) + 1;  // relaxed: a number, nothing else is published
  }

  void act_on(TaskState::Left left) {
    switch (left) {
      case TaskState::Left::in_use: break;
      case TaskState::Left::free_memory:
        delete this;  // SAFETY: the last reference; nobody else can reach it
        break;
      case TaskState::Left::schedule: schedule_counted(); break;
    }
  }

  static TaskHeader& from(const void* data) {
    // SAFETY: only waker_of_counted and clone put it there, and each waker counts as a reference.
    return *const_cast<TaskHeader*>(static_cast<const TaskHeader*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    from(data).state.add_reference();
    return {data, &kWakerTable};
  }
  static void wake(const void* data) noexcept { from(data).act_on(from(data).state.wake_and_drop()); }
  static void wake_by_ref(const void* data) noexcept {
    if (from(data).state.wake()) from(data).schedule_counted();
  }
  static void drop(const void* data) noexcept { from(data).drop_reference(); }

  static constexpr RawWakerVTable kWakerTable{&clone, &wake, &wake_by_ref, &drop};
};

}  // namespace async::inline ASYNC_FLAVOUR

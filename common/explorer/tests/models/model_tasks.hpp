// model_tasks.hpp -- what the models of tasks share: an executor of a few lines, and wakers that count.
#pragma once

#include <optional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/explorer/tests/models/model.hpp"
#include "common/task/make_task.hpp"
#include "common/task/run_queue.hpp"

namespace async::models {

// A queue of runnables that any thread works off. Whoever wakes a task calls run_all() afterwards: so nothing stays.
class ModelExecutor {
 public:
  void push(Runnable runnable) { queue_.lock()->push(std::move(runnable)); }
  [[nodiscard]] std::optional<Runnable> pop() { return queue_.lock()->pop(); }

  void run_all() {
    while (auto next = pop()) (void)std::move(*next).run();
  }

 private:
  base::Locked<RunQueue> queue_;
};

// What a task's `schedule` is in these models.
struct ScheduleOn {
  ModelExecutor* executor;
  void operator()(Runnable runnable) const { executor->push(std::move(runnable)); }
};

// A waker before the task was run at all.
inline Waker waker_of(const Runnable& runnable) {
  runnable.header().state.add_reference();
  return runnable.header().waker_of_counted();
}

// A waker that counts its calls and its owners. It outlives them.
class CountingWaker {
 public:
  Waker waker() {
    owners_.fetch_add(1, base::relaxed);
    return Waker(RawWaker{this, &kTable});
  }

  // After the threads were joined.
  [[nodiscard]] int owners() const { return owners_.load(base::relaxed); }
  [[nodiscard]] int wakes() const { return wakes_.load(base::relaxed); }

 private:
  static CountingWaker& from(const void* data) {
    // SAFETY: only waker() and clone put it there.
    return *const_cast<CountingWaker*>(static_cast<const CountingWaker*>(data));
  }
  static RawWaker clone(const void* data) noexcept {
    from(data).owners_.fetch_add(1, base::relaxed);
    return {data, &kTable};
  }
  static void wake(const void* data) noexcept {
    wake_by_ref(data);
    drop(data);
  }
  static void wake_by_ref(const void* data) noexcept { from(data).wakes_.fetch_add(1, base::relaxed); }
  static void drop(const void* data) noexcept {
    ASYNC_CHECK(from(data).owners_.fetch_sub(1, base::relaxed) > 0, "a waker was dropped twice");
  }

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake_by_ref, &drop};

  // relaxed: they order nothing, so that what they are beside has to.
  base::Atomic<int> owners_ = 0, wakes_ = 0;
};

}  // namespace async::models

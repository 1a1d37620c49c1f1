// task_cell.hpp -- TaskCell: a task with its output's place, its future and the function that schedules it.
//
// One allocation holds all of it. (The frame of an Async is a second one: C++ makes it in the call that makes
// the coroutine, before there is a task.)
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "common/base/block_pool.hpp"
#include "common/future/future.hpp"
#include "common/future/outcome.hpp"
#include "common/task/runnable.hpp"

namespace async::inline ASYNC_FLAVOUR {

// What the handle knows of a task: the header, and what type its output has.
template <class T>
class TaskWithOutput : public TaskHeader {
 public:
  // Written by the run before DONE, the handle's from then on. Empty at DONE: the task was cancelled.
  Outcome<T> outcome;

  void drop_output() noexcept final { outcome.clear(); }
};

// Schedule: a callable that takes a Runnable, from any thread. If it also has a member `retire(TaskHeader&)`,
// that is called, by whoever runs the task, once the future is gone.
template <Future F, class Schedule>
class TaskCell final : public TaskWithOutput<OutputOf<F>> {
 public:
  // `make_future()` builds the future where it stays: it need not be movable.
  template <class MakeFuture>
  TaskCell(MakeFuture&& make_future, Schedule schedule)
      : schedule_(std::move(schedule)), future_(std::forward<MakeFuture>(make_future)()) {}
  ~TaskCell() noexcept override {}  // the future is gone by then: see drop_future

  // Neighbours may run on different threads, and a task's state is written at every turn.
  static void* operator new(std::size_t bytes) {
    return base::BlockPool::allocate(base::BlockPool::whole_lines(bytes));
  }
  static void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return ::operator new(bytes, alignment);
  }
  static void operator delete(void* task, std::align_val_t alignment) noexcept {
    ::operator delete(task, alignment);
  }
  static void operator delete(void* task, std::size_t bytes) noexcept {
    base::BlockPool::free(task, base::BlockPool::whole_lines(bytes));
  }

  bool poll(Context& cx) noexcept override {
    try {
      auto answer = future_.poll(cx);
      if (answer.is_pending()) return false;
      if constexpr (std::is_void_v<OutputOf<F>>) {
        this->outcome.set_value();
      } else {
        this->outcome.set_value(std::move(answer).value());
      }
    } catch (...) {
      this->outcome.set_exception(std::current_exception());
    }
    // Now, not with the last reference: a channel's end that the coroutine holds must close when it is done.
    drop_future();
    return true;
  }

  // SAFETY: once, by the run: after the future finished, or instead of a poll.
  void drop_future() noexcept override { std::destroy_at(&future_); }

  // As soon as the runnable is in a queue another thread may run the task to its end and free it, and this with
  // it: so a copy schedules, or, where that would cost something, a reference keeps the task meanwhile.
  void schedule(Runnable runnable) override {
    if constexpr (std::is_trivially_copyable_v<Schedule>) {
      const Schedule kept = schedule_;
      kept(std::move(runnable));
    } else {
      this->state.add_reference();
      schedule_(std::move(runnable));
      this->drop_reference();
    }
  }

  void retire() noexcept override {
    if constexpr (requires { schedule_.retire(*this); }) schedule_.retire(*this);
  }

  [[nodiscard]] std::vector<std::source_location> waiting_at() const override {
    if constexpr (requires { future_.waiting_at(); }) return future_.waiting_at();
    return {};
  }

 private:
  [[no_unique_address]] Schedule schedule_;
  union {
    F future_;
  };
};

}  // namespace async::inline ASYNC_FLAVOUR

// executor.hpp -- Executor: one queue, one thread; the smallest that is complete.
//
// A task is in the queue when it is to be polled: spawned, or woken. block_on polls the first in line, again
// and again, and sleeps when there is none. The future that it is given is a task like any other.
//
// Thread safety: spawn and wakers from any thread; the rest from one at a time, and not inside a task.
// Lifetime: the destructor cancels what has not finished, and waits for it. Handles and wakers may live on.
// Errors: what the future throws comes out of block_on; what a spawned one throws is at its JoinHandle.
#pragma once

#include <memory>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/channel/channel.hpp"
#include "common/task/live_tasks.hpp"
#include "common/task/make_task.hpp"

namespace ch02 {

using namespace async;

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() {
    ASYNC_CHECK(!running_, "an Executor was destroyed inside one of its tasks");
    live_->cancel_all();                      // what waits comes into the queue once more,
    while (live_->size() != 0) (void)next();  // and is dropped from there, unpolled
  }

  // Takes a Future, or a callable that returns one, with its arguments; keeps them as long as the task.
  template <class... What>
  auto spawn_task(What&&... what) {
    const Schedule schedule{queue_.sender, live_};
    auto [runnable, task] = make_task(future_maker(std::forward<What>(what)...), schedule);
    live_->add(runnable.header());
    schedule(std::move(runnable));
    return std::move(task);
  }

  // The same with a handle that lets the task run when it is dropped.
  template <class... What>
  auto spawn(What&&... what) {
    return spawn_task(std::forward<What>(what)...).into_join_handle();
  }

  // Runs all tasks, in this thread, until this one has finished; gives its output.
  template <class... What>
  auto block_on(What&&... what) {
    auto main = spawn_task(std::forward<What>(what)...);
    ASYNC_CHECK(!running_.exchange(true), "block_on was called inside a task, or in two threads at once");
    while (!main.is_finished()) next().run();
    running_ = false;
    Context cx(Waker::noop());
    return main.poll(cx).value();
  }

 private:
  // What every task keeps: its way into the queue, and out of the list.
  struct Schedule {
    Sender<Runnable> queue;
    std::shared_ptr<LiveTasks> live;

    void operator()(Runnable runnable) const { (void)queue.send(std::move(runnable)); }
    void retire(TaskHeader& task) const { live->remove(task); }
  };

  Runnable next() { return *queue_.receiver.recv(); }

  const Channel<Runnable> queue_ = unbounded<Runnable>();
  const std::shared_ptr<LiveTasks> live_ = std::make_shared<LiveTasks>();  // all that has not finished
  base::Atomic<bool> running_ = false;
};

}  // namespace ch02

// s1_one_queue.hpp -- one queue, one thread: spawn_task makes a Runnable and a Task of a future.
//
// The two are handles of one task. The Runnable goes into the queue; whoever receives it polls the future
// once and uses it up. If that poll says Pending, there is no Runnable until the task's waker makes the next
// one, which `schedule` queues again. The Task is for whoever wants the result; dropping it cancels.
//
// Thread safety: spawn_task from any thread, also from a task; the destructor not from a task.
// Lifetime: the destructor closes the queue; the thread runs what is in it, then ends. A task that is woken
//   later finds the queue closed: its Runnable is dropped, which destroys the future and tells the Task.
// Errors: an exception of a future stays in its task (TaskCell::poll) until somebody awaits the Task. The
//   thread lives on: here the book has catch_unwind.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/demo/println.hpp"
#include "common/task/make_task.hpp"

namespace ch03::one_queue {

using namespace async;
using async::demo::println;

class Executor {
 public:
  // The thread calls `before_work` before it takes the first Runnable: a demo can hold it back there.
  explicit Executor(std::function<void()> before_work = [] {}) : queue_(std::move(before_work)) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() { queue_.channel.sender.close(); }

  template <Future F>
  Task<OutputOf<F>> spawn_task(F future) {
    const Sender<Runnable> queue = queue_.sender();
    const auto schedule = [queue](Runnable runnable) { (void)queue.send(std::move(runnable)); };
    auto [runnable, task] = make_task(future_maker(std::move(future)), schedule);
    schedule(std::move(runnable));
    println("Here is the queue count: ", queue.len());
    return std::move(task);
  }

 private:
  struct Queue {
    explicit Queue(std::function<void()> before_work_) : before_work(std::move(before_work_)) {}

    // Who asks first starts the thread. (In the book the queue is a static LazyLock.)
    Sender<Runnable> sender() {
      std::call_once(started, [this] { thread = base::Thread("worker 1", [this] { work(); }); });
      return channel.sender.clone();
    }

    void work() {
      before_work();
      for (Runnable runnable : channel.receiver) {
        println("runnable accepted");
        std::move(runnable).run();
      }
    }

    const std::function<void()> before_work;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    base::Thread thread;  // last: it uses what stands above, and is joined first
  };

  Queue queue_;
};

}  // namespace ch03::one_queue

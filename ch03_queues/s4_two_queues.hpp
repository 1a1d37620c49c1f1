// s4_two_queues.hpp -- a high queue with two threads, a low one with one; a label on the future says which.
// after: s3_more_workers.hpp
//
// High does not mean first: it means another queue, with threads of its own. While all tasks are low, two
// threads of three are idle.
//
// Thread safety, lifetime, errors: as s1_one_queue.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/priority.hpp"
#include "common/task/make_task.hpp"

namespace ch03::two_queues {

using namespace async;

// A future that knows in which queue it belongs. (The book's FutureType is our Priority.)
template <class F>
concept FutureOrderLabel = Future<F> && requires(const F& future) {
  { future.get_order() } -> std::same_as<Priority>;
};

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() {
    for (Queue* queue : {&high_, &low_}) queue->close();
    for (Queue* queue : {&high_, &low_}) queue->threads.clear();  // tasks may still spawn on the other one
  }

  template <FutureOrderLabel F>
  Task<OutputOf<F>> spawn_task(F future) {
    const Sender<Runnable> queue = future.get_order() == Priority::high ? high_.sender() : low_.sender();
    const auto schedule = [queue](Runnable runnable) { (void)queue.send(std::move(runnable)); };
    auto [runnable, task] = make_task(future_maker(std::move(future)), schedule);
    schedule(std::move(runnable));
    return std::move(task);
  }

 private:
  struct Queue {
    Queue(std::string name_, std::size_t count_) : name(std::move(name_)), count(count_) {}

    // Who asks first starts the threads. (In the book the queue is a static LazyLock.)
    Sender<Runnable> sender() {
      std::call_once(started, [this] {
        for (std::size_t i = 1; i <= count; ++i) {
          threads.emplace_back(name + " " + std::to_string(i), work, channel.receiver.clone());
        }
      });
      return channel.sender.clone();
    }

    void close() {
      channel.sender.close();
      std::call_once(started, [] {});  // nobody starts a thread any more
    }

    static void work(const Receiver<Runnable>& receiver) {
      for (Runnable runnable : receiver) std::move(runnable).run();
    }

    const std::string name;
    const std::size_t count;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    std::vector<base::Thread> threads;
  };

  Queue high_{"high", 2};
  Queue low_{"low", 1};
};

}  // namespace ch03::two_queues

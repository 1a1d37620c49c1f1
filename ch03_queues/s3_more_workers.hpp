// s3_more_workers.hpp -- three threads on one queue: each has a clone of its receiver.
// after: s1_one_queue.hpp
//
// Whoever is idle receives the next Runnable, so the polls of one task may come from several threads, one
// after the other. One task that takes long holds up one thread; the others work on.
//
// Thread safety, lifetime, errors: as s1_one_queue.hpp.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/task/make_task.hpp"

namespace ch03::more_workers {

using namespace async;

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() { queue_.channel.sender.close(); }

  template <Future F>
  Task<OutputOf<F>> spawn_task(F future) {
    const Sender<Runnable> queue = queue_.sender();
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

    static void work(const Receiver<Runnable>& receiver) {
      for (Runnable runnable : receiver) std::move(runnable).run();
    }

    const std::string name;
    const std::size_t count;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    std::vector<base::Thread> threads;
  };

  Queue queue_{"worker", 3};
};

}  // namespace ch03::more_workers

// s5_stealing.hpp -- a thread whose own queue is empty takes from the other one: stealing, both ways.
// after: s4_two_queues.hpp
//
// If both are empty it sleeps for 100 ms and looks again. That is the book's way; it costs ten looks a second
// of each idle thread, and up to 100 ms until a new task is noticed. s5_parking.hpp cures both.
// The threads of a queue still start with its first task: while all tasks are low, nobody can steal them.
//
// Thread safety, lifetime, errors: as s1_one_queue.hpp.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/priority.hpp"
#include "common/task/make_task.hpp"

namespace ch03::stealing {

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
    const Sender<Runnable> queue =
        future.get_order() == Priority::high ? high_.sender(low_) : low_.sender(high_);
    const auto schedule = [queue](Runnable runnable) { (void)queue.send(std::move(runnable)); };
    auto [runnable, task] = make_task(future_maker(std::move(future)), schedule);
    schedule(std::move(runnable));
    return std::move(task);
  }

  // How often a thread found both queues empty.
  [[nodiscard]] std::size_t looks_in_vain() const { return high_.looks_in_vain + low_.looks_in_vain; }

 private:
  struct Queue {
    Queue(std::string name_, std::size_t count_) : name(std::move(name_)), count(count_) {}

    // Who asks first starts the threads. (In the book the queue is a static LazyLock.)
    Sender<Runnable> sender(const Queue& other) {
      std::call_once(started, [this, &other] {
        for (std::size_t i = 1; i <= count; ++i) {
          threads.emplace_back(name + " " + std::to_string(i), [this, &other] { work(other); });
        }
      });
      return channel.sender.clone();
    }

    void close() {
      channel.sender.close();
      std::call_once(started, [] {});  // nobody starts a thread any more
    }

    void work(const Queue& other) {
      while (auto runnable = next(other)) std::move(*runnable).run();
    }

    // Its own queue first, then the other one. Nothing, if both are closed and empty.
    std::optional<Runnable> next(const Queue& other) {
      for (;;) {
        auto mine = channel.receiver.try_recv();
        if (mine) return *std::move(mine);
        auto stolen = other.channel.receiver.try_recv();
        if (stolen) return *std::move(stolen);
        if (mine.error().is_closed() && stolen.error().is_closed()) return std::nullopt;
        ++looks_in_vain;
        blocking_sleep(std::chrono::milliseconds(100));
      }
    }

    const std::string name;
    const std::size_t count;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    base::Atomic<std::size_t> looks_in_vain = 0;
    std::vector<base::Thread> threads;
  };

  Queue high_{"high", 2};
  Queue low_{"low", 1};
};

}  // namespace ch03::stealing

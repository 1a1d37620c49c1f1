// executor.hpp -- the chapter's last step: as many threads as you say, all of them there from the start.
// after: s6_spawn_any.hpp
//
// No queue waits for its first task any more: after the constructor the threads of both are there to steal. The
// book's way to say how many is s8_runtime.hpp.
//
// Thread safety and lifetime: as s1_one_queue.hpp.
// Errors: std::invalid_argument for a queue without a thread; std::system_error if no thread can be started.
//
// common/executor/priority_executor.hpp is this executor in its finished form. It adds:
//   - one lock over both queues: to look into them and to park is one step, and there are no tokens;
//   - a new task wakes a thread of its own queue, if one is idle, and not just any;
//   - a list of the live tasks: at the end those that wait are destroyed too, on the threads, and every Task
//     is told. (Here a task that waits is cancelled by its next wake, or with its last waker.)
//   - join from inside a task stops the program with a message. (Here it can wait for ever.)
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/priority.hpp"
#include "common/task/make_task.hpp"

namespace ch03 {

using namespace async;

class Executor {
 public:
  Executor(std::size_t high_num, std::size_t low_num) : Executor() {
    if (high_num == 0) throw std::invalid_argument("the high queue has no thread: give high_num 1 or more");
    if (low_num == 0) throw std::invalid_argument("the low queue has no thread: give low_num 1 or more");
    high_.start(high_num, low_);
    low_.start(low_num, high_);
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() {
    for (Queue* queue : {&high_, &low_}) queue->channel.sender.close();
    tokens_.sender.close();
    for (Queue* queue : {&high_, &low_}) queue->threads.clear();  // tasks may still spawn on the other one
  }

  template <class What>
  auto spawn_task(What&& what, Priority priority = Priority::low) {
    const Sender<Runnable> queue = priority == Priority::high ? high_.channel.sender : low_.channel.sender;
    const auto schedule = [queue, tokens = tokens_.sender](Runnable runnable) {
      if (queue.send(std::move(runnable))) (void)tokens.send(Token());
    };
    auto [runnable, task] = make_task(future_maker(std::forward<What>(what)), schedule);
    schedule(std::move(runnable));
    return std::move(task);
  }

 private:
  struct Token {};

  struct Queue {
    Queue(std::string name_, Receiver<Token> tokens_) : name(std::move(name_)), tokens(std::move(tokens_)) {}

    void start(std::size_t count, const Queue& other) {
      for (std::size_t i = 1; i <= count; ++i) {
        threads.emplace_back(name + " " + std::to_string(i), [this, &other] { work(other); });
      }
    }

    void work(const Queue& other) {
      while (auto runnable = next(other)) std::move(*runnable).run();
    }

    // Its own queue first, then the other one. Nothing, if both are closed and empty.
    std::optional<Runnable> next(const Queue& other) {
      (void)tokens.recv();
      for (;;) {
        auto mine = channel.receiver.try_recv();
        if (mine) return *std::move(mine);
        auto stolen = other.channel.receiver.try_recv();
        if (stolen) return *std::move(stolen);
        if (mine.error().is_closed() && stolen.error().is_closed()) return std::nullopt;
      }
    }

    const std::string name;
    const Receiver<Token> tokens;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::vector<base::Thread> threads;
  };

  // The other constructor goes on from here: then the destructor runs also if a thread cannot be started.
  Executor() = default;

  const Channel<Token> tokens_ = unbounded<Token>();
  Queue high_{"high", tokens_.receiver};
  Queue low_{"low", tokens_.receiver};
};

}  // namespace ch03

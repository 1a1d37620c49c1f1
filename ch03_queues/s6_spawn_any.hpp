// s6_spawn_any.hpp -- spawn_task takes whatever can be awaited; the priority is an argument, low by default.
// after: s5_parking.hpp
//
// A future written by hand, a coroutine, or a callable that returns one of them. The callable is kept as long
// as the task: what a lambda has captured cannot be gone too early (the book's `async move`), and what cannot
// be moved is built where it stays. Nobody has to label a future any more.
//
// Thread safety, lifetime, errors: as s1_one_queue.hpp.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/channel/channel.hpp"
#include "common/executor/priority.hpp"
#include "common/task/make_task.hpp"

namespace ch03::spawn_any {

using namespace async;

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() {
    for (Queue* queue : {&high_, &low_}) queue->close();
    tokens_.sender.close();
    for (Queue* queue : {&high_, &low_}) queue->threads.clear();  // tasks may still spawn on the other one
  }

  template <class What>
  auto spawn_task(What&& what, Priority priority = Priority::low) {
    const Sender<Runnable> queue = priority == Priority::high ? high_.sender(low_) : low_.sender(high_);
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
    Queue(std::string name_, std::size_t count_, Receiver<Token> tokens_)
        : name(std::move(name_)), count(count_), tokens(std::move(tokens_)) {}

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
    const std::size_t count;
    const Receiver<Token> tokens;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    std::vector<base::Thread> threads;
  };

  const Channel<Token> tokens_ = unbounded<Token>();
  Queue high_{"high", 2, tokens_.receiver};
  Queue low_{"low", 1, tokens_.receiver};
};

}  // namespace ch03::spawn_any

// s5_parking.hpp -- idle threads park: each Runnable has a token, and who receives a token takes a Runnable.
// after: s5_stealing.hpp
//
// A thread can wait for one channel, not for two. So there is a third one, of tokens, for which all threads
// wait. The Runnable is sent before its token; so whoever holds a token finds a Runnable, but perhaps not at
// the first look: while it looks into one queue, another thread can empty the other one, and behind its back
// a new Runnable comes into the first. Then it looks again.
//
// Thread safety, lifetime, errors: as s1_one_queue.hpp.
#pragma once

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

namespace ch03::parking {

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
    tokens_.sender.close();
    for (Queue* queue : {&high_, &low_}) queue->threads.clear();  // tasks may still spawn on the other one
  }

  template <FutureOrderLabel F>
  Task<OutputOf<F>> spawn_task(F future) {
    const Sender<Runnable> queue =
        future.get_order() == Priority::high ? high_.sender(low_) : low_.sender(high_);
    const auto schedule = [queue, tokens = tokens_.sender](Runnable runnable) {
      if (queue.send(std::move(runnable))) (void)tokens.send(Token());
    };
    auto [runnable, task] = make_task(future_maker(std::move(future)), schedule);
    schedule(std::move(runnable));
    return std::move(task);
  }

  // How often a thread found both queues empty.
  [[nodiscard]] std::size_t looks_in_vain() const { return high_.looks_in_vain + low_.looks_in_vain; }

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
        ++looks_in_vain;
      }
    }

    const std::string name;
    const std::size_t count;
    const Receiver<Token> tokens;
    const Channel<Runnable> channel = unbounded<Runnable>();
    std::once_flag started;
    base::Atomic<std::size_t> looks_in_vain = 0;
    std::vector<base::Thread> threads;
  };

  const Channel<Token> tokens_ = unbounded<Token>();
  Queue high_{"high", 2, tokens_.receiver};
  Queue low_{"low", 1, tokens_.receiver};
};

}  // namespace ch03::parking

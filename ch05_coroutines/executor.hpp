// executor.hpp -- Executor: one queue, one thread, coroutines in place of tasks, which take turns.
//
// A coroutine has no waker: it cannot say when it is worth resuming again. So there is nothing to wait for,
// and all that are not complete are resumed in turn, on and on. (The book builds on this one in its chapter
// 11.)
//
// Thread safety: one thread at a time; a coroutine may add others while it is resumed.
// Lifetime: the destructor drops what is not complete.
// Errors: what a coroutine throws comes out of poll and run; that one is gone then, the others are still
//   there.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

#include "ch05_coroutines/coroutine.hpp"

namespace ch05 {

using namespace async;

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Takes a coroutine that is resumed without an argument. What it yields and returns is dropped: the
  // coroutine itself does what there is to do.
  template <Coroutine C>
  void add(C coroutine) {
    queue_.emplace_back(
        [coroutine = std::move(coroutine)]() mutable { return coroutine.resume().is_complete(); });
  }

  // Resumes the first in line, once. Nothing happens if there is none.
  void poll() {
    if (queue_.empty()) return;
    Resume coroutine = next();
    if (!coroutine()) queue_.push_back(std::move(coroutine));
  }

  // A round: resumes each that is there now, once.
  void poll_all() {
    for (std::size_t left = size(); left > 0; --left) poll();
  }

  // Runs all, in this thread, until each is complete. Between two rounds the thread sleeps for `pause`;
  // without one it is busy all the while, as in the book. On a paused clock give a pause: time stands still there
  // while a thread is busy.
  void run(Duration pause = Duration::zero()) {
    for (poll_all(); !is_empty(); poll_all()) blocking_sleep(pause);
  }

  [[nodiscard]] bool is_empty() const { return queue_.empty(); }
  [[nodiscard]] std::size_t size() const { return queue_.size(); }

 private:
  using Resume = std::move_only_function<bool()>;  // whether it is complete

  Resume next() {
    Resume first = std::move(queue_.front());
    queue_.pop_front();
    return first;
  }

  std::deque<Resume> queue_;
};

}  // namespace ch05

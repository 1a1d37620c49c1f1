// executor.hpp -- the book's executor: polls every task in turn, on and on, whether it was woken or not.
//
// Simple, and one core busy for as long as there is any task. Its thread sleeps only while there is none.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "common/base/parker.hpp"

#include "ch10_std_server/executor.hpp"
#include "ch10_std_server/polling/waker.hpp"

namespace ch10::polling {

class PollingExecutor final : public Executor {
 public:
  PollingExecutor() = default;
  ~PollingExecutor() override {
    // One at a time, and out of the queue: what a task destroys may spawn another.
    while (!polling_.empty()) {
      const Task task = std::move(polling_.front());
      polling_.pop_front();
    }
  }

  void spawn_task(Async<void> task) override { polling_.emplace_back(std::move(task), create_waker()); }

  bool poll() override {
    if (polling_.empty()) return false;
    Task task = std::move(polling_.front());
    polling_.pop_front();
    Context cx(task.waker);
    if (!poll_to_end(task.future, cx)) polling_.push_back(std::move(task));
    return true;
  }

  void park() override { parker_.park(); }
  void notify() override { parker_.unpark(); }

  void wake_all() override {}  // every task is polled again in any case

  [[nodiscard]] std::size_t unfinished() const override { return polling_.size(); }

  void wake_when(Socket&, Interest, const Waker&) override {}
  void wake_at(Timer&, const Waker&) override {}
  void forget(Timer&) override {}

 private:
  struct Task {
    Async<void> future;
    Waker waker;
  };

  std::deque<Task> polling_;
  async::base::Parker parker_;
};

}  // namespace ch10::polling

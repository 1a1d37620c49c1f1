// lost_wakeup.hpp -- the book's way to sleep: look for work, say in a flag that one sleeps, sleep.
//
// Work that comes after the look and before the flag is seen by nobody: the worker has looked already, and who
// brings it sees no flag and wakes no one. The atomics are as strong as can be, as in the book: the order of the
// steps is wrong, not that of the memory.
#pragma once

#include <deque>
#include <functional>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"

namespace ch10::faults {

class FlaggingWorker {
 public:
  // `between` is called between the look and the flag: the place where a schedule is forced.
  FlaggingWorker(std::function<void(int work)> done, std::function<void()> between)
      : done_(std::move(done)), between_(std::move(between)), thread_([this] { run(); }) {}
  FlaggingWorker(const FlaggingWorker&) = delete;
  FlaggingWorker& operator=(const FlaggingWorker&) = delete;
  ~FlaggingWorker() {
    ended_.store(true);
    parker_.unpark();
  }

  // True if the worker said that it sleeps, and was woken.
  bool hand_over(int work) {
    box_.lock()->push_back(work);
    const bool sleeps = sleeps_.exchange(false);
    if (sleeps) parker_.unpark();
    return sleeps;
  }

  [[nodiscard]] bool says_that_it_sleeps() const { return sleeps_.load(); }

 private:
  void run() {
    while (!ended_.load()) {
      std::deque<int> box;
      box_.lock()->swap(box);
      for (const int work : box) done_(work);
      if (!box.empty()) continue;
      between_();
      sleeps_.store(true);  // the fault: too late for whoever looked at the flag meanwhile
      parker_.park();
    }
  }

  const std::function<void(int)> done_;
  const std::function<void()> between_;
  async::base::Locked<std::deque<int>> box_;
  async::base::Atomic<bool> sleeps_ = false;
  async::base::Atomic<bool> ended_ = false;
  async::base::Parker parker_;
  async::base::Thread thread_;  // last: it uses all of the above
};

}  // namespace ch10::faults

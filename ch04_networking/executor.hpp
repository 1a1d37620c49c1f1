// executor.hpp -- Executor and Runtime: chapter 3's executor, finished, and the book's way to start it.
//
//   Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
//   auto outcome = executor.spawn_task(ServerFuture(std::move(listener)));
//   println("outcome: ", block_on(outcome));
//
// In this chapter nothing changes in how futures run: two queues, threads for each, stealing. What changes is
// who wakes them. Up to chapter 3 that was a clock, or another task; here it is a socket: s6_driver.hpp.
//
// Thread safety, lifetime, errors: those of common/executor/priority_executor.hpp.
#pragma once

#include <algorithm>
#include <cstddef>

#include "common/base/thread.hpp"
#include "common/executor/priority_executor.hpp"

namespace ch04 {

using namespace async;

using Executor = PriorityExecutor;

// The book's settings: how many threads consume each queue.
class Runtime {
 public:
  explicit Runtime(std::size_t cores = base::available_cores())
      : high_num_(std::max<std::size_t>(cores, 3) - 2) {}

  Runtime& with_high_num(std::size_t num) {
    high_num_ = num;
    return *this;
  }
  Runtime& with_low_num(std::size_t num) {
    low_num_ = num;
    return *this;
  }
  [[nodiscard]] std::size_t high_num() const { return high_num_; }
  [[nodiscard]] std::size_t low_num() const { return low_num_; }

  [[nodiscard]] Executor run() const { return Executor({.high = high_num_, .low = low_num_}); }

 private:
  std::size_t high_num_;
  std::size_t low_num_ = 1;
};

}  // namespace ch04

// s8_runtime.hpp -- Runtime: how many threads each queue has, said by name, and the executor that has them.
//
//   Executor executor = Runtime().with_high_num(4).with_low_num(2).run();
//
// The book passes the two numbers in environment variables, which all threads share; here they are values.
//
// Thread safety: one thread at a time. Lifetime: the executor stays where `run` has made it.
// Errors: those of Executor, from run().
#pragma once

#include <cstddef>

#include "common/base/thread.hpp"

#include "ch03_queues/executor.hpp"

namespace ch03 {

// The book's settings: how many threads consume each queue.
class Runtime {
 public:
  // The low queue gets one thread; the high one the cores that this one and main leave over, but at least
  // one. (The book's cores - 2 is none on two cores, and on one it wraps round.)
  explicit Runtime(std::size_t cores = base::available_cores()) : high_num_(cores > 2 ? cores - 2 : 1) {}

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

  [[nodiscard]] Executor run() const { return Executor(high_num_, low_num_); }

 private:
  std::size_t high_num_;
  std::size_t low_num_ = 1;
};

}  // namespace ch03

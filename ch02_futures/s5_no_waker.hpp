// s5_no_waker.hpp -- a CounterFuture that wakes nobody: polled once, then never again.
// after: s3_counter_future.hpp
//
// It breaks the contract of poll (common/future/future.hpp): Pending is a promise that somebody will wake the
// task. The executor cannot know; only a timeout around it finds out.
#pragma once

#include <chrono>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/future.hpp"
#include "common/time/sleep.hpp"

namespace ch02::no_waker {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

class CounterFuture {
 public:
  using Output = int;

  Poll<int> poll(Context&) {
    ++count_;
    println("polling with result: ", count_);
    blocking_sleep(1s);
    if (count_ < 5) {
      return Pending();
    }
    return Ready(count_);
  }

  [[nodiscard]] int count() const { return count_; }

 private:
  int count_ = 0;
};

bool counter_demo(const demo::Options& options);

}  // namespace ch02::no_waker

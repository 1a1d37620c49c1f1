// s3_counter_future.hpp -- CounterFuture: a future by hand. It counts its polls, and is ready at the fifth.
//
// Thread safety: as any future, one poll at a time. It blocks its thread at each poll, which a future should
//   not: it is the book's way to make a run slow enough to watch.
#pragma once

#include <chrono>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/future/future.hpp"
#include "common/time/sleep.hpp"

namespace ch02 {

using namespace async;
using namespace std::chrono_literals;
using demo::println;

class CounterFuture {
 public:
  using Output = int;

  Poll<int> poll(Context& cx) {
    ++count_;
    println("polling with result: ", count_);
    blocking_sleep(1s);
    if (count_ < 5) {
      cx.waker().wake_by_ref();  // "poll me again": the task goes to the end of the queue
      return Pending();
    }
    return Ready(count_);
  }

  [[nodiscard]] int count() const { return count_; }

 private:
  int count_ = 0;
};

bool counter_demo(const demo::Options& options);

}  // namespace ch02

// counter_future.hpp -- CounterFuture and async_fn: the two kinds of task that this chapter runs.
//
// Both block their thread, which a future should not do. They do it to be seen: each poll takes a second in
// which its thread does nothing else.
#pragma once

#include <chrono>

#include "common/base/parker.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/time/clock.hpp"
#include "common/time/system_clock.hpp"

namespace ch03 {

using namespace async;
using namespace std::chrono_literals;
using async::demo::println;

// Written by hand: three polls, of a second each.
class CounterFuture {
 public:
  using Output = int;

  Poll<int> poll(Context& cx) {
    ++count_;
    println("polling with result: ", count_);
    blocking_sleep(1s);
    if (count_ < 3) {
      cx.waker().wake_by_ref();
      return Pending();
    }
    return Ready(count_);
  }

 private:
  int count_ = 0;
};

// Written as a coroutine: one poll, of a second. With `turn` it does not print before it was unparked.
inline Async<> async_fn(base::Parker* turn = nullptr) {
  blocking_sleep(1s);
  if (turn != nullptr) turn->park();
  println("async fn");
  co_return;
}

}  // namespace ch03

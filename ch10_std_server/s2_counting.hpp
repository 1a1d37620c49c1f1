// s2_counting.hpp -- CountingFuture: pending three times, then ready with 4; shows in which order tasks are polled.
//
// Thread safety: as any future.
#pragma once

#include <cstdio>

#include "ch10_std_server/executor.hpp"

namespace ch10 {

class CountingFuture {
 public:
  using Output = int;

  enum class Wakes { yes, no };
  explicit CountingFuture(Wakes wakes = Wakes::yes) : wakes_(wakes) {}

  Poll<int> poll(Context& cx) {
    ++count_;
    if (count_ == 4) {
      std::puts("CountingFuture is done!");
      return Ready(count_);
    }
    // Without this line the polling executor does not notice, and the waking one never polls it again.
    if (wakes_ == Wakes::yes) cx.waker().wake_by_ref();
    std::printf("CountingFuture is not done yet! %d\n", count_);
    return Pending();
  }

 private:
  int count_ = 0;
  Wakes wakes_;
};

}  // namespace ch10

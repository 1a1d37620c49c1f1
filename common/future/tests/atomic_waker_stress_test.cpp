// atomic_waker_stress_test.cpp -- two threads wake one that waits, over and over: no wake is lost, no waker
// is left.
//
// Suite `slow`. A lost wake would wait for ever, so there is a deadline.
#include <gtest/gtest.h>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/atomic_waker.hpp"
#include "common/future/block_on.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

constexpr int kWakes = 100'000;

TEST(AtomicWakerStressTest, WhatComesBeforeAWake_IsSeen) {
  const Deadline deadline("a wake was lost");
  AtomicWaker slot;
  base::Atomic<int> brought = 0;
  const auto bring = [&] {
    for (int i = 0; i < kWakes; ++i) {
      brought.fetch_add(1, base::relaxed);  // relaxed: it is the slot that has to publish it
      slot.wake();
    }
  };
  const base::Thread first(bring), second(bring);
  int seen = 0;
  while (seen < 2 * kWakes) {
    seen = block_on(poll_fn([&](Context& cx) -> Poll<int> {
      slot.register_waker(cx.waker());
      const int now = brought.load(base::relaxed);  // relaxed: as above
      if (now == seen) return Pending();
      return Ready(now);
    }));
  }
}

TEST(AtomicWakerStressTest, TakenAndRegisteredAtOnce_EachWakerEndsOnce) {
  CountingWaker counted[2];
  {
    const Waker wakers[2] = {counted[0].waker(), counted[1].waker()};
    AtomicWaker slot;
    const auto wake = [&slot] {
      for (int i = 0; i < kWakes; ++i) slot.wake();
    };
    const base::Thread first(wake), second(wake);
    for (int i = 0; i < kWakes; ++i) slot.register_waker(wakers[i % 2]);
  }
  EXPECT_EQ(counted[0].live() + counted[1].live(), 0u);
}

}  // namespace

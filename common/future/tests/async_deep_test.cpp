// async_deep_test.cpp -- a million awaits and a chain of 100,000 coroutines, on a stack of 256 KiB.
//
// A runtime that resumes a parent from its child's end, or polls a child from its parent's poll, recurses
// once for each of them. Predict which line of Frame replaces each recursion, then break there.
#include <gtest/gtest.h>
#include <stdexcept>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/tests/small_stack.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT

constexpr int kDeep = 100'000;

Async<int> at_once(int n) { co_return n; }
Async<long> sum_of(int n) {
  long sum = 0;
  for (int i = 0; i < n; ++i) sum += co_await at_once(1);
  co_return sum;
}

TEST(AsyncDeepTest, ThreeMillionChildrenThatReturnAtOnce_NeedNoStack) {
  on_small_stack([] { EXPECT_EQ(block_on(sum_of(3'000'000)), 3'000'000); });
}

struct Counted {
  explicit Counted(int& count) : alive(&count) { ++*alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive; }
  int* alive;
};

Async<int> chain(int depth, Gate<int>& gate, int& alive) {
  const Counted local(alive);
  if (depth == 1) {
    const int value = co_await gate.future();
    co_return value;
  }
  const int below = co_await chain(depth - 1, gate, alive);
  co_return below + 1;
}

TEST(AsyncDeepTest, ChainThatCompletes_RunsDownAndUpWithoutRecursion) {
  on_small_stack([] {
    Gate<int> gate;
    CountingTask task;
    int alive = 0;
    auto deep = chain(kDeep, gate, alive);
    EXPECT_TRUE(task.poll(deep).is_pending());
    EXPECT_EQ(alive, kDeep);
    EXPECT_EQ(deep.waiting_at().size(), static_cast<std::size_t>(kDeep));
    gate.open(1);
    EXPECT_EQ(task.poll(deep).value(), kDeep);
    EXPECT_EQ(alive, 0);
  });
}

TEST(AsyncDeepTest, ChainThatWaits_IsDroppedWithoutRecursion) {
  on_small_stack([] {
    Gate<int> gate;
    CountingTask task;
    int alive = 0;
    {
      auto deep = chain(kDeep, gate, alive);
      EXPECT_TRUE(task.poll(deep).is_pending());
      EXPECT_EQ(alive, kDeep);
    }
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(gate.dropped(), 1u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  });
}

TEST(AsyncDeepTest, ChainEndedByAnException_UnwindsWithoutRecursion) {
  on_small_stack([] {
    Gate<int> gate;
    CountingTask task;
    int alive = 0;
    auto deep = chain(kDeep, gate, alive);
    EXPECT_TRUE(task.poll(deep).is_pending());
    gate.fail("burnt");
    EXPECT_THROW((void)task.poll(deep), std::runtime_error);
    EXPECT_EQ(alive, 0);
  });
}

// Predict: the chain waits 1,000 times. How many coroutines do these 1,000 polls resume?
TEST(AsyncDeepTest, PollOfADeepChain_CostsTheSameAsAShallowOne) {
  struct Waits {
    static Async<int> deep(int depth, int& resumed) {
      if (depth == 1) {
        for (int i = 0; i < 1'000; ++i) {
          co_await yield_now();
          ++resumed;
        }
        co_return 1;
      }
      const int below = co_await deep(depth - 1, resumed);
      ++resumed;
      co_return below + 1;
    }
  };
  on_small_stack([] {
    CountingTask task;
    int resumed = 0;
    auto deep = Waits::deep(1'000, resumed);
    for (int poll = 0; poll < 1'000; ++poll) {
      EXPECT_TRUE(task.poll(deep).is_pending());
      EXPECT_EQ(resumed, poll);
    }
    EXPECT_EQ(task.poll(deep).value(), 1'000);
    EXPECT_EQ(resumed, 1'000 + 999);
  });
}

}  // namespace

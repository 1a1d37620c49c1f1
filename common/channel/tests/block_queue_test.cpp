// block_queue_test.cpp -- BlockQueue: order over the edges of blocks, their second use, marks, closing.
#include "common/channel/mpsc/block_queue.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/sanitizers.hpp"
#include "common/task/tests/counted.hpp"

namespace {

async::base::Atomic<std::size_t> allocations = 0;  // of the whole program: other tests have threads

}  // namespace

#if !ASYNC_UNDER_THREAD_SANITIZER  // which has them too
// Counts. malloc's alignment is enough for every block of these tests.
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto unit = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

namespace {

using namespace async;
using detail::BlockQueue;
using detail::Pushed;

Pushed push(BlockQueue<int>& queue, int value) { return queue.push(value); }

// Question: a block has four slots; 1000 values pass, never more than six at a time. How many blocks are
//   allocated?
// Predict. Break in `BlockQueue::reuse`.
TEST(BlockQueueTest, BlocksAreUsedAgain) {
  const std::size_t before = allocations;
  BlockQueue<int> queue(4);
  int pushed = 0, popped = 0;
  std::optional<int> taken;
  while (popped < 1000) {
    while (pushed < popped + 6) EXPECT_EQ(push(queue, pushed++), Pushed::quietly);
    EXPECT_EQ(queue.size(), 6u);
    for (int i = 0; i < 1 + popped % 6; ++i) {
      ASSERT_TRUE(queue.pop(taken));
      EXPECT_EQ(taken, popped++);
    }
  }
  if (ASYNC_UNDER_THREAD_SANITIZER) return;  // nobody counts there
  EXPECT_GE(allocations - before, 1u);
  EXPECT_LE(allocations - before, 6u);
}

TEST(BlockQueueTest, WhoFillsTheAwaitedSlot_IsToldSo_AtEachPlaceInABlock) {
  BlockQueue<int> queue(4);
  std::optional<int> taken;
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(queue.pop(taken));
    EXPECT_TRUE(queue.await_next());
    EXPECT_TRUE(queue.await_next());  // once more, as who is polled twice
    EXPECT_EQ(push(queue, i), Pushed::wake_receiver);
    EXPECT_EQ(push(queue, i), Pushed::quietly);
    EXPECT_FALSE(queue.await_next());
    EXPECT_TRUE(queue.pop(taken));
    EXPECT_TRUE(queue.pop(taken));
  }
}

TEST(BlockQueueTest, ClosedByTheReceiver_ClaimsAreVoid) {
  BlockQueue<int> queue(4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(push(queue, i), Pushed::quietly);
  queue.close();
  for (int i = 0; i < 9; ++i) EXPECT_EQ(push(queue, i), Pushed::closed);
  EXPECT_EQ(queue.size(), 4u);
  std::optional<int> taken;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.pop(taken));
  EXPECT_TRUE(queue.is_drained());
  EXPECT_FALSE(queue.pop(taken));
  EXPECT_TRUE(queue.await_next());
}

TEST(BlockQueueTest, ClosedByTheLastSender_IsDrainedAfterTheLastValue) {
  BlockQueue<int> queue(4);
  EXPECT_EQ(push(queue, 1), Pushed::quietly);
  EXPECT_FALSE(queue.is_drained());
  queue.close_after_last();
  EXPECT_TRUE(queue.is_closed());
  EXPECT_FALSE(queue.is_drained());
  std::optional<int> taken;
  EXPECT_TRUE(queue.pop(taken));
  EXPECT_TRUE(queue.is_drained());
}

TEST(BlockQueueTest, TheQueuesEnd_DestroysWhatIsInIt) {
  Counts counts;
  {
    BlockQueue<Counted> queue(4);
    for (int i = 0; i < 11; ++i) {
      Counted value(counts);
      EXPECT_EQ(queue.push(value), Pushed::quietly);
    }
    std::optional<Counted> taken;
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(queue.pop(taken));
      taken.reset();
    }
    EXPECT_EQ(counts.live(), 6u);
  }
  EXPECT_EQ(counts.live(), 0u);
}

}  // namespace

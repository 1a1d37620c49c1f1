// async_by_hand_test.cpp -- an Async that was polled by hand, moved while it waits, or awaited by reference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT

Async<int> inner(Gate<int>& gate) { co_return co_await gate.future(); }
Async<int> outer(Gate<int>& gate) { co_return 1 + co_await inner(gate); }

Async<int> await_by_move(Async<int> given) { co_return 10 + co_await std::move(given); }
Async<int> await_by_reference(Async<int>& given) { co_return 10 + co_await given; }
Async<int> start_then_await(Gate<int>& gate) {
  auto child = outer(gate);
  co_await poll_fn([&](Context& cx) -> Poll<void> {
    EXPECT_TRUE(child.poll(cx).is_pending());
    return Ready();
  });
  co_return 10 + co_await std::move(child);
}

// Predict: the child already has a stack of its own, of two frames. Does the parent's poll still get to its
// leaf?
TEST(AsyncByHandTest, PolledThenAwaitedByMove_GoesOnWhereItWas) {
  Gate<int> gate;
  CountingTask task;
  auto child = outer(gate);
  EXPECT_TRUE(task.poll(child).is_pending());
  auto parent = await_by_move(std::move(child));
  EXPECT_TRUE(task.poll(parent).is_pending());
  gate.open(5);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(task.poll(parent).value(), 16);
}

TEST(AsyncByHandTest, PolledThenAwaitedByReference_GoesOnWhereItWas) {
  Gate<int> gate;
  CountingTask task;
  auto child = outer(gate);
  EXPECT_TRUE(task.poll(child).is_pending());
  auto parent = await_by_reference(child);
  EXPECT_TRUE(task.poll(parent).is_pending());
  gate.open(5);
  EXPECT_EQ(task.poll(parent).value(), 16);
}

TEST(AsyncByHandTest, StartedInsideTheParent_GoesOnWhereItWas) {
  Gate<int> gate;
  CountingTask task;
  auto parent = start_then_await(gate);
  EXPECT_TRUE(task.poll(parent).is_pending());
  EXPECT_EQ(gate.polls(), 2u);
  gate.open(5);
  EXPECT_EQ(task.poll(parent).value(), 16);
}

TEST(AsyncByHandTest, PolledByHandByAnotherTask_WakesTheParentsTaskAfterwards) {
  Gate<int> gate;
  CountingTask first, second;
  auto child = outer(gate);
  EXPECT_TRUE(first.poll(child).is_pending());
  auto parent = await_by_move(std::move(child));
  EXPECT_TRUE(second.poll(parent).is_pending());
  gate.open(5);
  EXPECT_EQ(first.take_wakes(), 0u);
  EXPECT_EQ(second.take_wakes(), 1u);
}

TEST(AsyncByHandTest, AwaitedByReferenceUnpolled_Works) {
  Gate<int> gate;
  CountingTask task;
  auto child = outer(gate);
  auto parent = await_by_reference(child);
  EXPECT_TRUE(task.poll(parent).is_pending());
  gate.open(1);
  EXPECT_EQ(task.poll(parent).value(), 12);
}

TEST(AsyncByHandTest, ExceptionOfAChildPolledByHand_ArrivesAtTheAwait) {
  Gate<int> gate;
  CountingTask task;
  auto child = outer(gate);
  EXPECT_TRUE(task.poll(child).is_pending());
  auto parent = [](Async<int> given) -> Async<bool> {
    try {
      co_await std::move(given);
    } catch (const std::runtime_error&) {
      co_return true;
    }
    co_return false;
  }(std::move(child));
  EXPECT_TRUE(task.poll(parent).is_pending());
  gate.fail("burnt");
  EXPECT_TRUE(task.poll(parent).value());
}

TEST(AsyncByHandTest, AwaitedByReferenceAndDroppedWithItsParentWhileItWaits_CancelsTheChildWithItsOwner) {
  Gate<int> gate;
  CountingTask task;
  {
    auto child = outer(gate);
    {
      auto parent = await_by_reference(child);
      EXPECT_TRUE(task.poll(parent).is_pending());
    }
    EXPECT_EQ(gate.dropped(), 0u) << "the parent did not own it";
    EXPECT_TRUE(task.poll(child).is_pending()) << "and it can be polled on";
  }
  EXPECT_EQ(gate.dropped(), 1u);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(AsyncByHandTest, OwnedByTheAwaitAndDroppedWhileItWaits_IsCancelled) {
  Gate<int> gate;
  CountingTask task;
  {
    auto child = outer(gate);
    EXPECT_TRUE(task.poll(child).is_pending());
    auto parent = await_by_move(std::move(child));
    EXPECT_TRUE(task.poll(parent).is_pending());
  }
  EXPECT_EQ(gate.dropped(), 1u);
}

// Predict: the handle of the outermost coroutine moves while it waits, and the old place is gone. Who
// notices?
TEST(AsyncByHandTest, MovedWhileItWaits_NobodyNotices) {
  Gate<int> gate;
  CountingTask task;
  std::vector<Async<int>> places;
  places.push_back(outer(gate));
  EXPECT_TRUE(task.poll(places.front()).is_pending());
  places.reserve(places.capacity() + 100);  // every handle moves
  EXPECT_TRUE(task.poll(places.front()).is_pending());
  auto elsewhere = std::move(places.front());
  places.clear();
  EXPECT_EQ(gate.dropped(), 0u);
  gate.open(2);
  EXPECT_EQ(task.poll(elsewhere).value(), 3);
}

TEST(AsyncByHandTest, MovedWhileItWaitsAndDropped_IsCancelledOnce) {
  Gate<int> gate;
  CountingTask task;
  {
    auto first = outer(gate);
    EXPECT_TRUE(task.poll(first).is_pending());
    const auto second = std::move(first);
  }
  EXPECT_EQ(gate.dropped(), 1u);
}

}  // namespace

// waker_test.cpp -- a waker's owners are counted exactly: clone, move, drop, wake, in every order.
#include "common/future/waker.hpp"

#include <gtest/gtest.h>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/future/context.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace {

using async::Context;
using async::CountingWaker;
using async::Waker;

static_assert(!std::is_copy_constructible_v<Waker>, "copying has a cost, so it has a name: clone");
static_assert(std::is_nothrow_move_constructible_v<Waker> && std::is_nothrow_move_assignable_v<Waker>);
static_assert(sizeof(Waker) == 2 * sizeof(void*));
static_assert(!std::is_constructible_v<Context, Waker>, "the waker of a Context must outlive it");

template <class W> concept WakesAsLvalue = requires(W& waker) { waker.wake(); };
static_assert(!WakesAsLvalue<Waker>, "wake uses the waker up: std::move(waker).wake()");

TEST(WakerTest, Drop_EndsTheOneOwner) {
  CountingWaker counted;
  {
    const Waker waker = counted.waker();
    EXPECT_EQ(counted.live(), 1u);
  }
  EXPECT_EQ(counted.drops(), 1u);
  EXPECT_EQ(counted.live(), 0u);
}

TEST(WakerTest, Clone_IsOneMoreOwner) {
  CountingWaker counted;
  {
    const Waker waker = counted.waker();
    const Waker clone = waker.clone();
    EXPECT_EQ(counted.live(), 2u);
    EXPECT_TRUE(clone.will_wake(waker));
  }
  EXPECT_EQ(counted.drops(), 2u);
}

// Predict: how many drops has the counter seen at the end, with one waker and three objects?
TEST(WakerTest, Move_ChangesTheOwnerAndCountsNothing) {
  CountingWaker counted;
  {
    Waker first = counted.waker();
    Waker second(std::move(first));
    Waker third;
    third = std::move(second);
    EXPECT_EQ(counted.clones(), 0u);
    EXPECT_EQ(counted.drops(), 0u);
    first.wake_by_ref();   // NOLINT: what is left where a waker was moved away wakes nobody
    second.wake_by_ref();  // NOLINT
    EXPECT_EQ(counted.woken(), 0u);
    third.wake_by_ref();
    EXPECT_EQ(counted.woken(), 1u);
  }
  EXPECT_EQ(counted.drops(), 1u);
}

TEST(WakerTest, MoveAssignment_DropsWhatWasThere) {
  CountingWaker old_task, new_task;
  Waker waker = old_task.waker();
  waker = new_task.waker();
  EXPECT_EQ(old_task.live(), 0u);
  EXPECT_EQ(new_task.live(), 1u);
}

TEST(WakerTest, AssignmentToItself_KeepsTheOwner) {
  CountingWaker counted;
  Waker waker = counted.waker();
  Waker& same = waker;
  waker = std::move(same);
  EXPECT_EQ(counted.live(), 1u);
  waker.wake_by_ref();
  EXPECT_EQ(counted.woken(), 1u);
}

TEST(WakerTest, Wake_UsesTheOwnerUpWithoutADrop) {
  CountingWaker counted;
  {
    Waker waker = counted.waker();
    std::move(waker).wake();
    EXPECT_EQ(counted.live(), 0u);
    std::move(waker).wake();  // NOLINT: twice: the second one wakes nobody
  }
  EXPECT_EQ(counted.wakes(), 1u);
  EXPECT_EQ(counted.drops(), 0u);
}

TEST(WakerTest, WakeByRefTwice_WakesTwiceAndKeepsTheOwner) {
  CountingWaker counted;
  const Waker waker = counted.waker();
  waker.wake_by_ref();
  waker.wake_by_ref();
  EXPECT_EQ(counted.wakes_by_ref(), 2u);
  EXPECT_EQ(counted.live(), 1u);
}

TEST(WakerTest, WillWake_TellsTasksApart) {
  CountingWaker one, other;
  const Waker a = one.waker(), b = one.waker(), c = other.waker();
  EXPECT_TRUE(a.will_wake(b));
  EXPECT_FALSE(a.will_wake(c));
  EXPECT_FALSE(a.will_wake(Waker::noop()));
  EXPECT_TRUE(Waker().will_wake(Waker::noop()));
}

TEST(WakerTest, Noop_WakesNobodyAndNeedsNothing) {
  Waker::noop().wake_by_ref();
  Waker clone = Waker::noop().clone();
  std::move(clone).wake();
}

// Predict: a waiter is polled three times by one task. How many clones does that cost?
TEST(WakerTest, RefreshFrom_ClonesOnlyTheWakerOfAnotherTask) {
  CountingWaker one, other;
  const Waker of_one = one.waker(), of_other = other.waker();
  Waker kept;
  for (int poll = 0; poll < 3; ++poll) kept.refresh_from(of_one);
  EXPECT_EQ(one.clones(), 1u);
  kept.refresh_from(of_other);
  EXPECT_EQ(one.live(), 1u);  // `of_one`: the kept one was dropped
  kept.wake_by_ref();
  EXPECT_EQ(one.woken(), 0u);
  EXPECT_EQ(other.woken(), 1u);
}

TEST(WakerTest, Release_GivesTheOwnerAwayWithoutADrop) {
  CountingWaker counted;
  Waker waker = counted.waker();
  const async::RawWaker raw = waker.release();
  EXPECT_EQ(counted.drops(), 0u);
  const Waker taker(raw);
  EXPECT_EQ(counted.live(), 1u);
}

TEST(WakerTest, ClonesInTwoThreads_BalanceAtTheEnd) {
  CountingWaker counted;
  {
    const Waker waker = counted.waker();
    const auto work = [&] {
      for (int i = 0; i < 5'000; ++i) {
        std::vector<Waker> kept;
        kept.push_back(waker.clone());
        kept.push_back(kept.back().clone());
        kept.front().wake_by_ref();
        std::move(kept.back()).wake();
      }
    };
    async::base::Thread other(work);
    work();
  }
  EXPECT_EQ(counted.woken(), 20'000u);
  EXPECT_EQ(counted.live(), 0u);
}

TEST(WakerTest, Context_HandsOutTheWakerItBorrows) {
  CountingWaker counted;
  const Waker waker = counted.waker();
  const Context cx(waker);
  EXPECT_EQ(&cx.waker(), &waker);
  EXPECT_EQ(counted.clones(), 0u);
}

}  // namespace

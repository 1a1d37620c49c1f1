// join_all_wakes_test.cpp -- the wakers that a join_all gives its children: no wake is lost, none comes too often or too late.
#include <cstddef>
#include <deque>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join_all.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;

// Predict: a child wakes itself during its own poll. Is it polled again in the same poll of the join_all?
TEST(JoinAllWakesTest, WakeDuringThePollOfThatChild_IsKeptForTheNextPoll) {
  int polls = 0;
  auto wakes_itself = [&polls](Context& cx) -> Poll<int> {
    if (++polls == 3) return Ready(polls);
    cx.waker().wake_by_ref();
    return Pending();
  };
  std::vector<PollFn<decltype(wakes_itself)>> futures;
  futures.push_back(poll_fn(wakes_itself));
  CountingTask task;
  auto all = join_all(std::move(futures));
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_EQ(polls, 1);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_THAT(task.poll(all).value(), ElementsAre(3));
}

// A child that takes a while wakes one that was polled before it, and one that will be.
TEST(JoinAllWakesTest, WakeOfASiblingDuringAPoll_IsNotLost) {
  std::deque<Gate<int>> gates(2);
  using Child = std::function<Poll<int>(Context&)>;
  std::vector<PollFn<Child>> futures;
  auto before = gates[0].future();
  auto after = gates[1].future();
  int middle_polls = 0;
  futures.push_back(poll_fn(Child([&](Context& cx) { return before.poll(cx); })));
  futures.push_back(poll_fn(Child([&](Context&) -> Poll<int> {
    if (++middle_polls == 1) {
      gates[0].open(1);
      gates[1].open(3);
    }
    return Ready(2);
  })));
  futures.push_back(poll_fn(Child([&](Context& cx) { return after.poll(cx); })));
  CountingTask task;
  auto all = join_all(std::move(futures));
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(gates[1].polls(), 1u);
  EXPECT_THAT(task.poll(all).value(), ElementsAre(1, 2, 3));
  EXPECT_EQ(gates[0].polls(), 2u);
}

TEST(JoinAllWakesTest, WakerOfAFinishedChild_WakesNobody) {
  std::optional<Waker> kept;
  Gate<int> gate;
  using Child = std::function<Poll<int>(Context&)>;
  auto waits = gate.future();
  std::vector<PollFn<Child>> futures;
  futures.push_back(poll_fn(Child([&](Context& cx) -> Poll<int> {
    kept = cx.waker().clone();
    return Ready(1);
  })));
  futures.push_back(poll_fn(Child([&](Context& cx) { return waits.poll(cx); })));
  CountingTask task;
  auto all = join_all(std::move(futures));
  EXPECT_TRUE(task.poll(all).is_pending());
  kept->wake_by_ref();
  EXPECT_EQ(task.take_wakes(), 0u);
  gate.open(2);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_THAT(task.poll(all).value(), ElementsAre(1, 2));
}

TEST(JoinAllWakesTest, ChildWakersThatOutliveIt_KeepNoTaskAndWakeNobody) {
  std::optional<Waker> kept;
  CountingTask task;
  {
    auto keeps = [&](Context& cx) -> Poll<void> {
      kept = cx.waker().clone();
      return Pending();
    };
    std::vector<PollFn<decltype(keeps)>> futures;
    futures.push_back(poll_fn(keeps));
    auto all = join_all(std::move(futures));
    EXPECT_TRUE(task.poll(all).is_pending());
    EXPECT_EQ(task.kept_wakers(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  kept->wake_by_ref();
  const Waker clone = kept->clone();
  std::move(*kept).wake();
  clone.wake_by_ref();
  EXPECT_EQ(task.take_wakes(), 0u);
}

TEST(JoinAllWakesTest, WakersOfTwoChildren_AreToldApart) {
  std::vector<Waker> kept;
  auto keeps = [&](Context& cx) -> Poll<void> {
    kept.push_back(cx.waker().clone());
    return Pending();
  };
  std::vector<PollFn<decltype(keeps)>> futures(2, poll_fn(keeps));
  CountingTask task;
  auto all = join_all(std::move(futures));
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_FALSE(kept[0].will_wake(kept[1]));
  kept[1].wake_by_ref();
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_TRUE(kept[2].will_wake(kept[1])) << "one child has one waker";
}

// Predict: the wakes come in the order 0, 1, 0, 2. How often is each child polled next, and is one forgotten?
TEST(JoinAllWakesTest, ChildWokenTwiceBetweenTwoPolls_IsPolledOnceAndHidesNobody) {
  std::vector<std::optional<Waker>> wakers(3);
  std::vector<int> polls(3);
  using Child = std::function<Poll<void>(Context&)>;
  std::vector<PollFn<Child>> futures;
  for (std::size_t i = 0; i < 3; ++i) {
    futures.push_back(poll_fn(Child([&, i](Context& cx) -> Poll<void> {
      ++polls[i];
      wakers[i] = cx.waker().clone();
      if (polls[i] == 2) cx.waker().wake_by_ref();  // during its poll
      return Pending();
    })));
  }
  CountingTask task;
  auto all = join_all(std::move(futures));
  EXPECT_TRUE(task.poll(all).is_pending());
  for (const std::size_t i : {0u, 1u, 0u, 2u}) wakers[i]->wake_by_ref();
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_THAT(polls, ElementsAre(2, 2, 2));
  for (const std::size_t i : {0u, 1u, 0u, 2u}) wakers[i]->wake_by_ref();  // all are on the list already
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_THAT(polls, ElementsAre(3, 3, 3));
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_THAT(polls, ElementsAre(3, 3, 3));
}

// Other threads wake children while they are polled, and after the join_all is gone. Of most use under
// ThreadSanitizer.
TEST(JoinAllWakesTest, WakesFromTwoThreads_NoneIsLost) {
  constexpr int kRounds = 300;
  constexpr std::size_t kChildren = 20;
  struct Slot {
    bool open = false;
    std::optional<Waker> waiting;
  };
  for (int round = 0; round < kRounds; ++round) {
    std::deque<base::Locked<Slot>> slots(kChildren);
    const auto open_every_second = [&slots](std::size_t first) {
      for (std::size_t i = first; i < kChildren; i += 2) {
        std::optional<Waker> waiting;
        {
          auto slot = slots[i].lock();
          slot->open = true;
          waiting = std::exchange(slot->waiting, std::nullopt);
        }
        if (waiting) std::move(*waiting).wake();
      }
    };
    using Child = std::function<Poll<std::size_t>(Context&)>;
    std::vector<PollFn<Child>> futures;
    for (std::size_t i = 0; i < kChildren; ++i) {
      futures.push_back(poll_fn(Child([&slots, i](Context& cx) -> Poll<std::size_t> {
        auto slot = slots[i].lock();
        if (slot->open) return Ready(i);
        if (!slot->waiting) slot->waiting.emplace();
        slot->waiting->refresh_from(cx.waker());
        return Pending();
      })));
    }
    base::Thread even(open_every_second, std::size_t{0});
    base::Thread odd(open_every_second, std::size_t{1});
    ASSERT_EQ(block_on(join_all(std::move(futures))).size(), kChildren);
  }
}

TEST(JoinAllWakesTest, DroppedWhileOtherThreadsWakeItsChildren_IsHarmless) {
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    CountingTask task;
    std::vector<Waker> kept;
    auto keeps = [&kept](Context& cx) -> Poll<void> {
      kept.push_back(cx.waker().clone());
      return Pending();
    };
    std::optional<JoinAll<PollFn<decltype(keeps)>>> all;
    all.emplace(std::vector<PollFn<decltype(keeps)>>(4, poll_fn(keeps)));
    ASSERT_TRUE(task.poll(*all).is_pending());
    base::Thread other([wakers = std::move(kept)]() mutable {
      for (Waker& waker : wakers) std::move(waker).wake();
    });
    all.reset();
  }
}

}  // namespace

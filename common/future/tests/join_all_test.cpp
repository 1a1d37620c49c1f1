// join_all_test.cpp -- join_all: polls only the children that were woken, loses no wake, outlives nobody.
#include "common/future/join_all.hpp"

#include <deque>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;
using testing::IsEmpty;

static_assert(std::is_same_v<OutputOf<JoinAll<Async<int>>>, std::vector<int>>);
static_assert(std::is_void_v<OutputOf<JoinAll<Async<void>>>>);
static_assert(!std::is_copy_constructible_v<JoinAll<Async<int>>>);

template <class T>
auto futures_of(std::deque<Gate<T>>& gates) {
  std::vector<typename Gate<T>::Waiting> futures;
  for (Gate<T>& gate : gates) futures.push_back(gate.future());
  return futures;
}

TEST(JoinAllTest, Outputs_StandInTheOrderOfTheFutures) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  for (const int i : {2, 0, 1}) gates[static_cast<std::size_t>(i)].open(i);
  EXPECT_THAT(task.poll(all).value(), ElementsAre(0, 1, 2));
}

TEST(JoinAllTest, OfNothing_IsReadyAtOnce) {
  EXPECT_THAT(block_on(join_all(std::vector<Async<int>>())), IsEmpty());
  block_on(join_all(std::vector<Async<void>>()));
}

TEST(JoinAllTest, ChildrenThatAreReadyOrYieldOrGiveNothing_Finish) {
  const auto child = [](int yields) -> Async<void> {
    for (int i = 0; i < yields; ++i) co_await yield_now();
  };
  std::vector<Async<void>> children;
  for (int i = 0; i < 5; ++i) children.push_back(child(i));
  block_on(join_all(std::move(children)));
}

TEST(JoinAllTest, MoveOnlyOutputs_Arrive) {
  std::vector<ReadyFuture<std::unique_ptr<int>>> futures;
  futures.push_back(ready(std::make_unique<int>(4)));
  EXPECT_EQ(*block_on(join_all(std::move(futures))).at(0), 4);
}

TEST(JoinAllTest, OutputsOfBool_Arrive) {
  std::vector<ReadyFuture<bool>> futures;
  futures.push_back(ready(true));
  futures.push_back(ready(false));
  EXPECT_THAT(block_on(join_all(std::move(futures))), ElementsAre(true, false));
}

// Predict: three children wait and the second one is woken. How often is each one polled?
TEST(JoinAllTest, Poll_AsksOnlyTheChildrenThatWereWoken) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  gates[1].wake();
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_TRUE(task.poll(all).is_pending()) << "nobody was woken: nobody is asked";
  EXPECT_EQ(gates[0].polls(), 1u);
  EXPECT_EQ(gates[1].polls(), 2u);
  EXPECT_EQ(gates[2].polls(), 1u);
}

TEST(JoinAllTest, TwoWakesBetweenTwoPolls_WakeTheTaskOnce) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  gates[0].open(1);
  gates[2].open(1);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_EQ(task.kept_wakers(), 1u);
  gates[1].open(1);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(all).is_ready());
}

// Predict: 10,000 children, each woken once, in an order that is not theirs. How many polls of children are
// that?
TEST(JoinAllTest, TenThousandChildren_ArePolledTwiceEach) {
  constexpr std::size_t kChildren = 10'000;
  std::deque<Gate<int>> gates(kChildren);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  for (std::size_t i = 0; i < kChildren; ++i) {
    gates[i * 7'919 % kChildren].open(1);  // 7,919 is prime: every child once
    EXPECT_EQ(task.take_wakes(), 1u);
    EXPECT_EQ(task.poll(all).is_ready(), i + 1 == kChildren);
  }
  std::size_t polls = 0;
  for (const auto& gate : gates) polls += gate.polls();
  EXPECT_EQ(polls, 2 * kChildren);
}

TEST(JoinAllTest, PolledByAnotherTask_WakesThatOne) {
  std::deque<Gate<int>> gates(2);
  CountingTask first, second;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(first.poll(all).is_pending());
  EXPECT_TRUE(second.poll(all).is_pending());
  EXPECT_EQ(first.kept_wakers(), 0u);
  gates[0].open(1);
  EXPECT_EQ(first.take_wakes(), 0u);
  EXPECT_EQ(second.take_wakes(), 1u);
}

TEST(JoinAllTest, PolledTwiceByOneTaskWithoutAWake_ClonesItsWakerOnce) {
  std::deque<Gate<int>> gates(2);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_TRUE(task.poll(all).is_pending());
  EXPECT_EQ(task.clones(), 1u);
}

// Predict: a child wakes itself during its own poll. Is it polled again in the same poll of the join_all?
TEST(JoinAllTest, WakeDuringThePollOfThatChild_IsKeptForTheNextPoll) {
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
TEST(JoinAllTest, WakeOfASiblingDuringAPoll_IsNotLost) {
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

TEST(JoinAllTest, WakerOfAFinishedChild_WakesNobody) {
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

TEST(JoinAllTest, ChildWakersThatOutliveIt_KeepNoTaskAndWakeNobody) {
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

TEST(JoinAllTest, WakersOfTwoChildren_AreToldApart) {
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
TEST(JoinAllTest, ChildWokenTwiceBetweenTwoPolls_IsPolledOnceAndHidesNobody) {
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

TEST(JoinAllTest, ExceptionOfAChild_ComesOutAtOnceAndTheOthersAreGoneByThen) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto all = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(all).is_pending());
  gates[1].fail("burnt");
  gates[2].open(1);
  EXPECT_THROW((void)task.poll(all), std::runtime_error);
  for (const auto& gate : gates) EXPECT_EQ(gate.dropped(), 1u);
  EXPECT_EQ(gates[2].polls(), 1u);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(JoinAllTest, MovedWhileItWaits_GoesOn) {
  std::deque<Gate<int>> gates(2);
  CountingTask task;
  auto first = join_all(futures_of(gates));
  EXPECT_TRUE(task.poll(first).is_pending());
  auto second = std::move(first);
  gates[0].open(1);
  gates[1].open(2);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_THAT(task.poll(second).value(), ElementsAre(1, 2));
}

TEST(JoinAllTest, DroppedAtEachState_DropsEveryChildOnce) {
  for (int state = 0; state <= 3; ++state) {
    std::deque<Gate<int>> gates(2);
    CountingTask task;
    {
      auto all = join_all(futures_of(gates));
      if (state >= 1) {
        EXPECT_TRUE(task.poll(all).is_pending());
      }
      if (state >= 2) {
        gates[0].open(1);
        EXPECT_TRUE(task.poll(all).is_pending());
        EXPECT_EQ(gates[0].dropped(), 1u) << "it finished: its future is gone at once";
      }
      if (state >= 3) gates[1].open(2);  // woken, but not polled
    }
    for (const auto& gate : gates) EXPECT_EQ(gate.dropped(), 1u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

// Other threads wake children while they are polled, and after the join_all is gone. Of most use under
// ThreadSanitizer.
TEST(JoinAllTest, WakesFromTwoThreads_NoneIsLost) {
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

TEST(JoinAllTest, DroppedWhileOtherThreadsWakeItsChildren_IsHarmless) {
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

// A leaf that waits for nothing, but has a share of its task's budget.
struct BudgetedLeaf {
  using Output = void;
  explicit BudgetedLeaf(std::size_t& counter) : polls(&counter) {}

  Poll<void> poll(Context& cx) {
    ++*polls;
    if (Budget::is_spent(cx)) return Pending();
    Budget::spend();
    return Ready();
  }

  std::size_t* polls;
};

TEST(JoinAllTest, MoreReadyChildrenThanTheBudgetAllows_CostLittleMoreThanAPollEach) {
  constexpr std::size_t kChildren = 10'000;
  std::size_t polls = 0, rounds = 0;
  std::vector<BudgetedLeaf> leaves;
  for (std::size_t i = 0; i < kChildren; ++i) leaves.emplace_back(polls);
  auto all = join_all(std::move(leaves));
  CountingTask task;
  for (bool done = false; !done; ++rounds) {
    const Budget::Scope budget;
    done = task.poll(all).is_ready();
    EXPECT_TRUE(done || task.take_wakes() != 0);  // it asks for the next round itself
  }
  EXPECT_LE(polls, kChildren + rounds);
  EXPECT_LE(rounds, kChildren / Budget::kOfOnePoll + 1);
}

TEST(JoinAllDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto none = join_all(std::vector<Async<int>>());
  EXPECT_TRUE(task.poll(none).is_ready());
  EXPECT_DEATH((void)task.poll(none), "a join_all was polled after it finished");
}

}  // namespace

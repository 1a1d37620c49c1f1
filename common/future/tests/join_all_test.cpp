// join_all_test.cpp -- join_all: the outputs in order, who is polled, exceptions and drops. (Its wakers: join_all_wakes_test.cpp)
#include "common/future/join_all.hpp"

#include <cstddef>
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
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

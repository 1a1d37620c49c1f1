// select_all_test.cpp -- select_all: whose output, the losers gone by then; polls only who was woken.
#include "common/future/select_all.hpp"

#include <array>
#include <deque>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT

static_assert(std::is_same_v<OutputOf<SelectAll<Async<int>>>, Indexed<int>>);
static_assert(!std::is_aggregate_v<Indexed<int>>);

template <class T>
auto futures_of(std::deque<Gate<T>>& gates) {
  std::vector<typename Gate<T>::Waiting> futures;
  for (Gate<T>& gate : gates) futures.push_back(gate.future());
  return futures;
}

TEST(SelectAllTest, FirstOutput_ComesWithItsIndexAndTheLosersAreGoneByThen) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto any = select_all(futures_of(gates));
  EXPECT_TRUE(task.poll(any).is_pending());
  gates[1].open(5);
  EXPECT_EQ(task.take_wakes(), 1u);
  const auto won = task.poll(any).value();
  EXPECT_EQ(won.index, 1u);
  EXPECT_EQ(won.output, 5);
  for (const auto& gate : gates) EXPECT_EQ(gate.dropped(), 1u);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(SelectAllTest, MoveOnlyAndVoidOutputs_Work) {
  std::vector<ReadyFuture<std::unique_ptr<int>>> futures;
  futures.push_back(ready(std::make_unique<int>(4)));
  EXPECT_EQ(*block_on(select_all(std::move(futures))).output, 4);
  EXPECT_EQ(block_on(select_all(std::vector<ReadyFuture<void>>(1))).index, 0u);
}

// Predict: both are woken before the next poll, the third first. Who wins?
TEST(SelectAllTest, TwoThatWereWoken_TheOneWokenFirstWins) {
  std::deque<Gate<int>> gates(4);
  CountingTask task;
  auto any = select_all(futures_of(gates));
  EXPECT_TRUE(task.poll(any).is_pending());
  gates[3].open(1);
  gates[0].open(1);
  EXPECT_EQ(task.poll(any).value().index, 3u);
  EXPECT_EQ(gates[0].polls(), 1u);
}

TEST(SelectAllTest, ChildrenThatAreAlwaysReady_WinEquallyOften) {
  std::array<int, 4> wins = {};
  for (int i = 0; i < 400; ++i) ++wins[block_on(select_all(std::vector<ReadyFuture<void>>(4))).index];
  for (const int of_one : wins) EXPECT_NEAR(of_one, 100, 3);
}

// Predict: 10,000 children, woken one after the other without being ready. How many polls of children are
// that?
TEST(SelectAllTest, TenThousandChildren_ArePolledOncePerWake) {
  constexpr std::size_t kChildren = 10'000;
  std::deque<Gate<int>> gates(kChildren);
  CountingTask task;
  auto any = select_all(futures_of(gates));
  EXPECT_TRUE(task.poll(any).is_pending());
  for (Gate<int>& gate : gates) {
    gate.wake();
    EXPECT_TRUE(task.poll(any).is_pending());
  }
  std::size_t polls = 0;
  for (const auto& gate : gates) polls += gate.polls();
  EXPECT_EQ(polls, 2 * kChildren);
  gates[77].open(1);
  EXPECT_EQ(task.poll(any).value().index, 77u);
}

TEST(SelectAllTest, PolledByAnotherTask_WakesThatOne) {
  std::deque<Gate<int>> gates(2);
  CountingTask first, second;
  auto any = select_all(futures_of(gates));
  EXPECT_TRUE(first.poll(any).is_pending());
  EXPECT_TRUE(second.poll(any).is_pending());
  gates[0].open(1);
  EXPECT_EQ(first.take_wakes(), 0u);
  EXPECT_EQ(second.take_wakes(), 1u);
}

TEST(SelectAllTest, WakeDuringThePollOfThatChild_IsKeptForTheNextPoll) {
  int polls = 0;
  auto wakes_itself = [&polls](Context& cx) -> Poll<int> {
    if (++polls == 3) return Ready(polls);
    cx.waker().wake_by_ref();
    return Pending();
  };
  std::vector<PollFn<decltype(wakes_itself)>> futures;
  futures.push_back(poll_fn(wakes_itself));
  EXPECT_EQ(block_on(select_all(std::move(futures))).output, 3);
}

TEST(SelectAllTest, FuturesLentByReference_SurviveAndTakePartAgain) {
  std::deque<Gate<int>> gates(2);
  CountingTask task;
  auto survivors = futures_of(gates);
  const auto lend = [&survivors] {
    std::vector<ByRef<Gate<int>::Waiting>> lent;
    for (auto& future : survivors) lent.push_back(by_ref(future));
    return lent;
  };
  auto first = select_all(lend());
  EXPECT_TRUE(task.poll(first).is_pending());
  gates[1].open(1);
  EXPECT_EQ(task.poll(first).value().index, 1u);
  survivors.pop_back();
  auto second = select_all(lend());
  EXPECT_TRUE(task.poll(second).is_pending());
  (void)task.take_wakes();
  gates[0].open(2);
  EXPECT_EQ(task.take_wakes(), 1u) << "the new select_all has put its own waker there";
  EXPECT_EQ(task.poll(second).value().output, 2);
}

TEST(SelectAllTest, LosersWakerKept_WakesNobody) {
  std::optional<Waker> kept;
  using Child = std::function<Poll<int>(Context&)>;
  Gate<int> gate;
  auto waits = gate.future();
  std::vector<PollFn<Child>> futures;
  futures.push_back(poll_fn(Child([&](Context& cx) -> Poll<int> {
    kept = cx.waker().clone();
    return Pending();
  })));
  futures.push_back(poll_fn(Child([&](Context& cx) { return waits.poll(cx); })));
  CountingTask task;
  auto any = select_all(std::move(futures));
  EXPECT_TRUE(task.poll(any).is_pending());
  gate.open(1);
  EXPECT_EQ(task.poll(any).value().index, 1u);
  (void)task.take_wakes();
  kept->wake_by_ref();
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(SelectAllTest, ExceptionOfAChild_WinsAndTheOthersAreGoneByThen) {
  std::deque<Gate<int>> gates(3);
  CountingTask task;
  auto any = select_all(futures_of(gates));
  EXPECT_TRUE(task.poll(any).is_pending());
  gates[2].fail("burnt");
  EXPECT_THROW((void)task.poll(any), std::runtime_error);
  for (const auto& gate : gates) EXPECT_EQ(gate.dropped(), 1u);
}

TEST(SelectAllTest, MovedWhileItWaits_GoesOn) {
  std::deque<Gate<int>> gates(2);
  CountingTask task;
  auto first = select_all(futures_of(gates));
  EXPECT_TRUE(task.poll(first).is_pending());
  auto second = std::move(first);
  gates[0].open(1);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(task.poll(second).value().index, 0u);
}

TEST(SelectAllTest, DroppedAtEachState_DropsEveryChildOnce) {
  for (int state = 0; state <= 2; ++state) {
    std::deque<Gate<int>> gates(2);
    CountingTask task;
    {
      auto any = select_all(futures_of(gates));
      if (state >= 1) {
        EXPECT_TRUE(task.poll(any).is_pending());
      }
      if (state >= 2) gates[0].open(1);  // woken, but not polled
    }
    for (const auto& gate : gates) EXPECT_EQ(gate.dropped(), 1u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(SelectAllDeathTest, OfNothing_StopsTheProgram) {
  EXPECT_DEATH((void)select_all(std::vector<Async<int>>()), "a select_all of nothing would wait for ever");
}

TEST(SelectAllDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto any = select_all(std::vector<ReadyFuture<void>>(1));
  EXPECT_TRUE(task.poll(any).is_ready());
  EXPECT_DEATH((void)task.poll(any), "a select_all was polled after it finished");
}

}  // namespace

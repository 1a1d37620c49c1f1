// barrier_test.cpp -- nobody goes on until all have arrived; one is the leader; who gives up has not arrived.
#include "common/sync/barrier.hpp"

#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;

static_assert(std::is_same_v<OutputOf<Barrier::Wait>, BarrierWaitResult>);
static_assert(!std::is_move_constructible_v<Barrier::Wait> && !std::is_move_constructible_v<Barrier>);

auto waiting(Barrier& barrier) {
  return [&barrier] { return barrier.wait(); };
}

// Read this one first.
// Question: three tasks meet twice at one barrier. Which of them is the leader, and who wakes whom?
// Predict the log. Break in `Barrier::Wait::completes`.
TEST(BarrierTest, TheLastToArrive_IsTheLeader_AndTheBarrierIsUsedAgain) {
  ManualExecutor executor;
  Barrier barrier(3);
  std::string log;
  const auto meets = [&](char name) -> Async<> {
    for (int round = 0; round < 2; ++round) {
      log += name;
      const auto result = co_await barrier.wait();
      log += result.is_leader() ? static_cast<char>(name - 'a' + 'A') : '.';
    }
  };
  for (const char name : {'a', 'b', 'c'}) executor.spawn(meets, name).detach();
  executor.run_until_stalled(2);
  EXPECT_EQ(log, "ab");
  EXPECT_EQ(executor.queued(), 1u);
  executor.run_until_stalled(1);
  EXPECT_EQ(log, "abcCc") << "the leader goes on in the poll in which it arrived, and arrives again";
  EXPECT_EQ(executor.queued(), 2u);
  executor.run_until_stalled();
  EXPECT_EQ(log, "abcCc.a.bB..");
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST(BarrierTest, WakesTheOthersInTheOrderOfTheirArrival_OnceEach) {
  Barrier barrier(3);
  Polled first(waiting(barrier)), second(waiting(barrier)), last(waiting(barrier));
  EXPECT_FALSE(first.poll() || second.poll() || first.poll());
  EXPECT_EQ(first.clones(), 1u) << "the same waker is not cloned again";
  EXPECT_TRUE(last.poll());
  EXPECT_EQ(last.clones(), 0u);
  EXPECT_EQ(first.wakes(), 1u);
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_TRUE(first.poll() && second.poll());
  EXPECT_TRUE(last.take().is_leader());
  EXPECT_FALSE(first.take().is_leader() || second.take().is_leader());
}

TEST(BarrierTest, OneOrNone_HoldNobodyUp) {
  for (const std::size_t size : {0u, 1u}) {
    Barrier barrier(size);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(block_on(barrier.wait()).is_leader());
  }
}

// Predict: one of two arrives and gives up. Does the next one go through?
TEST(BarrierTest, DroppedWhileItWaits_TakesItsArrivalBack) {
  Barrier barrier(2);
  Polled gives_up(waiting(barrier)), stays(waiting(barrier)), last(waiting(barrier));
  EXPECT_FALSE(gives_up.poll());
  gives_up.drop();
  EXPECT_EQ(gives_up.kept_wakers(), 0u);
  EXPECT_FALSE(stays.poll());
  EXPECT_TRUE(last.poll());
  EXPECT_TRUE(stays.poll());
}

TEST(BarrierTest, DroppedUnpolled_HasNotArrived) {
  Barrier barrier(2);
  {
    Polled unpolled(waiting(barrier));
  }
  Polled waits(waiting(barrier));
  EXPECT_FALSE(waits.poll());
  {
    Polled unpolled(waiting(barrier));
  }
  EXPECT_EQ(waits.wakes(), 0u);
}

TEST(BarrierTest, DroppedBetweenItsWakeAndItsPoll_ChangesNothing) {
  Barrier barrier(2);
  Polled dropped(waiting(barrier)), leader(waiting(barrier)), next(waiting(barrier)), last(waiting(barrier));
  EXPECT_FALSE(dropped.poll());
  EXPECT_TRUE(leader.poll());
  dropped.drop();
  EXPECT_FALSE(next.poll());
  EXPECT_TRUE(last.poll());
  EXPECT_TRUE(next.poll());
}

TEST(BarrierTest, PolledByAnotherTask_WakesTheNewest) {
  Barrier barrier(2);
  CountingTask new_task;
  Polled waits(waiting(barrier)), leader(waiting(barrier));
  EXPECT_FALSE(waits.poll() || waits.poll_as(new_task));
  EXPECT_EQ(waits.kept_wakers(), 0u);
  EXPECT_TRUE(leader.poll());
  EXPECT_EQ(waits.wakes(), 0u);
  EXPECT_EQ(new_task.take_wakes(), 1u);
}

TEST(BarrierTest, WhoArrivesWhileTheWakerIsCloned_MayMakeThisOneTheLeader) {
  Barrier barrier(2);
  Polled other(waiting(barrier)), asks(waiting(barrier));
  HookedWaker hooked;
  hooked.on_clone = [&] { EXPECT_FALSE(other.poll()); };
  const Waker waker = hooked.waker();
  EXPECT_TRUE(asks.poll_with(waker));
  EXPECT_TRUE(asks.take().is_leader());
  EXPECT_TRUE(other.poll());
}

TEST(BarrierTest, AWakersFunctions_AreCalledWithoutALock) {
  Barrier barrier(4);
  int looks = 0;
  HookedWaker hooked;
  hooked.on_clone = hooked.on_wake = hooked.on_drop = [&] {
    ++looks;
    Polled another(waiting(barrier));
    EXPECT_FALSE(another.poll());  // would wait for ever if the lock were held
  };
  const Waker waker = hooked.waker();
  {
    CountingTask other;
    Polled replaced(waiting(barrier)), dropped(waiting(barrier));
    EXPECT_FALSE(replaced.poll_with(waker) || dropped.poll_with(waker));
    EXPECT_FALSE(replaced.poll_as(other));
    dropped.drop();
    EXPECT_EQ(looks, 4);
    Polled woken(waiting(barrier)), plain(waiting(barrier)), leader(waiting(barrier));
    EXPECT_FALSE(woken.poll_with(waker) || plain.poll());
    EXPECT_TRUE(leader.poll());
    EXPECT_EQ(looks, 6);
  }
  hooked.on_drop = nullptr;
}

TEST(BarrierTest, ABudgetThatIsSpent_IsNoArrival) {
  Barrier barrier(2);
  Polled late(waiting(barrier)), other(waiting(barrier));
  {
    const Budget::Scope spent(0);
    EXPECT_FALSE(late.poll());
    EXPECT_EQ(late.wakes(), 1u);
  }
  EXPECT_FALSE(other.poll());
  const Budget::Scope one(1);
  EXPECT_TRUE(late.poll());
  EXPECT_FALSE(Budget::has_any_left());
}

// More waiters than are woken in one round; the next generation begins in between.
TEST(BarrierTest, WhoComesWhileAHundredAreWoken_IsOfTheNextGeneration) {
  Barrier barrier(101);
  HookedWaker hooked;
  std::deque<Polled<Barrier::Wait>> waiters;
  std::optional<Polled<Barrier::Wait>> fresh;
  hooked.on_wake = [&] {
    fresh.emplace(waiting(barrier));
    EXPECT_FALSE(fresh->poll());
    waiters[70].drop();  // of the old generation: the new one's count does not change
    EXPECT_TRUE(waiters[80].poll()) << "it is free to go, though it was not woken yet";
  };
  const Waker waker = hooked.waker();
  Polled first(waiting(barrier)), leader(waiting(barrier));
  EXPECT_FALSE(first.poll_with(waker));
  for (int i = 0; i < 99; ++i) EXPECT_FALSE(waiters.emplace_back(waiting(barrier)).poll());
  EXPECT_TRUE(leader.poll());
  for (std::size_t i = 0; i < 99; ++i) {
    EXPECT_EQ(waiters[i].wakes(), i == 70 || i == 80 ? 0u : 1u) << i;
  }
  EXPECT_EQ(fresh->wakes(), 0u);
  std::deque<Polled<Barrier::Wait>> next;
  for (int i = 0; i < 99; ++i) EXPECT_FALSE(next.emplace_back(waiting(barrier)).poll());
  Polled next_leader(waiting(barrier));
  EXPECT_TRUE(next_leader.poll());
  EXPECT_EQ(fresh->wakes(), 1u);
}

// Three can meet, four take part, and one is cancelled before step `when`: the others must get through.
std::size_t run_with_one_that_leaves(std::size_t victim, std::size_t when) {
  Barrier barrier(3);
  ManualExecutor executor;
  std::size_t leaders = 0, through = 0;
  const auto meets = [&]() -> Async<> {
    co_await yield_now();
    const auto result = co_await barrier.wait();
    leaders += result.is_leader() ? 1 : 0;
    ++through;
  };
  std::vector<Task<>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(executor.spawn_task(meets));
  std::size_t steps = 0;
  for (;; ++steps) {
    if (steps == when) tasks[victim].cancel();
    if (!executor.step()) break;
  }
  // Without the victim they are exactly three; with it, one is left over, or the victim itself.
  EXPECT_EQ(leaders, 1u);
  EXPECT_TRUE(through == 3u || (through == 2u && executor.unfinished() == 1u)) << through;
  Polled first(waiting(barrier)), second(waiting(barrier));
  EXPECT_FALSE(first.poll()) << "a leader would be one short";
  EXPECT_EQ(second.poll(), executor.unfinished() == 1u);
  executor.run_until_stalled();
  return steps;
}

TEST(BarrierTest, ATaskCancelledAtEachStep_NeitherBlocksNorLetsThrough) {
  const std::size_t undisturbed = run_with_one_that_leaves(0, 1'000);
  for (std::size_t victim = 0; victim < 4; ++victim) {
    for (std::size_t when = 0; when <= undisturbed; ++when) {
      SCOPED_TRACE(testing::Message() << "task " << victim << " before step " << when);
      run_with_one_that_leaves(victim, when);
    }
  }
}

TEST(BarrierTest, PolledAfterItIsReady_StopsTheProgram) {
  Barrier barrier(1);
  auto future = barrier.wait();
  CountingTask task;
  EXPECT_TRUE(task.poll(future).is_ready());
  EXPECT_DEATH((void)task.poll(future), "polled after it was ready");
}

}  // namespace

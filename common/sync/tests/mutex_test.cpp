// mutex_test.cpp -- the async mutex: whose turn it is, who is woken and how often.
#include "common/sync/mutex.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;
using Guard = Mutex<int>::Guard;
using LockFuture = Mutex<int>::LockFuture;

static_assert(Future<LockFuture> && std::is_same_v<OutputOf<LockFuture>, Guard>);
static_assert(!std::is_move_constructible_v<LockFuture>, "it is an element of the queue");
static_assert(std::is_nothrow_move_constructible_v<Guard> && std::is_nothrow_move_assignable_v<Guard>);
static_assert(!std::is_copy_constructible_v<Guard> && !std::is_move_constructible_v<Mutex<int>>);

// Read this one first.
// Question: one task holds the lock and waits for something else; two more want the lock. Who is polled, when?
// Predict the log, and how many polls there are in all. Break in `SemaphoreCore::give_to_waiters`: see `first`.
TEST(MutexTest, TheGuardsEnd_HandsTheLockToTheFirstWaiter_AndWakesNobodyElse) {
  ManualExecutor executor;
  Mutex<std::string> log;
  Gate<> bell;
  auto a = executor.spawn([&]() -> Async<> {
    auto guard = co_await log.lock();
    *guard += "a waits, ";
    co_await bell.future();  // held over an await
    *guard += "a ends, ";
  });
  const auto write = [&](std::string name) -> Async<> {
    auto guard = co_await log.lock();
    *guard += name + " begins, ";
    co_await yield_now();  // here too: nobody may come in between
    *guard += name + " ends, ";
  };
  auto b = executor.spawn(write, "b");
  auto c = executor.spawn(write, "c");
  EXPECT_EQ(executor.step()->task, a.id());
  EXPECT_EQ(executor.step()->task, b.id());
  EXPECT_EQ(executor.step()->task, c.id());
  EXPECT_FALSE(executor.step()) << "all three wait, and nobody asks again and again";

  bell.open();
  auto step = executor.step();
  EXPECT_EQ(step->task, a.id());
  EXPECT_EQ(step->ran, Ran::finished);  // its guard is gone with it
  EXPECT_EQ(executor.queued(), 1u) << "of the two that wait, one was woken";
  EXPECT_FALSE(log.try_lock()) << "the lock is b's already, though b does not know it yet";

  step = executor.step();
  EXPECT_EQ(step->task, b.id());
  EXPECT_EQ(step->ran, Ran::woken);  // it yields, and holds the lock
  EXPECT_EQ(executor.queued(), 1u) << "b alone: c sleeps on";
  EXPECT_EQ(executor.step()->task, b.id());
  EXPECT_EQ(executor.step()->task, c.id());
  EXPECT_EQ(executor.step()->task, c.id());
  EXPECT_FALSE(executor.step());
  EXPECT_EQ(executor.unfinished(), 0u);  // 8 polls

  EXPECT_EQ(**log.try_lock(), "a waits, a ends, b begins, b ends, c begins, c ends, ");
}

TEST(MutexTest, AFreeLock_IsGivenAtTheFirstPoll_AndClonesNoWaker) {
  Mutex<int> mutex(7);
  CountingTask task;
  auto lock = mutex.lock();
  auto answer = task.poll(lock);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_EQ(*answer.value(), 7);
  EXPECT_EQ(task.clones(), 0u);
}

TEST(MutexTest, TryLock_SucceedsOnlyWhereNobodyHoldsOrWaits) {
  Mutex<int> mutex(1);
  {
    auto guard = mutex.try_lock();
    ASSERT_TRUE(guard);
    **guard = 2;
    EXPECT_FALSE(mutex.try_lock());
  }
  auto again = mutex.try_lock();
  ASSERT_TRUE(again);
  EXPECT_EQ(**again, 2);
}

// Predict: the second future was made first. Who gets the lock?
TEST(MutexTest, TheFirstPoll_DecidesTheOrder_NotTheCallOfLock) {
  Mutex<int> mutex;
  CountingTask early, late;
  auto made_first = mutex.lock();
  auto made_last = mutex.lock();
  auto holder = mutex.try_lock();
  EXPECT_TRUE(late.poll(made_last).is_pending());
  EXPECT_TRUE(early.poll(made_first).is_pending());
  holder.reset();
  EXPECT_EQ(late.take_wakes(), 1u);
  EXPECT_EQ(early.take_wakes(), 0u);
}

TEST(MutexTest, PolledForNoReason_KeepsItsPlaceInTheQueue) {
  Mutex<int> mutex;
  CountingTask first, second;
  auto a = mutex.lock(), b = mutex.lock();
  auto holder = mutex.try_lock();
  EXPECT_TRUE(first.poll(a).is_pending());
  EXPECT_TRUE(second.poll(b).is_pending());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(first.poll(a).is_pending());
  EXPECT_EQ(first.clones(), 1u) << "the same waker is not cloned again";
  holder.reset();
  EXPECT_EQ(first.take_wakes(), 1u);
  EXPECT_EQ(second.take_wakes(), 0u);
}

// Predict: a future that waits is polled by another task. Whom does the end of the guard wake?
TEST(MutexTest, PolledByAnotherTask_WakesTheNewestAndDropsTheOldWaker) {
  Mutex<int> mutex;
  CountingTask old_task, new_task;
  auto lock = mutex.lock();
  auto holder = mutex.try_lock();
  EXPECT_TRUE(old_task.poll(lock).is_pending());
  EXPECT_EQ(old_task.kept_wakers(), 1u);
  EXPECT_TRUE(new_task.poll(lock).is_pending());
  EXPECT_EQ(old_task.kept_wakers(), 0u);
  holder.reset();
  EXPECT_EQ(old_task.take_wakes(), 0u);
  EXPECT_EQ(new_task.take_wakes(), 1u);
  EXPECT_EQ(new_task.kept_wakers(), 0u) << "the wake has used it up";
  // Whoever polls now gets it, also the task that was not woken.
  EXPECT_TRUE(old_task.poll(lock).is_ready());
}

TEST(MutexTest, Guard_LetsGoEarly_OnceOnly) {
  Mutex<int> mutex(1);
  auto guard = mutex.try_lock();
  guard->unlock();
  auto other = mutex.try_lock();
  ASSERT_TRUE(other);
  guard->unlock();  // it holds nothing any more
  guard.reset();
  EXPECT_FALSE(mutex.try_lock()) << "the other one's lock is untouched";
}

TEST(MutexTest, AMovedGuard_LetsGoOnceAndWhereItEndsUp) {
  Mutex<int> mutex(1), second(2);
  std::optional<Guard> kept;
  {
    auto guard = mutex.try_lock();
    kept.emplace(std::move(*guard));
  }
  EXPECT_FALSE(mutex.try_lock());
  *kept = std::move(*second.try_lock());  // lets go of the first, holds the second
  EXPECT_TRUE(mutex.try_lock());
  EXPECT_FALSE(second.try_lock());
  EXPECT_EQ(**kept, 2);
}

TEST(MutexTest, AnExceptionThatPassesTheGuard_LetsGo_AndTheValueStays) {
  Mutex<int> mutex(1);
  const auto fails = [&]() -> Async<> {
    auto guard = co_await mutex.lock();
    *guard = 5;
    throw std::runtime_error("no more ink");
  };
  EXPECT_THROW(block_on(fails()), std::runtime_error);
  EXPECT_EQ(**mutex.try_lock(), 5);
}

TEST(MutexTest, AValueThatCanOnlyBeMoved_GoesInAndComesOut) {
  Mutex<std::unique_ptr<int>> mutex(std::make_unique<int>(3));
  auto guard = block_on(mutex.lock());
  const auto out = std::move(*guard);
  EXPECT_EQ(*out, 3);
}

TEST(MutexTest, TwoLocksInAJoin_AreBuiltInPlace) {
  Mutex<int> left(1), right(2);
  const auto both = [&]() -> Async<int> {
    auto [a, b] = co_await join([&] { return left.lock(); }, [&] { return right.lock(); });
    co_return *a + *b;
  };
  EXPECT_EQ(block_on(both()), 3);
  EXPECT_TRUE(left.try_lock() && right.try_lock());
}

// What a waker may do in each of its functions: use the very mutex that calls it.
struct Nosy {
  Mutex<int>& mutex;
  int looks = 0;
  static RawWaker look(const void* data) noexcept {
    auto& self = *const_cast<Nosy*>(static_cast<const Nosy*>(data));
    (void)self.mutex.try_lock();  // would wait for ever if the queue's mutex were held
    ++self.looks;
    return {data, &kTable};
  }
  static void look_only(const void* data) noexcept { (void)look(data); }
  static constexpr RawWakerVTable kTable{&look, &look_only, &look_only, &look_only};
};

TEST(MutexTest, AWakersFunctions_AreCalledWithoutTheQueuesMutex) {
  Mutex<int> mutex;
  Nosy nosy{mutex};
  CountingTask other;
  {
    const Waker waker(RawWaker{&nosy, &Nosy::kTable});
    Context cx(waker);
    auto replaced = mutex.lock(), woken = mutex.lock(), dropped = mutex.lock();
    auto holder = mutex.try_lock();
    EXPECT_TRUE(replaced.poll(cx).is_pending());
    EXPECT_TRUE(woken.poll(cx).is_pending());
    EXPECT_TRUE(dropped.poll(cx).is_pending());
    EXPECT_EQ(nosy.looks, 3);                        // three clones
    EXPECT_TRUE(other.poll(replaced).is_pending());  // drops one
    holder.reset();                                  // hands over to `replaced`
    {
      auto guard = std::move(other.poll(replaced)).value();
    }  // wakes `woken`
    EXPECT_EQ(nosy.looks, 5);
  }  // `dropped` drops its clone; `woken` was given the lock and passes it on to nobody
  EXPECT_EQ(nosy.looks, 7);  // and `waker` itself
  EXPECT_TRUE(mutex.try_lock());
}

// A waker that lets go of the lock while it is cloned: the gap between a first look and standing in the queue.
struct Hasty {
  std::optional<Guard>& holder;
  static RawWaker clone(const void* data) noexcept {
    static_cast<const Hasty*>(data)->holder.reset();
    return {data, &kTable};
  }
  static void nothing(const void*) noexcept {}
  static constexpr RawWakerVTable kTable{&clone, &nothing, &nothing, &nothing};
};

TEST(MutexTest, ALockThatComesFreeWhileTheWakerIsCloned_IsTakenInThatPoll) {
  Mutex<int> mutex;
  auto holder = mutex.try_lock();
  Hasty hasty{holder};
  const Waker waker(RawWaker{&hasty, &Hasty::kTable});
  Context cx(waker);
  auto lock = mutex.lock();
  EXPECT_TRUE(lock.poll(cx).is_ready()) << "nobody is left who would wake it";
}

TEST(MutexDeathTest, ALockFuturePolledAgain_StopsTheProgram) {
  Mutex<int> mutex;
  CountingTask task;
  auto lock = mutex.lock();
  EXPECT_TRUE(task.poll(lock).is_ready());
  EXPECT_DEATH((void)task.poll(lock), "polled after it gave its guard");
}

TEST(MutexDeathTest, AMutexThatDiesBeforeItsGuard_StopsTheProgram) {
  EXPECT_DEATH(
      {
        std::optional<Mutex<int>> mutex(std::in_place);
        auto guard = mutex->try_lock();
        mutex.reset();
      },
      "an async lock was destroyed while it was held");
}

TEST(MutexDeathTest, AGuardUsedAfterItLetGo_StopsTheProgram) {
  Mutex<int> mutex;
  auto guard = mutex.try_lock();
  guard->unlock();
  EXPECT_DEATH(** guard = 1, "used after it let go");
}

}  // namespace

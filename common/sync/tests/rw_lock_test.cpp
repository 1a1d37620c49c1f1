// rw_lock_test.cpp -- many readers or one writer: who is let in when, and what a downgrade does.
#include "common/sync/rw_lock.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;
using Lock = RwLock<int>;

static_assert(std::is_same_v<OutputOf<Lock::ReadFuture>, Lock::ReadGuard>);
static_assert(!std::is_move_constructible_v<Lock::WriteFuture> && !std::is_move_constructible_v<Lock>);
static_assert(std::is_same_v<decltype(*std::declval<Lock::ReadGuard&>()), const int&>, "a reader only reads");
static_assert(std::is_same_v<decltype(*std::declval<Lock::WriteGuard&>()), int&>);
static_assert(std::is_nothrow_move_assignable_v<Lock::WriteGuard>);

// Reading and writing by hand.
struct Reader : Polled<Lock::ReadFuture> {
  explicit Reader(Lock& lock) : Polled([&lock] { return lock.read(); }) {}
};
struct Writer : Polled<Lock::WriteFuture> {
  explicit Writer(Lock& lock) : Polled([&lock] { return lock.write(); }) {}
};

// Read this one first.
// Question: two read; then a writer comes, then two more who want to read. In which order do they get in?
// Predict who is woken by the end of the first reader, of the second, and of the writer. Break in
// `SemaphoreCore::give_to_waiters`.
TEST(RwLockTest, AWriterThatWaits_IsNotOvertakenByNewReaders) {
  Lock lock;
  Reader first(lock), second(lock), third(lock), fourth(lock);
  Writer writer(lock);
  EXPECT_TRUE(first.poll() && second.poll());
  EXPECT_FALSE(writer.poll());
  EXPECT_FALSE(third.poll()) << "the writer was there before";
  EXPECT_FALSE(lock.try_read());
  EXPECT_FALSE(fourth.poll());

  first.drop();
  EXPECT_EQ(writer.wakes() + third.wakes() + fourth.wakes(), 0u);
  second.drop();
  EXPECT_EQ(writer.wakes(), 1u);
  EXPECT_EQ(third.wakes() + fourth.wakes(), 0u);
  EXPECT_TRUE(writer.poll());

  writer.drop();
  EXPECT_EQ(third.wakes(), 1u);
  EXPECT_EQ(fourth.wakes(), 1u) << "readers go in together";
  EXPECT_TRUE(third.poll() && fourth.poll());
}

TEST(RwLockTest, AWriterThatGivesUp_LetsTheReadersBehindItIn) {
  Lock lock;
  Reader reader(lock), behind(lock);
  Writer writer(lock), unpolled(lock);
  EXPECT_TRUE(reader.poll());
  EXPECT_FALSE(writer.poll() || behind.poll());
  writer.drop();
  EXPECT_EQ(behind.wakes(), 1u);
  EXPECT_TRUE(behind.poll());
  EXPECT_EQ(writer.kept_wakers(), 0u);
  unpolled.drop();
  EXPECT_TRUE(lock.try_read());
}

TEST(RwLockTest, AWriterThatWasLetInAndGoesUntold_LetsTheReadersBehindItIn) {
  Lock lock;
  Reader reader(lock), behind(lock), after(lock);
  Writer writer(lock);
  EXPECT_TRUE(reader.poll());
  EXPECT_FALSE(writer.poll() || behind.poll() || after.poll());
  reader.drop();
  EXPECT_EQ(writer.wakes(), 1u);
  writer.drop();
  EXPECT_TRUE(behind.poll() && after.poll());
  EXPECT_FALSE(lock.try_write());
}

TEST(RwLockTest, AReaderThatWasLetInAndGoesUntold_LetsTheWriterBehindItIn) {
  Lock lock;
  Reader reader(lock);
  Writer writer(lock), second(lock);
  EXPECT_TRUE(writer.poll());
  EXPECT_FALSE(reader.poll() || second.poll());
  writer.drop();
  EXPECT_EQ(second.wakes(), 0u);
  reader.drop();
  EXPECT_EQ(second.wakes(), 1u);
  EXPECT_TRUE(second.poll());
}

TEST(RwLockTest, TryReadAndTryWrite_LookAtWhoIsInside) {
  Lock lock(7);
  {
    const auto reader = lock.try_read(), beside = lock.try_read();
    ASSERT_TRUE(reader && beside);
    EXPECT_EQ(**reader, 7);
    EXPECT_FALSE(lock.try_write());
  }
  auto writer = lock.try_write();
  ASSERT_TRUE(writer);
  **writer = 8;
  EXPECT_FALSE(lock.try_read());
  EXPECT_FALSE(lock.try_write());
  writer->unlock();
  writer->unlock();  // it holds nothing any more
  EXPECT_EQ(**lock.try_read(), 8);
}

// Predict: a writer becomes a reader, while a reader waits first and then a writer. Who gets in?
TEST(RwLockTest, Downgrade_LetsInTheReadersWhoWaitFirst_AndNoWriter) {
  Lock lock(1);
  auto guard = lock.try_write();
  Reader beside(lock), behind(lock);
  Writer writer(lock);
  EXPECT_FALSE(beside.poll() || writer.poll() || behind.poll());
  **guard = 2;
  std::optional<Lock::ReadGuard> reads = std::move(*guard).downgrade();
  guard.reset();  // it held nothing any more
  EXPECT_EQ(**reads, 2);
  EXPECT_EQ(beside.wakes(), 1u);
  EXPECT_EQ(writer.wakes() + behind.wakes(), 0u);
  EXPECT_TRUE(beside.poll());
  reads.reset();
  beside.drop();
  EXPECT_EQ(writer.wakes(), 1u);
  EXPECT_TRUE(writer.poll());
}

TEST(RwLockTest, MaxReaders_IsHowManyReadAtATime) {
  Lock lock(5, 2);
  Reader first(lock), second(lock), third(lock);
  EXPECT_TRUE(first.poll() && second.poll());
  EXPECT_FALSE(third.poll());
  first.drop();
  EXPECT_TRUE(third.poll());
}

TEST(RwLockTest, ImpossibleNumbersOfReaders_AreRefused) {
  EXPECT_THROW(Lock(1, 0), std::invalid_argument);
  EXPECT_THROW(Lock(1, detail::SemaphoreCore::kMaxPermits + 1), std::invalid_argument);
  try {
    const Lock lock(1, 0);
  } catch (const std::invalid_argument& refused) {
    EXPECT_STREQ(refused.what(), "an RwLock allows at least one reader at a time");
  }
}

TEST(RwLockTest, GuardsMove_AndLetGoOnceAndWhereTheyEndUp) {
  Lock lock(1), other(2);
  std::optional<Lock::WriteGuard> kept;
  {
    auto guard = lock.try_write();
    kept.emplace(std::move(*guard));
  }
  EXPECT_FALSE(lock.try_read());
  *kept = std::move(*other.try_write());
  EXPECT_TRUE(lock.try_read());
  EXPECT_FALSE(other.try_read());
  auto& same = *kept;
  *kept = std::move(same);
  EXPECT_EQ(**kept, 2);
}

TEST(RwLockTest, AnExceptionThatPassesTheGuard_LetsGo_AndTheValueStays) {
  Lock lock(1);
  const auto fails = [&]() -> Async<> {
    auto guard = co_await lock.write();
    *guard = 5;
    throw std::runtime_error("no more ink");
  };
  EXPECT_THROW(block_on(fails()), std::runtime_error);
  EXPECT_EQ(*block_on(lock.read()), 5);
}

// The tokio guide's example: five read at the same time, then one writes.
TEST(RwLockTest, ReadersInTasks_AreInsideTogether) {
  ManualExecutor executor;
  const auto data = std::make_shared<RwLock<std::string>>("123");
  int inside = 0, most = 0;
  const auto read = [&]() -> Async<> {
    const auto guard = co_await read_owned(data);
    most = std::max(most, ++inside);
    co_await yield_now();
    EXPECT_EQ(*guard, "123");
    --inside;
  };
  const auto write = [&]() -> Async<> {
    auto guard = co_await write_owned(data);
    EXPECT_EQ(inside, 0);
    *guard += "4";
  };
  for (int i = 0; i < 5; ++i) executor.spawn(read).detach();
  executor.spawn(write).detach();
  executor.run_until_stalled();
  EXPECT_EQ(most, 5);
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_EQ(**data->try_read(), "1234");
}

TEST(RwLockTest, BothInAJoin_AreBuiltInPlace) {
  Lock left(1), right(2);
  const auto both = [&]() -> Async<int> {
    auto [a, b] = co_await join([&] { return left.read(); }, [&] { return right.write(); });
    co_return *a + *b;
  };
  EXPECT_EQ(block_on(both()), 3);
  EXPECT_TRUE(left.try_write() && right.try_write());
}

// Three tasks read, write, and write and then read, twice. Task `victim` is cancelled before step `when`.
std::size_t run_with_one_lock_cancelled(std::size_t victim, std::size_t when) {
  Lock lock(0);
  ManualExecutor executor;
  int written = 0;
  const auto read = [&]() -> Async<> {
    for (int i = 0; i < 2; ++i) {
      const auto guard = co_await lock.read();
      const int seen = *guard;
      co_await yield_now();
      EXPECT_EQ(*guard, seen);
    }
  };
  const auto write = [&](bool reads_on) -> Async<> {
    for (int i = 0; i < 2; ++i) {
      auto guard = co_await lock.write();
      const int seen = *guard;
      co_await yield_now();
      EXPECT_EQ(*guard, seen);
      *guard = ++written;
      if (!reads_on) continue;
      const auto still = std::move(guard).downgrade();
      co_await yield_now();
      EXPECT_EQ(*still, seen + 1);
    }
  };
  std::vector<Task<>> tasks;
  tasks.push_back(executor.spawn_task(read));
  tasks.push_back(executor.spawn_task(write, true));
  tasks.push_back(executor.spawn_task(read));
  tasks.push_back(executor.spawn_task(write, false));
  std::size_t steps = 0;
  for (;; ++steps) {
    if (steps == when) tasks[victim].cancel();
    if (!executor.step()) break;
  }
  EXPECT_EQ(executor.unfinished(), 0u) << "somebody waits for a lock that nobody holds";
  const auto guard = lock.try_write();
  EXPECT_TRUE(guard.has_value()) << "the lock is lost";
  if (guard) {
    EXPECT_EQ(**guard, written);
  }
  return steps;
}

TEST(RwLockTest, ATaskCancelledAtEachStep_BlocksNobody) {
  const std::size_t undisturbed = run_with_one_lock_cancelled(0, 1'000);
  EXPECT_GT(undisturbed, 16u);
  for (std::size_t victim = 0; victim < 4; ++victim) {
    for (std::size_t when = 0; when <= undisturbed; ++when) {
      SCOPED_TRACE(testing::Message() << "task " << victim << " before step " << when);
      run_with_one_lock_cancelled(victim, when);
    }
  }
}

TEST(RwLockDeathTest, ALockThatDiesBeforeItsGuard_StopsTheProgram) {
  EXPECT_DEATH(
      {
        std::optional<Lock> lock(std::in_place);
        auto guard = lock->try_read();
        lock.reset();
      },
      "an RwLock was destroyed while it was held");
}

TEST(RwLockDeathTest, AGuardUsedAfterItLetGo_StopsTheProgram) {
  Lock lock;
  auto guard = lock.try_write();
  guard->unlock();
  EXPECT_DEATH(** guard = 1, "used after it let go");
  EXPECT_DEATH((void)std::move(*guard).downgrade(), "used after it let go");
}

}  // namespace

// semaphore_test.cpp -- the semaphore as its users see it: permits, their ends, errors.
#include "common/sync/semaphore.hpp"

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
#include "common/future/select.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/tests/polled.hpp"

namespace {

using namespace async;

using Acquire = decltype(std::declval<Semaphore&>().acquire());
static_assert(std::is_same_v<OutputOf<Acquire>, std::expected<SemaphorePermit, AcquireError>>);
static_assert(!std::is_move_constructible_v<Acquire> && !std::is_move_constructible_v<Semaphore>);
static_assert(std::is_nothrow_move_constructible_v<SemaphorePermit> &&
              !std::is_copy_constructible_v<SemaphorePermit>);
static_assert(std::is_nothrow_move_assignable_v<OwnedSemaphorePermit>);

// Read this one first.
// Question: a kitchen for two, and five cooks. How many are inside at the same time, and who comes next?
// Predict the log. Break in `detail::Permit::~Permit`.
TEST(SemaphoreTest, FiveTasksAndTwoPermits_TwoAtATime_InTheOrderOfTheirComing) {
  ManualExecutor executor;
  Semaphore kitchen(2);
  std::string log;
  const auto cook = [&](char name) -> Async<> {
    const auto permit = co_await kitchen.acquire();
    EXPECT_TRUE(permit.has_value());
    log += name;
    co_await yield_now();
    log += static_cast<char>(name - 'a' + 'A');
  };
  for (const char name : {'a', 'b', 'c', 'd', 'e'}) executor.spawn(cook, name).detach();
  executor.run_until_stalled(5);
  EXPECT_EQ(log, "ab");  // the other three wait
  EXPECT_EQ(executor.queued(), 2u);
  executor.run_until_stalled();
  EXPECT_EQ(log, "abABcdCDeE");
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_EQ(kitchen.available_permits(), 2u);
}

TEST(SemaphoreTest, TryAcquire_SaysWhyNot) {
  Semaphore semaphore(1);
  auto permit = semaphore.try_acquire();
  ASSERT_TRUE(permit);
  EXPECT_EQ(semaphore.try_acquire().error(), TryAcquireError(TryAcquireError::no_permits));
  EXPECT_EQ(semaphore.try_acquire().error().message(), "the semaphore has not so many free permits");
  semaphore.close();
  EXPECT_TRUE(semaphore.try_acquire().error().is_closed());
  EXPECT_EQ(semaphore.try_acquire().error().message(), "the semaphore is closed");
  EXPECT_EQ(permit->num_permits(), 1u) << "a permit that is out stays good";
  const auto shared = std::make_shared<Semaphore>(0);
  EXPECT_TRUE(try_acquire_owned(shared).error().is_no_permits());
}

TEST(SemaphoreTest, Close_EndsTheWaitingOfAll_AndOfThoseToCome) {
  Semaphore semaphore(1);
  Polled holder([&] { return semaphore.acquire(); });
  Polled waits([&] { return semaphore.acquire(); }), dropped([&] { return semaphore.acquire(); });
  EXPECT_TRUE(holder.poll());
  EXPECT_FALSE(waits.poll() || dropped.poll());
  semaphore.close();
  EXPECT_EQ(waits.wakes(), 1u);
  EXPECT_EQ(dropped.wakes(), 1u);
  dropped.drop();
  EXPECT_TRUE(waits.poll());
  EXPECT_EQ(waits.take().error(), AcquireError());
  EXPECT_EQ(block_on(semaphore.acquire()).error().message(), "the semaphore is closed");
  EXPECT_TRUE(semaphore.is_closed());
  holder.drop();
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

TEST(SemaphoreTest, AddAndForget_ChangeHowManyThereAre) {
  Semaphore semaphore(0);
  Polled waits([&] { return semaphore.acquire(3); });
  EXPECT_FALSE(waits.poll());
  semaphore.add_permits(5);
  EXPECT_TRUE(waits.poll());
  EXPECT_EQ(semaphore.available_permits(), 2u);
  EXPECT_EQ(semaphore.forget_permits(7), 2u);
  waits.drop();
  EXPECT_EQ(semaphore.available_permits(), 3u);
}

TEST(SemaphoreTest, AForgottenPermit_NeverGoesBack) {
  Semaphore semaphore(3);
  block_on(semaphore.acquire(2))->forget();
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

TEST(SemaphoreTest, APermit_SplitsAndMerges_AndEachPartGoesBackOnce) {
  Semaphore semaphore(5);
  auto permit = *semaphore.try_acquire(5);
  EXPECT_FALSE(permit.split(6));
  auto part = permit.split(2);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->num_permits(), 2u);
  EXPECT_EQ(permit.num_permits(), 3u);
  auto small = part->split(1);
  part.reset();
  EXPECT_EQ(semaphore.available_permits(), 1u);
  permit.merge(*std::move(small));
  EXPECT_EQ(permit.num_permits(), 4u);
  small.reset();
  EXPECT_EQ(semaphore.available_permits(), 1u);
  auto moved = std::move(permit);
  moved = *semaphore.try_acquire(1);  // what it held goes back
  EXPECT_EQ(semaphore.available_permits(), 4u);
  auto& same = moved;
  moved = std::move(same);
  EXPECT_EQ(moved.num_permits(), 1u);
}

TEST(SemaphoreTest, NoneAtAll_AreGivenAtOnce) {
  Semaphore semaphore(0);
  EXPECT_EQ(block_on(semaphore.acquire(0))->num_permits(), 0u);
}

TEST(SemaphoreTest, MoreThanThereCanBe_AreRefused) {
  constexpr auto too_many = Semaphore::kMaxPermits + 1;
  EXPECT_THROW(Semaphore{too_many}, std::invalid_argument);
  Semaphore semaphore(1);
  EXPECT_THROW((void)semaphore.acquire(too_many), std::invalid_argument);
  EXPECT_THROW((void)semaphore.try_acquire(too_many), std::invalid_argument);
  EXPECT_THROW(semaphore.add_permits(too_many), std::invalid_argument);
  try {
    semaphore.add_permits(too_many);
  } catch (const std::invalid_argument& refused) {
    EXPECT_STREQ(refused.what(), "a semaphore has at most SIZE_MAX / 8 permits");
  }
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

// The tokio guide's rate limit: the permit goes with the task.
TEST(SemaphoreTest, AnOwnedPermit_MovesIntoATask_AndLimitsHowManyRun) {
  ManualExecutor executor;
  int running = 0, most = 0, done = 0;
  const auto fetch = [&](OwnedSemaphorePermit permit) -> Async<> {
    most = std::max(most, ++running);
    co_await yield_now();
    --running;
    done += static_cast<int>(permit.num_permits());
  };
  const auto spawn_all = [&]() -> Async<> {
    const auto semaphore = std::make_shared<Semaphore>(3);
    for (int i = 0; i < 10; ++i) {
      auto permit = co_await acquire_owned(semaphore);
      executor.spawn(fetch, *std::move(permit)).detach();
    }
  };
  executor.spawn(spawn_all).detach();
  executor.run_until_stalled();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(done, 10);
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST(SemaphoreTest, AnAcquireThatLosesASelect_LeavesTheQueue) {
  Semaphore semaphore(0);
  Gate<> quicker;
  CountingTask task;
  auto either = select([&] { return semaphore.acquire(); }, quicker.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  quicker.open();
  EXPECT_EQ(task.poll(either).value().index(), 1u);
  semaphore.add_permits(1);
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

// Counts what is inside; also where its coroutine is destroyed in the middle.
class Inside {
 public:
  Inside(std::size_t& sum, std::size_t count) : sum_(sum), count_(count) { sum_ += count_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { sum_ -= count_; }

 private:
  std::size_t& sum_;
  std::size_t count_;
};

// Four tasks want some of three permits, twice. Task `victim` is cancelled before step `when`.
std::size_t run_with_one_permit_cancelled(std::size_t victim, std::size_t when) {
  Semaphore semaphore(3);
  ManualExecutor executor;
  std::size_t inside = 0;
  const auto use = [&](std::size_t wanted) -> Async<> {
    for (int i = 0; i < 2; ++i) {
      const auto permit = co_await semaphore.acquire(wanted);
      const Inside counts(inside, wanted);
      EXPECT_LE(inside, 3u);
      co_await yield_now();
    }
  };
  std::vector<Task<>> tasks;
  for (const std::size_t wanted : {1u, 3u, 2u, 1u}) tasks.push_back(executor.spawn_task(use, wanted));
  std::size_t steps = 0;
  for (;; ++steps) {
    if (steps == when) tasks[victim].cancel();
    if (!executor.step()) break;
  }
  EXPECT_EQ(executor.unfinished(), 0u) << "somebody waits for permits that nobody holds";
  EXPECT_EQ(semaphore.available_permits(), 3u);
  return steps;
}

TEST(SemaphoreTest, ATaskCancelledAtEachStep_LosesNoPermit) {
  const std::size_t undisturbed = run_with_one_permit_cancelled(0, 1'000);
  EXPECT_GT(undisturbed, 16u);
  for (std::size_t victim = 0; victim < 4; ++victim) {
    for (std::size_t when = 0; when <= undisturbed; ++when) {
      SCOPED_TRACE(testing::Message() << "task " << victim << " before step " << when);
      run_with_one_permit_cancelled(victim, when);
    }
  }
}

TEST(SemaphoreDeathTest, PermitsOfTwoSemaphores_CannotBeMerged) {
  Semaphore one(1), two(1);
  auto left = *one.try_acquire(), right = *two.try_acquire();
  EXPECT_DEATH(left.merge(std::move(right)), "permits of the same semaphore");
}

}  // namespace

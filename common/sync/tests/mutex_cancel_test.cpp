// mutex_cancel_test.cpp -- a lock future, or a whole task, that is dropped at any moment: no lock is lost with it.
#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/mutex.hpp"

namespace {

using namespace async;

// A lock future that can be dropped at will: it cannot be moved, so it is built in its place.
class Waiting {
 public:
  explicit Waiting(Mutex<int>& mutex) : lock_(std::in_place, mutex) {}
  bool poll() {
    auto answer = task.poll(lock_->future);
    if (answer.is_pending()) return false;
    guard.emplace(std::move(answer).value());
    return true;
  }
  void drop() { lock_.reset(); }

  CountingTask task;
  std::optional<Mutex<int>::Guard> guard;

 private:
  struct Holder {
    explicit Holder(Mutex<int>& mutex) : future(mutex.lock()) {}
    Mutex<int>::LockFuture future;
  };
  std::optional<Holder> lock_;
};

// Read this one first.
// Question: the guard ends, and the first waiter is given the lock and woken; before it is polled, it is dropped.
// Predict: who holds the lock then? Break in `SemaphoreCore::leave`.
TEST(MutexCancelTest, DroppedBetweenItsWakeAndItsPoll_PassesTheLockOn) {
  Mutex<int> mutex;
  Waiting first(mutex), second(mutex);
  auto holder = mutex.try_lock();
  EXPECT_FALSE(first.poll());
  EXPECT_FALSE(second.poll());

  holder.reset();
  EXPECT_EQ(first.task.take_wakes(), 1u);
  EXPECT_EQ(second.task.take_wakes(), 0u);

  first.drop();
  EXPECT_EQ(second.task.take_wakes(), 1u);
  EXPECT_FALSE(mutex.try_lock()) << "it is the second one's now";
  EXPECT_TRUE(second.poll());
}

TEST(MutexCancelTest, TheLastOneDroppedBetweenItsWakeAndItsPoll_LeavesTheLockFree) {
  Mutex<int> mutex;
  Waiting only(mutex);
  auto holder = mutex.try_lock();
  EXPECT_FALSE(only.poll());
  holder.reset();
  only.drop();
  EXPECT_TRUE(mutex.try_lock());
}

TEST(MutexCancelTest, DroppedUnpolled_TouchesNothing) {
  Mutex<int> mutex;
  {
    auto lock = mutex.lock();
  }
  auto holder = mutex.try_lock();
  {
    auto lock = mutex.lock();
  }
  EXPECT_FALSE(mutex.try_lock());
}

TEST(MutexCancelTest, DroppedWhileItWaits_LeavesTheQueue_TheFirstTheMiddleOrTheLast) {
  for (std::size_t dropped = 0; dropped < 3; ++dropped) {
    Mutex<int> mutex;
    std::array<std::optional<Waiting>, 3> queue;
    auto holder = mutex.try_lock();
    for (auto& each : queue) EXPECT_FALSE(each.emplace(mutex).poll());
    queue[dropped]->drop();
    EXPECT_EQ(queue[dropped]->task.kept_wakers(), 0u);

    holder.reset();
    for (std::size_t i = 0; i < 3; ++i) {
      if (i == dropped) continue;
      EXPECT_EQ(queue[i]->task.take_wakes(), 1u) << i;
      EXPECT_TRUE(queue[i]->poll()) << i;
      queue[i]->guard.reset();
    }
    EXPECT_EQ(queue[dropped]->task.take_wakes(), 0u);
    EXPECT_TRUE(mutex.try_lock());
  }
}

TEST(MutexCancelTest, DroppedAfterItGaveItsGuard_LeavesTheGuardAlone) {
  Mutex<int> mutex;
  Waiting one(mutex);
  EXPECT_TRUE(one.poll());
  one.drop();
  EXPECT_FALSE(mutex.try_lock());
  one.guard.reset();
  EXPECT_TRUE(mutex.try_lock());
}

// Predict: a lock and something quicker in a select. Does the loser leave the queue?
TEST(MutexCancelTest, ALockThatLosesASelect_LeavesTheQueue) {
  Mutex<int> mutex;
  Gate<> quicker;
  CountingTask task;
  auto holder = mutex.try_lock();
  auto either = select([&] { return mutex.lock(); }, quicker.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  quicker.open();
  EXPECT_EQ(task.poll(either).value().index(), 1u);
  holder.reset();
  EXPECT_TRUE(mutex.try_lock());
}

// Three tasks, each through the lock twice and over an await inside it. The one numbered `victim` is cancelled
// before step `when`, wherever it stands then. Returns how many steps there were.
std::size_t run_with_one_cancelled(std::size_t victim, std::size_t when) {
  Mutex<int> mutex(0);
  ManualExecutor executor;
  std::array<int, 3> added{};
  const auto add = [&](std::size_t mine) -> Async<> {
    for (int i = 0; i < 2; ++i) {
      auto guard = co_await mutex.lock();
      const int seen = *guard;
      co_await yield_now();
      *guard = seen + 1;
      ++added[mine];
    }
  };
  std::vector<Task<>> tasks;
  for (std::size_t i = 0; i < 3; ++i) tasks.push_back(executor.spawn_task(add, i));

  std::size_t steps = 0;
  for (;; ++steps) {
    if (steps == when) tasks[victim].cancel();
    if (!executor.step()) break;
  }
  EXPECT_EQ(executor.unfinished(), 0u) << "somebody waits for a lock that nobody holds";
  const auto guard = mutex.try_lock();
  EXPECT_TRUE(guard.has_value()) << "the lock is lost";
  if (!guard) std::abort();
  EXPECT_EQ(**guard, added[0] + added[1] + added[2]) << "two were inside at the same time";
  for (std::size_t i = 0; i < 3; ++i) {
    if (i != victim) {
      EXPECT_EQ(added[i], 2);
    }
  }
  return steps;
}

TEST(MutexCancelTest, ATaskCancelledAtEachStep_LosesNoLockAndBreaksNoTurn) {
  const std::size_t undisturbed = run_with_one_cancelled(0, 1'000);
  EXPECT_GT(undisturbed, 12u);
  for (std::size_t victim = 0; victim < 3; ++victim) {
    for (std::size_t when = 0; when <= undisturbed; ++when) {
      SCOPED_TRACE(testing::Message() << "task " << victim << " before step " << when);
      run_with_one_cancelled(victim, when);
    }
  }
}

TEST(MutexCancelTest, AnExecutorThatGoes_WhileOneTaskHoldsAndOthersWait_LeavesTheLockFree) {
  for (std::size_t steps = 0; steps < 6; ++steps) {
    Mutex<int> mutex;
    Gate<> never;
    {
      ManualExecutor executor;
      const auto hold = [&]() -> Async<> {
        auto guard = co_await mutex.lock();
        co_await never.future();
      };
      for (int i = 0; i < 4; ++i) executor.spawn(hold).detach();
      executor.run_until_stalled(steps);
    }
    EXPECT_TRUE(mutex.try_lock()) << steps;
  }
}

}  // namespace

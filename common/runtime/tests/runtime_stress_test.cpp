// runtime_stress_test.cpp -- spawn, abort, wake, steal and shut down at the same time, from several threads.
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/future/yield_now.hpp"
#include "common/runtime/local_pool.hpp"
#include "common/runtime/tests/flavours.hpp"
#include "common/sync/semaphore.hpp"

namespace {

using namespace async;

template <class Flavour>
class RuntimeStressTest : public testing::Test {
 protected:
  const Deadline deadline{"a runtime does not end, or a task is never woken", std::chrono::seconds(240)};
};
TYPED_TEST_SUITE(RuntimeStressTest, Flavours, FlavourNames);

// A task with children: yields, is woken from outside, may be aborted at any await.
Async<> parent(Notify& told, Counts& locals, int depth) {
  const Counted local(locals);
  co_await yield_now();
  if (depth == 0) {
    co_await told.notified();
    co_return;
  }
  auto left = spawn(parent, std::ref(told), std::ref(locals), depth - 1);
  auto right = spawn(parent, std::ref(told), std::ref(locals), depth - 1);
  const auto result = co_await left;
  if (!result) right.abort();
  (void)co_await right;
}

// What a thread from outside does to a runtime, until that has gone.
void disturb(const Handle& handle, Notify& told, Counts& locals, const base::Atomic<bool>& over,
             unsigned seed) {
  std::mt19937 random(seed);
  std::vector<JoinHandle<>> tasks;
  while (!over) {
    switch (random() % 6) {
      case 0:
      case 1: tasks.push_back(handle.spawn(parent, std::ref(told), std::ref(locals), 2)); break;
      case 2: told.notify_one(); break;
      case 3: told.notify_waiters(); break;
      case 4:
        if (!tasks.empty()) tasks[random() % tasks.size()].abort();
        break;
      default: handle.spawn_blocking([&told, life = Counted(locals)] { told.notify_one(); }).detach(); break;
    }
    if (tasks.size() > 50) tasks.clear();  // they run on
  }
  for (auto& task : tasks) (void)block_on(task);  // each ends: finished or cancelled
}

TYPED_TEST(RuntimeStressTest, AnythingAtAnyMoment_EndsWithTheRuntime) {
  for (unsigned round = 0; round < 60; ++round) {
    Notify told;
    Counts locals;
    base::Atomic<bool> over = false;
    {
      std::optional<Runtime> runtime(TypeParam::builder().enable_all().build());
      const Handle handle = runtime->handle();
      std::vector<base::Thread> threads;
      for (unsigned i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] { disturb(handle, told, locals, over, 10 * round + i); });
      }
      // The third thread gives a current-thread runtime somebody who runs its tasks.
      threads.emplace_back([&] {
        while (!over) {
          handle.block_on([]() -> Async<> {
            for (int i = 0; i < 20; ++i) co_await yield_now();
          });
        }
      });
      yield_until([&] { return locals.made > 30; });
      runtime.reset();
      over = true;
      threads.clear();
    }
    ASSERT_EQ(locals.live(), 0u) << "round " << round;
  }
}

// The last task ends because a thread from outside wakes it, at the very moment in which the runtime goes.
TYPED_TEST(RuntimeStressTest, AWakeFromOutside_WhileTheRuntimeEnds) {
  for (int round = 0; round < 400; ++round) {
    Notify told;
    Counts locals;
    std::optional<Runtime> runtime(TypeParam::builder().build());
    auto waits = runtime->spawn(wait_for, std::ref(told), std::ref(locals));
    base::Parker go;
    const base::Thread outside([&] {
      go.park();
      told.notify_one();
    });
    if (TypeParam::kHasWorkers) yield_until([&] { return locals.live() == 1; });
    go.unpark();
    if (round % 2 == 0) base::yield_thread();
    runtime.reset();
    ASSERT_TRUE(waits.is_finished());
    ASSERT_EQ(locals.live(), 0u);
  }
}

// A thread leaves block_on at the very moment in which another one ends the runtime, and a task stands in the queue
// that the two hand over: one of them destroys it.
TEST(CurrentThreadStressTest, BlockOnReturns_WhileTheRuntimeEnds_AndNothingIsLeft) {
  const Deadline deadline("a task is left behind by the end of its runtime", std::chrono::seconds(240));
  Counts locals;
  const auto yields = [&locals]() -> Async<> {
    const Counted local(locals);
    for (;;) co_await yield_now();
  };
  for (int round = 0; round < 10'000; ++round) {
    std::optional<Runtime> runtime(Builder::new_current_thread().build());
    const Handle handle = runtime->handle();
    auto task = runtime->spawn(yields);
    base::Atomic<bool> blocks = false, may_go = false;
    base::Thread other([&] {
      handle.block_on([&]() -> Async<> {
        co_await yield_now();  // the task has its first turn, and is in the queue again
        blocks = true;
        yield_until([&] { return may_go.load(); });
        for (int i = 0; i < round % 200; ++i) (void)may_go.load();  // a little later each time
      });
    });
    yield_until([&] { return blocks.load(); });
    may_go = true;
    runtime.reset();
    other.join();
    ASSERT_TRUE(task.is_finished()) << "round " << round;
    ASSERT_EQ(locals.live(), 0u);
  }
}

TYPED_TEST(RuntimeStressTest, AHandOverInTheBackground_AtTheEnd) {
  for (int round = 0; round < 300; ++round) {
    Counts locals;
    Runtime runtime = TypeParam::builder().build();
    std::vector<JoinHandle<>> calls;
    for (int i = 0; i < 3; ++i) calls.push_back(runtime.spawn_blocking([life = Counted(locals)] {}));
    std::move(runtime).shutdown_background();
    for (auto& call : calls) (void)block_on(call);
    ASSERT_EQ(locals.live(), 0u);
  }
}

// Tokens that go round in a ring of tasks: every hop is a wake. (They are permits, which are counted: two notifications
// that come before the task's turn are one.)
TYPED_TEST(RuntimeStressTest, ARingOfTasks_LosesNoWake) {
  constexpr std::size_t kTasks = 40;
  const Runtime runtime = TypeParam::builder().build();
  std::deque<Semaphore> places;
  for (std::size_t i = 0; i < kTasks; ++i) places.emplace_back(i % 10 == 0 ? 1 : 0);
  const auto hop = [&](std::size_t mine) -> Async<> {
    for (int round = 0; round < 300; ++round) {
      auto token = co_await places[mine].acquire();
      token->forget();
      places[(mine + 1) % kTasks].add_permits(1);
    }
  };
  std::vector<JoinHandle<>> tasks;
  for (std::size_t i = 0; i < kTasks; ++i) tasks.push_back(runtime.spawn(hop, i));
  runtime.block_on([&]() -> Async<> {
    for (auto& task : tasks) (void)co_await task;
  });
}

// Each task sleeps until a moment that others share; some are dropped before.
TYPED_TEST(RuntimeStressTest, TimersThatComeAndGo) {
  const Runtime runtime = TypeParam::builder().enable_time().build();
  runtime.block_on([]() -> Async<> {
    std::vector<JoinHandle<>> tasks;
    for (int i = 0; i < 2000; ++i) {
      tasks.push_back(spawn([i]() -> Async<> {
        (void)co_await timeout(std::chrono::microseconds(i % 50 * 100),
                               [i] { return sleep(std::chrono::microseconds(i % 31 * 150)); });
      }));
      if (i % 7 == 0) tasks[static_cast<std::size_t>(i / 2)].abort();
    }
    for (auto& task : tasks) (void)co_await task;
  });
}

// Idle threads end at the moment in which calls come.
TEST(BlockingPoolStressTest, CallsAgainstKeepAlive_AndTheEnd) {
  const Deadline deadline("a blocking call was lost", std::chrono::seconds(240));
  for (int round = 0; round < 20; ++round) {
    BlockingPool::Options options;
    options.max_threads = 3;
    options.keep_alive = std::chrono::microseconds(20);
    base::Atomic<int> made = 0;
    std::optional<BlockingPool> pool(std::in_place, options);
    {
      const auto calls = [&] {
        for (int i = 0; i < 50; ++i) (void)block_on(spawn_blocking_on(*pool, [&] { ++made; }));
      };
      const base::Thread one(calls), two(calls), three(calls);
    }
    ASSERT_EQ(made, 150);
    for (int i = 0; i < 5; ++i) spawn_blocking_on(*pool, [&] { ++made; }).detach();
    pool.reset();
    ASSERT_LE(made, 155);
  }
}

TEST(LocalPoolStressTest, TasksOfAPool_EndWithIt) {
  const Deadline deadline("a local pool does not end", std::chrono::seconds(240));
  for (int round = 0; round < 40; ++round) {
    Notify told;
    Counts locals;
    std::vector<JoinHandle<>> tasks;
    {
      const LocalPoolHandle pool(2);
      for (int i = 0; i < 20; ++i) {
        tasks.push_back(pool.spawn_pinned([&] { return wait_for(told, locals); }));
        if (i % 3 == 0) told.notify_one();
        if (i % 4 == 0) tasks.front().abort();
      }
    }
    for (auto& task : tasks) ASSERT_TRUE(task.is_finished());
    ASSERT_EQ(locals.live(), 0u);
  }
}

}  // namespace

// local_pool_test.cpp -- LocalPoolHandle: a task is born, lives and dies on its thread; the least loaded one is chosen.
#include "common/runtime/local_pool.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

class LocalPoolTest : public testing::Test {
 protected:
  const Deadline deadline{"a pinned task waits for ever"};
  Notify never;
  Counts locals;

  static Async<std::string> name_of_thread() { co_return std::string(base::thread_name()); }

  // As long as it waits it counts.
  auto waiting() {
    return [this] { return wait_for(never, locals); };
  }
};

TEST_F(LocalPoolTest, WhatCannotBe_IsRefused) {
  EXPECT_THROW(LocalPoolHandle(0), std::invalid_argument);
  const LocalPoolHandle pool(2);
  EXPECT_EQ(pool.num_threads(), 2u);
  try {
    (void)pool.spawn_pinned_by_idx([] { return ready(); }, 2);
    FAIL() << "there is no such thread";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "this local pool has the threads 0 to 1, and no 2");
  }
}

TEST_F(LocalPoolTest, ByIndex_ItRunsOnThatThread) {
  const LocalPoolHandle pool(3);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(block_on(pool.spawn_pinned_by_idx(name_of_thread, i)).value(), "local " + std::to_string(i));
  }
}

// Question: four tasks that wait, on three threads. Which thread gets which?
TEST_F(LocalPoolTest, TheThreadWithTheFewestTasks_IsChosen_TheFirstOfThem) {
  const LocalPoolHandle pool(3);
  using Loads = std::vector<std::size_t>;
  std::vector<JoinHandle<>> tasks;
  tasks.push_back(pool.spawn_pinned_by_idx(waiting(), 1));
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (Loads{0, 1, 0}));
  tasks.push_back(pool.spawn_pinned(waiting()));
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (Loads{1, 1, 0}));
  tasks.push_back(pool.spawn_pinned(waiting()));
  tasks.push_back(pool.spawn_pinned(waiting()));
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (Loads{2, 1, 1}));
  for (auto& task : tasks) task.abort();
  for (auto& task : tasks) (void)block_on(task);
  EXPECT_EQ(pool.get_task_loads_for_each_worker(), (Loads{0, 0, 0}));
}

// What must not change its thread: made, polled, and destroyed there.
struct OfOneThread {
  OfOneThread() : home(base::thread_name()) {}
  OfOneThread(const OfOneThread&) = delete;
  OfOneThread& operator=(const OfOneThread&) = delete;
  ~OfOneThread() { EXPECT_EQ(base::thread_name(), home); }
  void use() const { EXPECT_EQ(base::thread_name(), home); }
  std::string home;
};

TEST_F(LocalPoolTest, WhatATaskMakes_IsUsedAndDestroyedOnItsThread) {
  auto pool = std::make_optional<LocalPoolHandle>(2);
  const auto body = [this]() -> Async<> {
    const OfOneThread mine;
    const Counted local(locals);
    for (int i = 0; i < 3; ++i) {
      co_await yield_now();
      mine.use();
    }
    co_await never.notified();
  };
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(pool->spawn_pinned(body));
  yield_until([&] { return locals.live() == 4; });
  tasks[0].abort();
  EXPECT_TRUE(block_on(tasks[0]).error().is_cancelled());
  pool.reset();  // the others are cancelled, there
  EXPECT_EQ(locals.live(), 0u);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_TRUE(block_on(tasks[i]).error().is_cancelled());
}

TEST_F(LocalPoolTest, TheCallable_DiesOnItsThreadToo_AlsoWhenItIsNeverCalled) {
  auto pool = std::make_optional<LocalPoolHandle>(1);
  base::Parker begun, go;
  auto holds = pool->spawn_pinned([&] {
    return poll_fn([&](Context&) -> Poll<void> {
      begun.unpark();
      go.park();
      return Ready();
    });
  });
  begun.park();
  std::string died_on = "nowhere";
  auto guard = std::make_unique<AtTheEnd<std::function<void()>>>([&] { died_on = base::thread_name(); });
  auto queued = pool->spawn_pinned([kept = std::move(guard)] { return ready(); });
  queued.abort();
  go.unpark();
  EXPECT_TRUE(block_on(queued).error().is_cancelled());
  EXPECT_EQ(died_on, "local 0");
  (void)block_on(holds);
}

// A future that may not be moved, and one that keeps a node in a list.
TEST_F(LocalPoolTest, AnImmovableFuture_IsBuiltWhereItStays) {
  const LocalPoolHandle pool(1);
  Notify told;
  auto waits = pool.spawn_pinned([&] { return told.notified(); });
  told.notify_one();
  EXPECT_TRUE(block_on(waits).has_value());
}

TEST_F(LocalPoolTest, AnException_IsAtTheHandle_AlsoOneOfTheCallItself) {
  const LocalPoolHandle pool(1);
  auto later = pool.spawn_pinned([]() -> Async<> {
    co_await yield_now();
    throw std::runtime_error("burnt");
  });
  auto at_once = pool.spawn_pinned([]() -> decltype(ready()) { throw std::runtime_error("no bread"); });
  EXPECT_THROW(block_on(later).error().rethrow(), std::runtime_error);
  EXPECT_THROW(block_on(at_once).error().rethrow(), std::runtime_error);
  EXPECT_EQ(block_on(pool.spawn_pinned(name_of_thread)).value(), "local 0");
}

TEST_F(LocalPoolTest, FromInsideAPinnedTask_OthersArePinned_AndSpawnStaysOnTheThread) {
  const LocalPoolHandle pool(2);
  auto outer = pool.spawn_pinned_by_idx(
      [&]() -> Async<std::string> {
        auto there = pool.spawn_pinned_by_idx(name_of_thread, 1);
        auto here = spawn(name_of_thread);
        const auto one = co_await there;
        const auto two = co_await here;
        co_return *one + ", " + *two;
      },
      0);
  EXPECT_EQ(block_on(outer).value(), "local 1, local 0");
}

TEST_F(LocalPoolTest, ACopyOfTheHandle_KeepsTheThreads) {
  auto first = std::make_optional<LocalPoolHandle>(1);
  const LocalPoolHandle second = *first;
  auto waits = first->spawn_pinned(waiting());
  first.reset();
  EXPECT_FALSE(waits.is_finished());
  waits.abort();
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
}

// The task holds the last handle: its thread cannot wait for itself.
TEST_F(LocalPoolTest, TheLastHandleDropped_InAPinnedTask_EndsThePool) {
  for (const std::size_t threads : {1u, 2u}) {
    auto pool = std::make_optional<LocalPoolHandle>(threads);
    base::Parker go;
    auto last = pool->spawn_pinned([&go, kept = *pool] {
      return poll_fn([&go](Context&) -> Poll<int> {
        go.park();
        return Ready(3);
      });
    });
    pool.reset();
    go.unpark();
    EXPECT_EQ(block_on(last).value(), 3);
  }
}

// A blocking call holds it: the end of the pool's thread waits for that call, so the call cannot wait for the thread.
TEST_F(LocalPoolTest, TheLastHandleDropped_InABlockingCallOfAPinnedTask_EndsThePool) {
  auto pool = std::make_optional<LocalPoolHandle>(1);
  base::Parker go;
  auto started = pool->spawn_pinned([&go, kept = *pool]() mutable {
    return ready(spawn_blocking([&go, last = std::move(kept)] {
      go.park();
      return 3;
    }));
  });
  auto call = block_on(started).value();
  pool.reset();
  go.unpark();
  EXPECT_EQ(block_on(call).value(), 3);
}

TEST_F(LocalPoolTest, SleepsAndBlockingCalls_WorkThere) {
  const LocalPoolHandle pool(1);
  auto task = pool.spawn_pinned([]() -> Async<int> {
    co_await sleep(std::chrono::milliseconds(1));
    auto call = spawn_blocking([] { return 4; });
    const auto result = co_await call;
    co_return *result;
  });
  EXPECT_EQ(block_on(task).value(), 4);
}

}  // namespace

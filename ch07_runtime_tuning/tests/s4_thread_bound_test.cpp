// s4_thread_bound_test.cpp -- a value that is bound to its thread, in tasks that stay and in tasks that move.
#include "ch07_runtime_tuning/s4_thread_bound.hpp"

#include <gtest/gtest.h>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/local_pool.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch07_runtime_tuning/s3_high_low.hpp"
#include "ch07_runtime_tuning/s4_moved_task.hpp"

namespace ch07 {
namespace {

TEST(ThreadBoundTest, OtherThread_IsRefused) {
  ThreadBound<int> value(1);
  EXPECT_EQ(value.get(), 1);
  bool refused = false;
  base::Thread other([&] {
    try {
      (void)value.get();
    } catch (const std::logic_error&) {
      refused = true;
    }
  });
  other.join();
  EXPECT_TRUE(refused);
}

// A value that is made, used and destroyed where it is at home, over any number of awaits. The callable that
// is given to spawn_pinned changes the thread; what it makes does not.
TEST(ThreadBoundTest, PinnedTask_KeepsItsThreadOverEveryAwait) {
  const Deadline deadline("the pinned tasks never ended");
  const LocalPoolHandle pool(4);
  const auto adds = []() -> Async<int> {
    ThreadBound<int> sum(0);
    for (int i = 0; i < 100; ++i) {
      ++sum.get();
      co_await yield_now();
    }
    co_return sum.get();
  };
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < 50; ++i) handles.push_back(pool.spawn_pinned(adds));
  for (auto& handle : handles) EXPECT_EQ(block_on(handle), 100);
}

// Read this one first.
// Question: a task waits, and then both workers are held but the one that has never polled it. Who
// goes on with it?
// Predict. Break in `Crossing::cross`, before and after the await.
TEST(ThreadBoundTest, TaskOfAWorkStealingRuntime_GoesOnOnAnotherThread) {
  const Deadline deadline("the task never crossed");
  for (int i = 0; i < 10; ++i) {
    const Runtime runtime = numbered_runtime("worker", 2);
    Crossing crossing;
    const auto holds_it = [&crossing]() -> Async<int> {
      ThreadBound<int> value(7);
      co_await crossing.cross();
      co_return value.get();
    };
    auto handle = runtime.spawn(holds_it);
    move_to_other_worker(runtime, crossing);
    const auto result = block_on(handle);
    EXPECT_NE(crossing.thread_before, crossing.thread_after);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "this value is at home on another thread");
  }
}

}  // namespace
}  // namespace ch07

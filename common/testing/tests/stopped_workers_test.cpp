// stopped_workers_test.cpp -- StoppedWorkers: while it lives no task runs; a worker that does not come is told.
#include "common/testing/stopped_workers.hpp"

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/yield_now.hpp"
#include "common/testing/async_test.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;

// Runs whenever it can, until it is told.
Async<> busy(base::Atomic<std::size_t>& turns, base::Atomic<bool>& over) {
  while (!over.load(base::relaxed)) {
    turns.fetch_add(1, base::relaxed);
    co_await yield_now();
  }
}

// Question: two workers are never idle, and have more than one task each. When does none of them run?
// Predict: which of their queues has the task that stops them? Break in `StoppedWorkers::hold`.
ASYNC_TEST(StoppedWorkersTest, WhileItLives_NoTaskRuns, .workers = 2) {
  base::Atomic<std::size_t> turns = 0;
  base::Atomic<bool> over = false;
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 6; ++i) tasks.push_back(spawn([&] { return busy(turns, over); }));
  while (turns.load(base::relaxed) < 100) co_await yield_now();
  {
    const detail::StoppedWorkers stopped(Handle::current(), 2);
    EXPECT_TRUE(stopped.all());
    EXPECT_EQ(stopped.others().size(), 6u) << "those that stop are not among them";
    const std::size_t before = turns.load(base::relaxed);
    for (int i = 0; i < 1000; ++i) base::yield_thread();
    EXPECT_EQ(turns.load(base::relaxed), before);
  }
  const std::size_t before = turns.load(base::relaxed);
  while (turns.load(base::relaxed) == before) co_await yield_now();
  over = true;
  for (auto& task : tasks) (void)co_await task;
}

ASYNC_TEST(StoppedWorkersTest, AWorkerThatIsNotGivenBack_IsTold, .workers = 2) {
  base::Atomic<bool> begun = false;
  base::Atomic<bool> over = false;
  auto blocks = spawn([&]() -> Async<> {
    begun = true;
    while (!over) base::yield_thread();
    co_return;
  });
  while (!begun) co_await yield_now();
  {
    const detail::StoppedWorkers stopped(Handle::current(), 2, 20ms);
    EXPECT_FALSE(stopped.all());
  }
  over = true;
  (void)co_await blocks;
}

ASYNC_TEST(StoppedWorkersTest, OnACurrentThreadRuntime_ThereIsNothingToStop) {
  const detail::StoppedWorkers stopped(Handle::current(), 0);
  EXPECT_TRUE(stopped.all());
  co_return;
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

// s10_semaphore_test.cpp -- never more than three inside; owned permits; close.
#include "ch07_runtime_tuning/s10_semaphore.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/semaphore.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

TEST(SemaphoreStepTest, TenTasks_ThreeAtATime_TakeFourRounds) {
  const Deadline deadline("the ten tasks never ended");
  const demo::CapturedLines printed;
  const PausedClock clock;
  EXPECT_EQ(run_async_main(ten_tasks_three_permits(), RuntimeFlavor::current_thread), 3u);
  EXPECT_EQ(now(), Instant(400ms)) << "10 tasks of 100 ms, 3 at a time";
  EXPECT_EQ(printed.lines().size(), 20u);
}

TEST(SemaphoreStepTest, TenTasks_ThreeAtATime_OnAllCores) {
  const Deadline deadline("the ten tasks never ended");
  const demo::CapturedLines printed;
  const PausedClock clock;
  EXPECT_EQ(run_async_main(ten_tasks_three_permits()), 3u);
  EXPECT_EQ(now(), Instant(400ms));
}

TEST(SemaphoreStepTest, OwnedPermits_OutliveWhoMadeTheSemaphore) {
  const demo::CapturedLines printed;
  EXPECT_EQ(run_async_main(owned_permits(), RuntimeFlavor::current_thread), 2u);
}

TEST(SemaphoreStepTest, Close_TellsWhoWaits) {
  EXPECT_TRUE(run_async_main(closed_while_waiting(), RuntimeFlavor::current_thread));
}

Async<> take(Semaphore& semaphore, std::size_t wanted, std::size_t& got) {
  const auto permits = co_await semaphore.acquire(wanted);
  got = permits ? permits->num_permits() : 0;
}

// Question: two permits are free. One task wants three, the next one wants one. Who goes first?
// Predict: how many permits are there to be seen while the first one waits? Break in `SemaphoreCore::poll`.
TEST(SemaphoreStepTest, WhoWantsThree_IsNotOvertakenByWhoWantsOne) {
  Semaphore semaphore(2);
  std::size_t three = 0, one = 0;
  ManualExecutor executor;
  auto first = executor.spawn(take(semaphore, 3, three));
  auto second = executor.spawn(take(semaphore, 1, one));
  while (executor.step()) {
  }
  EXPECT_EQ(one, 0u) << "it waits behind the first one";
  EXPECT_EQ(semaphore.available_permits(), 0u) << "the two are set aside for the first one";

  first.abort();
  while (executor.step()) {
  }
  EXPECT_EQ(one, 1u) << "who leaves hands on what was set aside";
  EXPECT_EQ(semaphore.available_permits(), 2u);
  second.abort();
}

}  // namespace
}  // namespace ch07

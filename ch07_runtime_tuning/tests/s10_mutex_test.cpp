// s10_mutex_test.cpp -- no increment is lost on either runtime; the line is kept, also by who leaves it.
#include "ch07_runtime_tuning/s10_mutex.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(MutexStepTest, TenTasks_TenIncrements_OnEitherRuntime) {
  const Deadline deadline("the ten tasks never ended");
  const demo::CapturedLines printed;
  EXPECT_EQ(run_async_main(ten_increments(), RuntimeFlavor::current_thread), 10);
  EXPECT_EQ(run_async_main(ten_increments(), RuntimeFlavor::multi_thread), 10);
  EXPECT_EQ(printed.lines().size(), 20u);
}

TEST(MutexStepTest, TheLineIsKept_AndNobodySlipsIn) {
  const Deadline deadline("the line never moved");
  const Line line = run_async_main(line_of_three(), RuntimeFlavor::current_thread);
  EXPECT_FALSE(line.could_slip_in);
  EXPECT_EQ(line.served, (std::vector<std::string>{"first", "third"}));
}

Async<> take_it(Mutex<int>& mutex, int id) {
  auto value = co_await mutex.lock();
  *value = *value * 10 + id;
}

// Question: the lock is let go of while two tasks wait. Who has it in the moment between that and
// the first one's poll?
// Predict: what does try_lock answer there? Break in `SemaphoreCore::give`, and look who is woken.
TEST(MutexStepTest, LockIsGivenToWhoWaits_BeforeThatOneRuns) {
  Mutex<int> mutex(0);
  ManualExecutor executor;
  auto mine = mutex.try_lock();
  auto one = executor.spawn(take_it(mutex, 1));
  auto two = executor.spawn(take_it(mutex, 2));
  while (executor.step()) {
  }
  EXPECT_EQ(executor.queued(), 0u) << "both wait";
  mine->unlock();
  EXPECT_EQ(executor.queued(), 1u) << "one is woken, not all";
  EXPECT_FALSE(mutex.try_lock()) << "it is the first one's already";
  executor.step();
  EXPECT_EQ(executor.queued(), 1u) << "the first one's end woke the second";
  executor.step();
  EXPECT_EQ(**mutex.try_lock(), 12);
  one.abort();
  two.abort();
}

}  // namespace
}  // namespace ch07

// executor_test.cpp -- Runtime: how many threads each queue gets, and what is refused.
#include "ch04_networking/executor.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch04::tests {
namespace {

TEST(RuntimeTest, Defaults_LeaveTwoCoresAndAtLeastOneThread) {
  EXPECT_EQ(Runtime(1).high_num(), 1u);
  EXPECT_EQ(Runtime(2).high_num(), 1u);
  EXPECT_EQ(Runtime(8).high_num(), 6u);
  EXPECT_EQ(Runtime(8).low_num(), 1u);
}

TEST(RuntimeTest, Run_GivesAnExecutorWithTheseThreads) {
  const Deadline deadline("six threads never waited for a task");
  Executor executor = Runtime().with_low_num(2).with_high_num(4).run();
  while (executor.idle_threads() != 6) base::yield_thread();
  auto task = executor.spawn_task(ready(7));
  EXPECT_EQ(block_on(task), 7);
}

TEST(RuntimeTest, QueueWithoutAThread_IsRefused) {
  EXPECT_THROW((void)Runtime().with_high_num(0).run(), std::invalid_argument);
  EXPECT_THROW((void)Runtime().with_low_num(0).run(), std::invalid_argument);
}

}  // namespace
}  // namespace ch04::tests

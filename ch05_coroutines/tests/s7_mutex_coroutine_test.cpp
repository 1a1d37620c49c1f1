// s7_mutex_coroutine_test.cpp -- the book's two tests: resumed by hand, and as tasks on an executor.
#include "ch05_coroutines/s7_mutex_coroutine.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>

#include "common/executor/manual_executor.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch05_coroutines/s5_coroutine_future.hpp"

namespace ch05 {
namespace {

class MutexCoroutineTest : public ::testing::Test {
 protected:
  [[nodiscard]] int value() const { return **handle->try_lock(); }

  const MutexCoroutine::Handle handle = std::make_shared<Mutex<int>>(0);
  MutexCoroutine first{handle, 2}, second{handle, 2};
};

// Read this one first. The book's basic_test.
// Question: while the test has the lock both are resumed three times, and each of them may only add twice.
// Does a resume in vain count?
// Predict what each resume gives, and the value after it. Break in `MutexCoroutine::resume`.
TEST_F(MutexCoroutineTest, StepByStep_EachResumeIsSeen) {
  {
    const auto lock = handle->try_lock();
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(check_yield(first));
      EXPECT_TRUE(check_yield(second));
    }
    EXPECT_EQ(**lock, 0);
  }
  EXPECT_TRUE(check_yield(first));
  EXPECT_EQ(value(), 1);
  EXPECT_TRUE(check_yield(second));
  EXPECT_EQ(value(), 2);
  EXPECT_FALSE(check_yield(first));
  EXPECT_EQ(value(), 3);
  EXPECT_FALSE(check_yield(second));
  EXPECT_EQ(value(), 4);
}

// The book's async_test: the same end on an executor, and what lies before it is the executor's business.
TEST_F(MutexCoroutineTest, OnAnExecutor_TheEndIsTheSame) {
  const Deadline deadline("the tasks never ended");
  PriorityExecutor executor({.high = 1, .low = 1});
  auto one = executor.spawn_task(CoroutineFuture(std::move(first)));
  auto two = executor.spawn_task(CoroutineFuture(std::move(second)));
  PriorityExecutor::join(std::move(one), std::move(two));
  EXPECT_EQ(value(), 4);
}

// Question: and if the executor is one that is stepped? Then each step can be seen again.
// Predict the value after each.
TEST_F(MutexCoroutineTest, OnAnExecutorThatIsStepped_EachResumeIsSeenAgain) {
  ManualExecutor executor;
  auto one = executor.spawn_task(CoroutineFuture(std::move(first)));
  auto two = executor.spawn_task(CoroutineFuture(std::move(second)));
  {
    const auto lock = handle->try_lock();
    EXPECT_EQ(executor.run_until_stalled(6), 6u);
    EXPECT_EQ(**lock, 0);
  }
  for (int expected = 1; expected <= 4; ++expected) {
    executor.step();
    EXPECT_EQ(value(), expected);
  }
  EXPECT_TRUE(one.is_finished() && two.is_finished());
}

// What no runtime lets you choose: all of one's resumes before the other's.
TEST_F(MutexCoroutineTest, AnyOrder_CanBeTested) {
  EXPECT_TRUE(check_yield(second));
  EXPECT_FALSE(check_yield(second));
  EXPECT_EQ(value(), 2);
  EXPECT_TRUE(check_yield(first));
  EXPECT_FALSE(check_yield(first));
  EXPECT_EQ(value(), 4);
}

TEST_F(MutexCoroutineTest, ThresholdOfZero_IsRefused) {
  EXPECT_THROW(MutexCoroutine(handle, 0), std::invalid_argument);
}

}  // namespace
}  // namespace ch05

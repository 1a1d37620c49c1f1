// s8_lost_update_test.cpp -- two tasks add one each; without the lock the sum is one.
#include "ch02_futures/s8_lost_update.hpp"

#include <gtest/gtest.h>

#include "common/executor/manual_executor.hpp"

namespace ch02 {
namespace {

using Ran = Runnable::Ran;

// Question: one thread, no lock, two tasks add one each. What is the sum?
// Predict it after each of the four steps. Break behind the co_await, and look at `seen`.
TEST(LostUpdateTest, WithoutTheLock_TheSecondOverwritesTheFirst) {
  int counter = 0;
  ManualExecutor executor;
  auto one = executor.spawn(add_one_without_lock(counter));
  auto two = executor.spawn(add_one_without_lock(counter));
  executor.step();  // one has seen 0
  executor.step();  // two has seen 0
  EXPECT_EQ(counter, 0);
  executor.step();
  EXPECT_EQ(counter, 1);
  executor.step();
  EXPECT_EQ(counter, 1) << "an update is lost";
}

TEST(LostUpdateTest, WithTheLock_TheSecondWaits) {
  Mutex<int> counter;
  ManualExecutor executor;
  auto one = executor.spawn(add_one_with_lock(counter));
  auto two = executor.spawn(add_one_with_lock(counter));
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  EXPECT_EQ(executor.step()->ran, Ran::waits) << "for the lock";
  EXPECT_EQ(executor.step()->task, one.id());
  EXPECT_EQ(executor.run_until_stalled(), 2u);
  EXPECT_EQ(**counter.try_lock(), 2);
}

}  // namespace
}  // namespace ch02

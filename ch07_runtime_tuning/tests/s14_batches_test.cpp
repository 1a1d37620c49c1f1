// s14_batches_test.cpp -- the batch's size changes the number of tasks, not the result.
#include "ch07_runtime_tuning/s14_batches.hpp"

#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

std::uint64_t polls_for(std::uint64_t count, std::uint64_t batch, std::uint64_t& sum) {
  const Runtime runtime = Builder::new_current_thread().build();
  sum = runtime.block_on(in_tasks_of(count, batch));
  return runtime.metrics().polls;
}

// Question: what is it that the batches save?
// Predict: how many polls of tasks do 1000 items cost, one to a task, and a hundred to a
// task? Break in `spawn_on`.
TEST(BatchesTest, ThousandItems_InAThousandTasksOrInTen_GiveTheSame) {
  const Deadline deadline("the items were never processed");
  std::uint64_t one_by_one = 0, in_batches = 0;
  EXPECT_EQ(polls_for(1000, 1, one_by_one), 1000u);
  EXPECT_EQ(polls_for(1000, 100, in_batches), 10u);
  EXPECT_EQ(one_by_one, in_batches);
}

TEST(BatchesTest, LastBatch_MayBeShort) {
  std::uint64_t sum = 0, whole = 0;
  EXPECT_EQ(polls_for(250, 100, sum), 3u);
  (void)polls_for(250, 250, whole);
  EXPECT_EQ(sum, whole);
}

}  // namespace
}  // namespace ch07

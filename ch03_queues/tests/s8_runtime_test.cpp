// s8_runtime_test.cpp -- Runtime: how many threads, what is refused, and who is there before the first task.
#include "ch03_queues/s8_runtime.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "common/future/async.hpp"

#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

// Question: how many threads does each queue get on a computer with so many cores?
// Predict the first two rows; in the book the subtraction wraps (or panics) on one core, and is 0 on two.
// Break in `Runtime::Runtime`.
TEST(RuntimeTest, Defaults_LeaveTwoCoresAndAtLeastOneThread) {
  struct Row {
    std::size_t cores, high;
  };
  for (const auto& [cores, high] : {Row{1, 1}, Row{2, 1}, Row{3, 1}, Row{4, 2}, Row{8, 6}, Row{64, 62}}) {
    EXPECT_EQ(Runtime(cores).high_num(), high) << cores;
    EXPECT_EQ(Runtime(cores).low_num(), 1u) << cores;
  }
  EXPECT_GE(Runtime().high_num(), 1u);
}

TEST(RuntimeTest, WithHighNumAndWithLowNum_InAnyOrder) {
  const Runtime one = Runtime(8).with_high_num(4).with_low_num(2);
  const Runtime two = Runtime(8).with_low_num(2).with_high_num(4);
  EXPECT_EQ(one.high_num(), 4u);
  EXPECT_EQ(one.low_num(), 2u);
  EXPECT_EQ(two.high_num(), 4u);
  EXPECT_EQ(two.low_num(), 2u);
}

std::string refusal(Runtime runtime) {
  try {
    const Executor executor = runtime.run();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(RuntimeTest, QueueWithoutAThread_IsRefused) {
  EXPECT_EQ(refusal(Runtime().with_high_num(0)), "the high queue has no thread: give high_num 1 or more");
  EXPECT_EQ(refusal(Runtime().with_low_num(0)), "the low queue has no thread: give low_num 1 or more");
  EXPECT_EQ(refusal(Runtime().with_high_num(1).with_low_num(1)), "");
}

// Question: no high task was ever spawned. Who runs six low ones at once?
// Predict. Break in `Queue::start`, and compare with s6_spawn_any.hpp.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TEST(RuntimeTest, Run_HasAllThreadsSteal_BeforeTheFirstTask) {
  const Deadline deadline("six threads never ran six tasks at once");
  for (const Priority priority : {Priority::low, Priority::high}) {
    Executor executor = Runtime().with_high_num(4).with_low_num(2).run();
    Rendezvous all(6);
    std::vector<Task<>> tasks;
    for (int i = 0; i < 6; ++i) tasks.push_back(executor.spawn_task(all.visit(), priority));
    for (Task<>& task : tasks) block_on(task);
    EXPECT_EQ(listed(all.threads()), "high 1, high 2, high 3, high 4, low 1, low 2");
  }
}

}  // namespace
}  // namespace ch03::tests

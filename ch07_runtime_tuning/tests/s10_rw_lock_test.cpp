// s10_rw_lock_test.cpp -- readers are inside together, a writer alone, and a late reader behind it.
#include "ch07_runtime_tuning/s10_rw_lock.hpp"

#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/rw_lock.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(RwLockStepTest, FiveReadersAtOnce_ThenTheWriter_OnEitherRuntime) {
  const Deadline deadline("readers and writer never ended");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    EXPECT_EQ(run_async_main(readers_and_writer(), flavor), (std::vector<int>{1, 2, 3, 4}));
    ASSERT_EQ(printed.lines().size(), 6u);
    EXPECT_EQ(printed.lines().back(), "Writer added element");
  }
}

TEST(RwLockStepTest, WriterIsNotOvertaken_AndLetsReadersInWhenItGivesUp) {
  const Deadline deadline("the reader behind the writer that gave up is stuck");
  const auto seen = run_async_main(writer_in_line(), RuntimeFlavor::current_thread);
  EXPECT_EQ(seen.order, (std::vector<std::string>{"writer", "late reader, who saw 1"}));
  EXPECT_TRUE(seen.is_let_in_at_once);
}

// Question: a writer is done writing, but wants to go on reading what it wrote. Can another
// writer come in between?
// Predict: what do try_write and try_read say after the downgrade? Break in `BasicGuard::downgrade`.
TEST(RwLockStepTest, Downgrade_LetsReadersIn_AndNoWriter) {
  RwLock<int> lock(1);
  auto writing = lock.try_write();
  ASSERT_TRUE(writing);
  EXPECT_FALSE(lock.try_read());
  **writing = 2;
  const auto reading = std::move(*writing).downgrade();
  EXPECT_FALSE(lock.try_write());
  const auto other = lock.try_read();
  ASSERT_TRUE(other);
  EXPECT_EQ(*reading + **other, 4);
}

}  // namespace
}  // namespace ch07

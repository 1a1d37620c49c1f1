// s5_thread_data_stress_test.cpp -- the book's half a million tasks on one thread: 200,000 a key, exactly.
#include <gtest/gtest.h>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch07_runtime_tuning/s5_thread_data.hpp"

namespace ch07 {
namespace {

TEST(ThreadDataStressTest, HalfAMillionTasks_AddTwoHundredThousandToEachKey) {
  const Deadline deadline("the tasks never ended", std::chrono::seconds(900));
  const SystemClock clock(10);
  const LocalPoolHandle pool(1);
  for (auto& handle : spawn_adders(pool, 500'000)) ASSERT_TRUE(block_on(handle));
  const auto take = []() -> Async<Counters> { co_return counters_of_this_thread(); };
  EXPECT_EQ(shown(block_on(pool.spawn_pinned(take)).value()),
            "{1: 200000, 2: 200000, 3: 200000, 4: 200000, 5: 200000}");
}

}  // namespace
}  // namespace ch07

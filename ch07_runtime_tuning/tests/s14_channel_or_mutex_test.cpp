// s14_channel_or_mutex_test.cpp -- either way no task is forgotten, on one thread and on all.
#include "ch07_runtime_tuning/s14_channel_or_mutex.hpp"

#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

TEST(ChannelOrMutexTest, BothCountAll_OnEitherRuntime) {
  const Deadline deadline("a task was never counted");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    EXPECT_EQ(run_async_main(count_with_mutex(10'000), flavor), 10'000u);
    EXPECT_EQ(run_async_main(count_with_channel(10'000), flavor), 10'000u);
  }
}

}  // namespace
}  // namespace ch07

// s1_limits_test.cpp -- a value that cannot be is refused at once, and the message says what can.
#include "ch07_runtime_tuning/s1_limits.hpp"

#include <gtest/gtest.h>

#include "common/base/thread.hpp"
#include "common/future/async.hpp"

namespace ch07 {
namespace {

TEST(BuilderLimitsTest, ImpossibleValue_IsRefusedWithWhatIsPossible) {
  const std::string least = std::to_string(base::least_stack_size());
  const std::pair<const char*, std::string> expected[] = {
      {"worker_threads(0)", "worker_threads must be at least 1"},
      {"worker_threads(2) of a current-thread runtime",
       "worker_threads is for new_multi_thread(): a current-thread runtime has the thread in block_on"},
      {"max_blocking_threads(0)", "max_blocking_threads must be at least 1"},
      {"thread_keep_alive(-1 s)", "thread_keep_alive must not be negative"},
      {"thread_stack_size(1)", "thread_stack_size must be at least " + least + " bytes here"},
      {"global_queue_interval(0)", "global_queue_interval must be at least 1"},
      {"event_interval(0)", "event_interval must be at least 1"},
      {"LocalPoolHandle(0)", "a local pool needs at least 1 thread"},
  };
  const auto refusals = impossible_values();
  ASSERT_EQ(refusals.size(), std::size(expected));
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    EXPECT_EQ(refusals[i].given, expected[i].first);
    EXPECT_EQ(refusals[i].answer, expected[i].second);
  }
}

TEST(BuilderLimitsTest, Defaults_AreThoseOfRuntime) {
  const Runtime runtime;
  EXPECT_EQ(runtime.metrics().workers, base::available_cores());
  EXPECT_EQ(runtime.handle().flavor(), RuntimeFlavor::multi_thread);
  const auto of_worker = []() -> Async<std::string> { co_return std::string(base::thread_name()); };
  EXPECT_EQ(block_on(runtime.spawn(of_worker)).value(), "runtime-worker");
}

}  // namespace
}  // namespace ch07

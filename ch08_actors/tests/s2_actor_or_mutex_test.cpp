// s2_actor_or_mutex_test.cpp -- three ways to one sum; and how long a task takes that has something else to do.
#include "ch08_actors/s2_actor_or_mutex.hpp"

#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch08 {
namespace {

using namespace std::chrono_literals;

TEST(ActorOrMutexTest, AllThreeHaveTheSameSum_OnEitherRuntime) {
  const Deadline deadline("a sum was never complete");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    for (const std::int64_t tasks : {1, 2, 1000}) {
      const std::int64_t sum = tasks * (tasks - 1) / 2;
      EXPECT_EQ(run_async_main(sum_by_actor(tasks), flavor), sum);
      EXPECT_EQ(run_async_main(sum_by_mutex(tasks), flavor), sum);
      EXPECT_EQ(run_async_main(sum_by_mutex_in_own_task(tasks), flavor), sum);
    }
  }
}

// Question: a transaction takes a second, and so does something else. Who needs two?
// Predict: which line of each function waits for what? Break in `slow_actor`.
TEST(ActorOrMutexTest, WhoeverAsksAnActor_HasTimeForSomethingElse) {
  const Deadline deadline("a transaction never ended");
  const PausedClock clock;
  const auto flavor = RuntimeFlavor::current_thread;
  EXPECT_EQ(run_async_main(meanwhile_by_actor(1s), flavor), 1s);
  EXPECT_EQ(run_async_main(meanwhile_by_mutex(1s), flavor), 2s);
  EXPECT_EQ(run_async_main(meanwhile_by_mutex_in_own_task(1s), flavor), 1s);
}

}  // namespace
}  // namespace ch08

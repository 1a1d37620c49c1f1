// s2_idle_test.cpp -- idle workers sleep, and stay asleep.
#include "ch07_runtime_tuning/s2_idle.hpp"

#include <gtest/gtest.h>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

// Question: a runtime has run a thousand tasks and has none left. How often do its workers wake up
// in the next moment?
// Predict. Break in `Worker::park`. (It watches for 50 ms: a worker that naps would be seen if it slept no
// longer. What is asserted is that nothing happens, so a slow machine cannot make it fail.)
TEST(IdleRuntimeTest, WorkersStayAsleep_AlsoAfterWork) {
  const Deadline deadline("the workers never slept");
  for (const bool with_io : {false, true}) {
    Builder builder = Builder::new_multi_thread();
    builder.worker_threads(4).enable_time();
    if (with_io) builder.enable_io();
    const Runtime runtime = builder.build();
    for (int i = 0; i < 1000; ++i) runtime.spawn([] { return yield_now(); }).detach();
    while (runtime.metrics().alive_tasks != 0) base::yield_thread();
    EXPECT_EQ(watch_idle({&runtime, 1}, 50ms).wakes, 0u);
    EXPECT_EQ(runtime.metrics().idle_workers, 4u);
  }
}

// What the other tests rely on: whoever does wake up is seen, and what it costs.
TEST(IdleRuntimeTest, WorkerThatWakesUp_IsSeen) {
  const Deadline deadline("a worker that wakes up each millisecond was never seen");
  const Runtime runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build();
  auto ticks = runtime.spawn([]() -> Async<> {
    for (;;) co_await sleep(1ms);
  });
  IdleCost cost;
  while (cost.wakes == 0 || cost.cpu == 0ns) cost = watch_idle({&runtime, 1}, 5ms);
  ticks.abort();
  EXPECT_TRUE(block_on(ticks).error().is_cancelled());
}

TEST(IdleRuntimeTest, WorkerThatWaitsForATimer_SleepsToo) {
  const Deadline deadline("the workers never slept");
  const Runtime runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
  auto sleeper = runtime.spawn([] { return sleep(1h); });
  // Whoever drives is woken once for the new timer, and that may be late: one that naps would never be quiet.
  while (watch_idle({&runtime, 1}, 50ms).wakes != 0) {
  }
  EXPECT_FALSE(sleeper.is_finished());
  sleeper.abort();
  EXPECT_TRUE(block_on(sleeper).error().is_cancelled());
}

}  // namespace
}  // namespace ch07

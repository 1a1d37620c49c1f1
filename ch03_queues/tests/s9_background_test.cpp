// s9_background_test.cpp -- a background process: held, dropped, detached.
#include "ch03_queues/s9_background.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch03_queues/s8_runtime.hpp"

namespace ch03 {
namespace {

using namespace std::chrono_literals;
using Ran = Runnable::Ran;

// Read this one first.
// Question: the Task is dropped. Does the process fire once more?
// Predict what the steps give. Break in `TaskState::cancel`.
TEST(BackgroundTest, DroppedTask_IsDestroyedAtItsNextTurn) {
  PausedClock clock;
  ManualExecutor executor;
  int fired = 0;
  std::optional task(executor.spawn_task(BackgroundProcess([&] { ++fired; })));
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  EXPECT_EQ(executor.step()->ran, Ran::woken);
  EXPECT_EQ(fired, 2);
  EXPECT_EQ(clock.now().time_since_epoch(), 2s);

  task.reset();
  EXPECT_EQ(executor.unfinished(), 1u);  // its next turn is to come
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(fired, 2);
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_FALSE(executor.step());
}

// Question: there is no Task any more. What ends the process?
// Predict. Break in `Runnable::~Runnable`.
TEST(BackgroundTest, Detached_GoesOnUntilTheExecutorEnds) {
  const PausedClock clock;
  Counts lives;
  int fired = 0;
  {
    ManualExecutor executor;
    executor
        .spawn_task(
            [&] { return BackgroundProcess([&fired, life = std::make_shared<Counted>(lives)] { ++fired; }); })
        .detach();
    EXPECT_EQ(executor.run_until_stalled(100), 100u);
    EXPECT_EQ(lives.live(), 1u);
  }
  EXPECT_EQ(fired, 100);
  EXPECT_EQ(lives.live(), 0u);
}

TEST(BackgroundTest, PrintsALineEachSecond) {
  const PausedClock clock;
  const demo::CapturedLines printed;
  ManualExecutor executor;
  auto task = executor.spawn_task(BackgroundProcess());
  executor.run_until_stalled(2);
  EXPECT_EQ(printed.lines(),
            (std::vector<std::string>{"background process firing", "background process firing"}));
}

TEST(BackgroundTest, OnTheExecutor_DroppedAndDetached) {
  const Deadline deadline("the executor never ended");
  const PausedClock clock;
  base::Atomic<int> held = 0, detached = 0;
  {
    Executor executor = Runtime().with_high_num(1).with_low_num(1).run();
    std::optional task(executor.spawn_task(BackgroundProcess([&] { ++held; })));
    executor.spawn_task(BackgroundProcess([&] { ++detached; }), Priority::high).detach();
    blocking_sleep(2500ms);
    EXPECT_EQ(held, 3);
    task.reset();
    blocking_sleep(2s);
    EXPECT_EQ(held, 3);
    EXPECT_EQ(detached, 5);
  }
  EXPECT_EQ(detached, 5);
  EXPECT_EQ(clock.now().time_since_epoch(), 5s);  // the poll that it was in came to its end
}

}  // namespace
}  // namespace ch03

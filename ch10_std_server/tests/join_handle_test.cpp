// join_handle_test.cpp -- what came of a task is told to a plain thread: output, exception, or that it is gone.
#include "ch10_std_server/join_handle.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>

#include "common/base/thread.hpp"
#include "common/future/yield_now.hpp"

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/probe.hpp"

namespace ch10::tests {
namespace {

class JoinHandleTest : public BothExecutors {};
ON_BOTH_EXECUTORS(JoinHandleTest);

Async<int> give(int number) {
  co_await async::yield_now();
  co_return number;
}
Async<std::unique_ptr<int>> give_box(int number) {
  co_await async::yield_now();
  co_return std::make_unique<int>(number);
}
Async<int> fail_early() {
  throw std::runtime_error("burnt");
  co_return 0;
}
Async<void> fail_late() {
  co_await async::yield_now();
  throw std::runtime_error("burnt");
}

TEST_P(JoinHandleTest, Output_ComesOutOfWait) {
  auto number = executor->spawn(give(5));
  auto box = executor->spawn(give_box(6));
  EXPECT_FALSE(number.is_finished());
  ASSERT_TRUE(run());
  EXPECT_TRUE(number.is_finished());
  EXPECT_EQ(number.wait(), 5);
  EXPECT_EQ(*box.wait(), 6);
}

TEST_P(JoinHandleTest, Exception_ComesOutOfWaitAndTheExecutorGoesOn) {
  auto early = executor->spawn(fail_early());
  auto late = executor->spawn(fail_late());
  auto other = executor->spawn(give(7));
  ASSERT_TRUE(run());
  EXPECT_THROW(early.wait(), std::runtime_error);
  EXPECT_THROW(late.wait(), std::runtime_error);
  EXPECT_EQ(other.wait(), 7);
}

// Predict: the executor dies before the task has ended, perhaps before its first poll. Who tells the handle?
TEST_P(JoinHandleTest, DestroyedExecutor_TellsTheHandles) {
  Probe probe;
  auto polled = executor->spawn(probe.future());
  executor->poll();
  auto never_polled = executor->spawn(give(1));
  executor.reset();
  EXPECT_THROW(polled.wait(), TaskDropped);
  EXPECT_THROW(never_polled.wait(), TaskDropped);
}

TEST_P(JoinHandleTest, DroppedHandle_LetsTheTaskRun) {
  int ran = 0;
  {
    auto dropped = executor->spawn(async::poll_fn([&](Context&) -> Poll<int> {
      ++ran;
      return Ready(1);
    }));
  }
  ASSERT_TRUE(run());
  EXPECT_EQ(ran, 1);
}

TEST_P(JoinHandleTest, WaitInAnotherThread_IsToldByTheThreadThatPolls) {
  constexpr int kTasks = 500;
  std::vector<JoinHandle<int>> handles;
  for (int i = 0; i < kTasks; ++i) handles.push_back(executor->spawn(give(i)));
  const async::base::Thread polls([&] { run(); });
  for (int i = 0; i < kTasks; ++i) ASSERT_EQ(handles[static_cast<std::size_t>(i)].wait(), i);
}

}  // namespace
}  // namespace ch10::tests

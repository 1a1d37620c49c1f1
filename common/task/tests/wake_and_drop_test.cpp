// wake_and_drop_test.cpp -- a waker's last use: the wake and the end of its reference are one step.
#include <gtest/gtest.h>

#include "common/task/task_state.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using Left = TaskState::Left;

// A task that waits: its handle is there, and one waker.
class WakeAndDropTest : public ::testing::Test {
 protected:
  WakeAndDropTest() {
    EXPECT_EQ(state.start_run(), TaskState::Start::poll);
    state.add_reference();  // the waker
    EXPECT_EQ(state.end_run(), TaskState::End::waits);
  }
  TaskState state;
};

TEST_F(WakeAndDropTest, OfAWaitingTask_GivesItsReferenceToTheRunnable) {
  const auto before = state.references();
  EXPECT_EQ(state.wake_and_drop(), Left::schedule);
  EXPECT_EQ(state.references(), before);
  EXPECT_EQ(state.start_run(), TaskState::Start::poll);
}

TEST_F(WakeAndDropTest, OfAScheduledTask_OnlyDropsItsReference) {
  state.add_reference();
  ASSERT_TRUE(state.wake());
  const auto before = state.references();
  EXPECT_EQ(state.wake_and_drop(), Left::in_use);
  EXPECT_EQ(state.references(), before - 1);
}

TEST_F(WakeAndDropTest, WhileItRuns_HasItRunOnceMore) {
  state.add_reference();
  ASSERT_TRUE(state.wake());
  ASSERT_EQ(state.start_run(), TaskState::Start::poll);
  EXPECT_EQ(state.wake_and_drop(), Left::in_use);
  EXPECT_EQ(state.end_run(), TaskState::End::schedule);
}

// The run's reference is the only one then, and yet the task is not over: see end_run.
TEST_F(WakeAndDropTest, OfADetachedTaskThatRuns_HasItRunOnceMore) {
  (void)state.drop_handle();
  EXPECT_EQ(state.drop_reference(), Left::in_use);  // the handle's
  ASSERT_TRUE(state.wake());
  ASSERT_EQ(state.start_run(), TaskState::Start::poll);
  EXPECT_EQ(state.wake_and_drop(), Left::in_use);
  EXPECT_EQ(state.references(), 1U);
  EXPECT_EQ(state.end_run(), TaskState::End::schedule);
}

TEST_F(WakeAndDropTest, OfADoneTask_TheLastOneFreesTheMemory) {
  state.add_reference();
  ASSERT_TRUE(state.wake());
  ASSERT_EQ(state.start_run(), TaskState::Start::poll);
  (void)state.finish();
  EXPECT_EQ(state.drop_reference(), Left::in_use);  // the run's
  EXPECT_EQ(state.drop_reference(), Left::in_use);  // the handle's
  EXPECT_EQ(state.wake_and_drop(), Left::in_use);
  EXPECT_EQ(state.wake_and_drop(), Left::free_memory);
}

TEST_F(WakeAndDropTest, OfACancelledTask_SchedulesNothing) {
  ASSERT_TRUE(state.cancel());
  const auto before = state.references();
  EXPECT_EQ(state.wake_and_drop(), Left::in_use);
  EXPECT_EQ(state.references(), before - 1);
  EXPECT_EQ(state.start_run(), TaskState::Start::drop_future);
}

using WakeAndDropDeathTest = WakeAndDropTest;

TEST_F(WakeAndDropDeathTest, OfAWakerThatIsGone_StopsTheProgram) {
  EXPECT_DEATH(
      {
        for (int i = 0; i < 4; ++i) (void)state.wake_and_drop();
      },
      "used twice");
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

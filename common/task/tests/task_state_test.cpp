// task_state_test.cpp -- each row of the two tables of task_state.hpp, with the word alone: no task.
#include "common/task/task_state.hpp"

#include <gtest/gtest.h>

namespace {

using async::TaskState;
using End = TaskState::End;
using Left = TaskState::Left;
using Start = TaskState::Start;

// A new task has two references: that of its Runnable and that of its handle. Each waker is one more.
TaskState& wait_with_a_waker(TaskState& state) {
  EXPECT_EQ(state.start_run(), Start::poll);
  state.add_reference();  // the waker that the future keeps
  EXPECT_EQ(state.end_run(), End::waits);
  EXPECT_EQ(state.references(), 2u);  // handle, waker
  return state;
}

TEST(TaskStateTest, ANewTask_IsScheduledAndHasARunnableAndAHandle) {
  TaskState state;
  EXPECT_EQ(state.references(), 2u);
  EXPECT_FALSE(state.is_done());
  EXPECT_FALSE(state.joiner_is_set());
  EXPECT_FALSE(state.wake());  // it has its Runnable
  EXPECT_EQ(state.references(), 2u);
}

// ---- the run ---------------------------------------------------------------------------------------------

TEST(TaskStateTest, StartRun_OfACancelledTask_SaysDropTheFuture) {
  TaskState state;
  EXPECT_FALSE(state.cancel());
  EXPECT_EQ(state.start_run(), Start::drop_future);
}

TEST(TaskStateDeathTest, StartRun_OfATaskThatIsNotScheduled_StopsTheProgram) {
  TaskState waits, runs, done;
  wait_with_a_waker(waits);
  EXPECT_DEATH((void)waits.start_run(), "a task was run that was not scheduled");
  (void)runs.start_run();
  EXPECT_DEATH((void)runs.start_run(), "a task was run that was not scheduled");
  (void)done.start_run();
  (void)done.finish();
  EXPECT_DEATH((void)done.start_run(), "a task was run that was not scheduled");
}

TEST(TaskStateTest, EndRun_GivesTheReferenceOfTheRunUp) {
  TaskState state;
  EXPECT_EQ(state.start_run(), Start::poll);
  EXPECT_EQ(state.references(), 2u);
  EXPECT_EQ(state.end_run(), End::waits);
  EXPECT_EQ(state.references(), 1u);
}

// Predict: three wakes come while the task runs. How often is it scheduled afterwards?
TEST(TaskStateTest, WakeWhileRunning_ReschedulesOnce) {
  TaskState state;
  (void)state.start_run();
  EXPECT_FALSE(state.wake());  // nothing for the waker to do: the run sees it
  EXPECT_FALSE(state.wake());
  EXPECT_FALSE(state.wake());
  EXPECT_EQ(state.references(), 2u);
  EXPECT_EQ(state.end_run(), End::schedule);
  EXPECT_EQ(state.references(), 2u);  // the run's reference is the next Runnable's
  EXPECT_EQ(state.start_run(), Start::poll);
  EXPECT_EQ(state.end_run(), End::waits);
}

TEST(TaskStateTest, CancelWhileRunning_IsSeenAtTheEndOfTheRun) {
  TaskState state;
  (void)state.start_run();
  EXPECT_FALSE(state.cancel());
  EXPECT_EQ(state.end_run(), End::drop_future);
  EXPECT_EQ(state.references(), 2u);  // still the run's: finish comes
  (void)state.finish();
  EXPECT_TRUE(state.is_done());
}

TEST(TaskStateTest, CancelAndWakeWhileRunning_InEitherOrder_DropTheFuture) {
  for (const bool wake_first : {true, false}) {
    TaskState state;
    (void)state.start_run();
    if (wake_first) {
      EXPECT_FALSE(state.wake());
    }
    EXPECT_FALSE(state.cancel());
    if (!wake_first) {
      EXPECT_FALSE(state.wake());
    }
    EXPECT_EQ(state.end_run(), End::drop_future);
  }
}

TEST(TaskStateTest, EndRunWithoutHandleAndWaker_DropsTheFuture_BecauseNobodyCouldWakeIt) {
  TaskState state;
  (void)state.start_run();
  (void)state.drop_handle();
  EXPECT_EQ(state.drop_reference(), Left::in_use);  // the run
  EXPECT_EQ(state.end_run(), End::drop_future);
}

TEST(TaskStateTest, EndRunWithoutHandleAndWaker_ButWoken_RunsOnceMore) {
  TaskState state;
  (void)state.start_run();
  (void)state.drop_handle();
  (void)state.drop_reference();
  EXPECT_FALSE(state.wake());  // by the waker that the run lent
  EXPECT_EQ(state.end_run(), End::schedule);
  EXPECT_EQ(state.start_run(), Start::poll);
  EXPECT_EQ(state.end_run(), End::drop_future);
}

TEST(TaskStateTest, Finish_ForgetsAWakeThatCameMeanwhile) {
  TaskState state;
  (void)state.start_run();
  EXPECT_FALSE(state.wake());
  const auto finished = state.finish();
  EXPECT_TRUE(state.is_done());
  EXPECT_FALSE(finished.drop_output);
  EXPECT_FALSE(finished.wake_joiner);
  EXPECT_FALSE(state.wake());
  EXPECT_FALSE(state.cancel());
  EXPECT_EQ(state.references(), 2u);
}

TEST(TaskStateTest, Finish_WithoutAHandle_DropsTheOutput) {
  TaskState state;
  (void)state.start_run();
  EXPECT_FALSE(state.drop_handle().drop_output);
  EXPECT_TRUE(state.finish().drop_output);
}

TEST(TaskStateDeathTest, Finish_OfATaskThatDoesNotRun_StopsTheProgram) {
  TaskState state;
  EXPECT_DEATH((void)state.finish(), "a task was finished that did not run");
}

// ---- wake, cancel, the last reference ---------------------------------------------------------------------

TEST(TaskStateTest, Wake_OfAWaitingTask_CountsTheRunnableThatTheCallerSchedules) {
  TaskState state;
  wait_with_a_waker(state);
  EXPECT_TRUE(state.wake());
  EXPECT_EQ(state.references(), 3u);
  EXPECT_FALSE(state.wake());  // it is in the queue
  EXPECT_EQ(state.references(), 3u);
  EXPECT_EQ(state.start_run(), Start::poll);
}

TEST(TaskStateTest, Cancel_OfAWaitingTask_SchedulesItOnceToDropTheFuture) {
  TaskState state;
  wait_with_a_waker(state);
  EXPECT_TRUE(state.cancel());
  EXPECT_EQ(state.references(), 3u);
  EXPECT_FALSE(state.cancel());
  EXPECT_FALSE(state.wake());
  EXPECT_EQ(state.references(), 3u);
  EXPECT_EQ(state.start_run(), Start::drop_future);
}

TEST(TaskStateTest, Cancel_OfAScheduledTask_SchedulesNothing) {
  TaskState state;
  wait_with_a_waker(state);
  EXPECT_TRUE(state.wake());
  EXPECT_FALSE(state.cancel());
  EXPECT_EQ(state.references(), 3u);
  EXPECT_EQ(state.start_run(), Start::drop_future);
}

TEST(TaskStateTest, TheLastWakerOfADetachedWaitingTask_SchedulesItToDropTheFuture) {
  TaskState state;
  wait_with_a_waker(state);
  (void)state.drop_handle();
  EXPECT_EQ(state.drop_reference(), Left::in_use);    // the handle's
  EXPECT_EQ(state.drop_reference(), Left::schedule);  // the waker's
  EXPECT_EQ(state.references(), 1u);                  // the Runnable's, which the caller makes
  EXPECT_FALSE(state.cancel());                       // an executor that lists it cannot schedule it again
  EXPECT_EQ(state.start_run(), Start::drop_future);
}

TEST(TaskStateTest, TheLastReferenceOfADoneTask_FreesTheMemory) {
  TaskState state;
  (void)state.start_run();
  (void)state.finish();
  EXPECT_TRUE(state.drop_handle().drop_output);
  EXPECT_EQ(state.drop_reference(), Left::in_use);
  EXPECT_EQ(state.drop_reference(), Left::free_memory);
}

TEST(TaskStateDeathTest, AReferenceTooMany_StopsTheProgram) {
  TaskState state;
  (void)state.start_run();
  (void)state.finish();
  (void)state.drop_reference();
  (void)state.drop_reference();
  EXPECT_DEATH((void)state.drop_reference(), "a reference to a task was dropped twice");
}

// ---- the joiner's slot
// -------------------------------------------------------------------------------------

TEST(TaskStateTest, TheFinisherWakesTheJoiner_ThenTheSlotIsTheHandlesAgain) {
  TaskState state;
  (void)state.start_run();
  EXPECT_TRUE(state.give_joiner());
  EXPECT_TRUE(state.joiner_is_set());
  EXPECT_TRUE(state.finish().wake_joiner);
  EXPECT_TRUE(state.joiner_is_set());
  EXPECT_FALSE(state.joiner_woken());  // the handle lives, and drops the waker when it goes
  EXPECT_FALSE(state.joiner_is_set());
  const auto parted = state.drop_handle();
  EXPECT_TRUE(parted.drop_joiner);
  EXPECT_TRUE(parted.drop_output);
}

TEST(TaskStateTest, AHandleDroppedWhileTheFinisherWakes_LeavesTheWakerToTheFinisher) {
  TaskState state;
  (void)state.start_run();
  EXPECT_TRUE(state.give_joiner());
  EXPECT_TRUE(state.finish().wake_joiner);
  const auto parted = state.drop_handle();
  EXPECT_FALSE(parted.drop_joiner);
  EXPECT_TRUE(parted.drop_output);
  EXPECT_TRUE(state.joiner_woken());
}

TEST(TaskStateTest, AHandleDroppedBefore_TakesTheJoinerWithIt) {
  TaskState state;
  (void)state.start_run();
  EXPECT_TRUE(state.give_joiner());
  const auto parted = state.drop_handle();
  EXPECT_TRUE(parted.drop_joiner);
  EXPECT_FALSE(parted.drop_output);
  const auto finished = state.finish();
  EXPECT_FALSE(finished.wake_joiner);
  EXPECT_TRUE(finished.drop_output);
}

TEST(TaskStateTest, TheJoinerTakenBack_IsNotWokenByTheFinisher) {
  TaskState state;
  (void)state.start_run();
  EXPECT_TRUE(state.give_joiner());
  EXPECT_TRUE(state.take_joiner_back());
  EXPECT_FALSE(state.joiner_is_set());
  EXPECT_FALSE(state.finish().wake_joiner);
}

TEST(TaskStateTest, GiveAndTakeBack_FailOnceTheTaskIsDone) {
  TaskState given, taken;
  (void)given.start_run();
  (void)given.finish();
  EXPECT_FALSE(given.give_joiner());
  EXPECT_FALSE(given.joiner_is_set());

  (void)taken.start_run();
  EXPECT_TRUE(taken.give_joiner());
  (void)taken.finish();
  EXPECT_FALSE(taken.take_joiner_back());
  EXPECT_TRUE(taken.joiner_is_set());  // it is the finisher's
}

}  // namespace

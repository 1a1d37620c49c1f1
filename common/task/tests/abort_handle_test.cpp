// abort_handle_test.cpp -- AbortHandle: cancels from elsewhere, may be copied, and outlives the task.
#include "common/task/abort_handle.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "common/executor/manual_executor.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

class AbortHandleTest : public testing::Test {
 protected:
  Strings strings;
  ManualExecutor executor;
  std::optional<JoinHandle<Counted>> task{executor.spawn([this] { return Puppet(strings); })};
  AbortHandle stop = task->abort_handle();
};

// Question: a task that waits is aborted by a handle that cannot await it. Where is its future destroyed?
TEST_F(AbortHandleTest, Abort_HasTheFutureDestroyedByTheExecutor) {
  (void)executor.step();
  EXPECT_FALSE(stop.is_finished());
  EXPECT_EQ(stop.id(), task->id());
  stop.abort();
  EXPECT_EQ(strings.futures.ended, 0u);
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_EQ(strings.futures.ended, 1u);
  EXPECT_TRUE(stop.is_finished());
  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(*task).value().error().is_cancelled());
}

TEST_F(AbortHandleTest, AfterTheEnd_AbortHasNoEffect) {
  strings.finish = true;
  (void)executor.step();
  EXPECT_TRUE(stop.is_finished());
  stop.abort();
  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(*task).value().has_value());
  stop.abort();  // and after the result was given
  EXPECT_EQ(executor.queued(), 0u);
}

TEST_F(AbortHandleTest, ACopy_AndOneThatWasMovedTo_DoTheSame) {
  (void)executor.step();
  const AbortHandle copy = stop;
  AbortHandle moved = std::move(stop);
  AbortHandle assigned = copy;
  assigned = moved;
  auto& same = assigned;
  assigned = same;
  assigned.abort();
  EXPECT_EQ(executor.step()->ran, Ran::cancelled);
  EXPECT_TRUE(copy.is_finished() && moved.is_finished() && assigned.is_finished());
}

TEST_F(AbortHandleTest, ItDoesNotKeepTheOutput_WhenTheJoinHandleIsGone) {
  strings.finish = true;
  (void)executor.step();
  EXPECT_EQ(strings.outputs.live(), 1u);
  task.reset();
  EXPECT_EQ(strings.outputs.live(), 0u);
  EXPECT_TRUE(stop.is_finished());
}

// Question: nobody keeps a waker of a task that waits, but there is an abort handle. When does the task end?
TEST_F(AbortHandleTest, TheLastReferenceOfATaskThatWaits_CancelsIt) {
  Strings other;
  other.keep_waker = false;
  std::optional<AbortHandle> last;
  {
    auto waits = executor.spawn([&] { return Puppet(other); });
    last = waits.abort_handle();
    std::move(waits).detach();
  }
  (void)executor.run_until_stalled();
  EXPECT_EQ(other.futures.live(), 1u);
  last.reset();
  (void)executor.run_until_stalled();
  EXPECT_EQ(other.futures.live(), 0u);
  EXPECT_EQ(other.polls, 1u);
}

void ask_a_handle_that_has_given_its_result() {
  ManualExecutor executor;
  Strings strings;
  strings.finish = true;
  auto task = executor.spawn([&] { return Puppet(strings); });
  (void)executor.step();
  CountingTask joiner;
  (void)joiner.poll(task);
  (void)task.abort_handle();
}

TEST(AbortHandleDeathTest, OfAHandleThatHasGivenItsResult_StopsTheProgram) {
  EXPECT_DEATH(ask_a_handle_that_has_given_its_result(), "nothing to abort");
}

TEST_F(AbortHandleTest, ItOutlivesTheExecutor) {
  std::optional<AbortHandle> late;
  {
    ManualExecutor gone;
    auto waits = gone.spawn([this] { return Puppet(strings); });
    late = waits.abort_handle();
    std::move(waits).detach();
  }
  EXPECT_TRUE(late->is_finished());
  late->abort();
}

}  // namespace

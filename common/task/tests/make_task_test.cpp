// make_task_test.cpp -- the heart of every spawn: one future becomes one Runnable and one Task.
#include "common/task/make_task.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

// Read this one first. A whole executor: a vector of Runnables.
// Question: how does a future get from spawn to its result? Predict `queue.size()` at each line.
TEST(MakeTaskTest, ATask_FromBirthToResult) {
  std::vector<Runnable> queue;
  const auto schedule = [&queue](Runnable next) { queue.push_back(std::move(next)); };
  Strings strings;

  auto [runnable, task] = make_task([&] { return Puppet(strings); }, schedule);
  EXPECT_EQ(strings.futures.made, 1u);  // built, not polled
  EXPECT_EQ(runnable.id(), task.id());
  EXPECT_EQ(queue.size(), 0u);

  EXPECT_EQ(std::move(runnable).run(), Ran::waits);
  EXPECT_EQ(strings.polls, 1u);
  EXPECT_EQ(queue.size(), 0u);

  strings.waker.wake_by_ref();
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.front().id(), task.id());

  strings.finish = true;
  EXPECT_EQ(std::move(queue.front()).run(), Ran::finished);
  EXPECT_TRUE(task.is_finished());

  CountingTask joiner;
  EXPECT_TRUE(joiner.poll(task).is_ready());
}

TEST(MakeTaskTest, AFutureThatCannotBeBuilt_LeavesNothing) {
  Counts functions;
  const auto spawn = [&] {
    auto made = make_task([]() -> ReadyFuture<int> { throw std::runtime_error("no bread"); },
                          [life = Counted(functions)](Runnable) { (void)life; });
  };
  EXPECT_THROW(spawn(), std::runtime_error);
  EXPECT_EQ(functions.live(), 0u);
}

// A schedule function without a member `retire` is never told; one with it is, after the future and before
// DONE.
TEST(MakeTaskTest, Retire_IsCalledOnceTheFutureIsGone) {
  struct Listing {
    Strings* strings;
    std::size_t* retired;
    void operator()(Runnable) const {}
    void retire(TaskHeader& task) const {
      EXPECT_EQ(strings->futures.live(), 0u);
      EXPECT_FALSE(task.state.is_done());
      ++*retired;
    }
  };
  std::size_t retired = 0;
  for (const bool finish : {true, false}) {
    Strings strings;
    strings.finish = finish;
    auto made = make_task([&] { return Puppet(strings); }, Listing{&strings, &retired});
    if (!finish) made.task.cancel();
    (void)std::move(made.runnable).run();
    EXPECT_TRUE(made.task.is_finished());
  }
  EXPECT_EQ(retired, 2u);
}

TEST(MakeTaskTest, AHundredThousandTasks_LeaveNothing) {
  Strings strings;
  strings.finish = true;
  for (int i = 0; i < 100'000; ++i) {
    auto made = make_task([&] { return Puppet(strings); }, [](Runnable) {});
    (void)std::move(made.runnable).run();
  }
  EXPECT_EQ(strings.polls, 100'000u);
  EXPECT_EQ(strings.futures.made, 100'000u);
  EXPECT_EQ(strings.futures.live(), 0u);
  EXPECT_EQ(strings.outputs.made, 100'000u);
  EXPECT_EQ(strings.outputs.live(), 0u);
}

}  // namespace

// manual_executor_test.cpp -- the executor that is stepped by hand: one poll a step, in the queue's order.
#include "common/executor/manual_executor.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

// Read this one first.
// Question: two coroutines count to two and yield in between. Who runs when?
// Predict the log. Break in `Runnable::run`, and look at `id`.
TEST(ManualExecutorTest, Step_PollsExactlyOneTaskAndSaysWhich) {
  ManualExecutor executor;
  std::vector<std::string> log;
  const auto count = [&log](std::string name) -> Async<> {
    for (int i = 1; i <= 2; ++i) {
      log.push_back(name + std::to_string(i));
      co_await yield_now();
    }
  };
  EXPECT_FALSE(executor.step());  // nobody is there
  auto a = executor.spawn(count, "a");
  auto b = executor.spawn(count, "b");
  EXPECT_TRUE(log.empty());  // spawn polls nothing
  EXPECT_EQ(executor.queued(), 2u);
  EXPECT_EQ(executor.unfinished(), 2u);

  auto step = executor.step();
  ASSERT_TRUE(step);
  EXPECT_EQ(step->task, a.id());
  EXPECT_EQ(step->ran, Ran::woken);
  EXPECT_EQ(log, (std::vector<std::string>{"a1"}));
  EXPECT_EQ(executor.queued(), 2u);  // a stands behind b now

  EXPECT_EQ(executor.step()->task, b.id());
  EXPECT_EQ(executor.step()->task, a.id());
  EXPECT_EQ(executor.step()->task, b.id());
  EXPECT_EQ(log, (std::vector<std::string>{"a1", "b1", "a2", "b2"}));

  step = executor.step();
  EXPECT_EQ(step->task, a.id());
  EXPECT_EQ(step->ran, Ran::finished);
  EXPECT_EQ(executor.unfinished(), 1u);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_FALSE(executor.step());
  EXPECT_EQ(executor.unfinished(), 0u);
}

TEST(ManualExecutorTest, Wakes_DecideTheOrder_NotSpawns) {
  ManualExecutor executor;
  Strings strings[3];
  std::vector<JoinHandle<Counted>> handles;
  for (auto& each : strings) handles.push_back(executor.spawn([&each] { return Puppet(each); }));
  EXPECT_EQ(executor.run_until_stalled(), 3u);
  for (const std::size_t i : {2u, 0u, 1u}) strings[i].waker.wake_by_ref();
  for (const std::size_t i : {2u, 0u, 1u}) EXPECT_EQ(executor.step()->task, handles[i].id());
}

TEST(ManualExecutorTest, RunUntilStalled_StopsWhereEverybodyWaits_AndCountsItsSteps) {
  ManualExecutor executor;
  Strings strings;
  auto waits = executor.spawn([&] { return Puppet(strings); });
  auto ends = executor.spawn([]() -> Async<> { co_await yield_now(); });
  EXPECT_EQ(executor.run_until_stalled(), 3u);
  EXPECT_EQ(executor.run_until_stalled(), 0u);
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(executor.unfinished(), 1u);
}

TEST(ManualExecutorTest, RunUntilStalled_StopsAtItsLimit_ForATaskThatNeverStops) {
  ManualExecutor executor;
  auto spins = executor.spawn([]() -> Async<> {
    for (;;) co_await yield_now();
  });
  EXPECT_EQ(executor.run_until_stalled(0), 0u);
  EXPECT_EQ(executor.run_until_stalled(1'000), 1'000u);
  EXPECT_EQ(executor.queued(), 1u);
}

TEST(ManualExecutorTest, ATaskThatSpawns_PutsTheNewOneAtTheEnd) {
  ManualExecutor executor;
  std::optional<JoinHandle<int>> inner;
  auto outer = executor.spawn([&]() -> Async<int> {
    inner = executor.spawn(ready(2));
    co_await yield_now();
    co_return *co_await *inner + 1;
  });
  EXPECT_EQ(executor.step()->task, outer.id());
  EXPECT_EQ(executor.unfinished(), 2u);
  EXPECT_EQ(executor.step()->task, inner->id());
  EXPECT_EQ(executor.step()->task, outer.id());
  Context cx(Waker::noop());
  EXPECT_EQ(*outer.poll(cx).value(), 3);
}

TEST(ManualExecutorTest, AnExceptionOfATask_StaysWithTheTask) {
  ManualExecutor executor;
  auto fails = executor.spawn(poll_fn([](Context&) -> Poll<void> { throw std::runtime_error("no bread"); }));
  auto works = executor.spawn(ready(1));
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_TRUE(works.is_finished());
}

TEST(ManualExecutorTest, SpawnAndWake_FromAnotherThread) {
  const Deadline deadline("the other thread never ended");
  ManualExecutor executor;
  Strings strings;
  auto here = executor.spawn([&] { return Puppet(strings); });
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  base::Thread([&] {
    executor.spawn(ready(1)).detach();
    strings.waker.wake_by_ref();
  }).join();
  EXPECT_EQ(executor.queued(), 2u);
  EXPECT_EQ(executor.run_until_stalled(), 2u);
  EXPECT_EQ(strings.polls, 2u);
}

// Predict: 100,000 tasks come and go. What is left? (AddressSanitizer answers too.)
TEST(ManualExecutorTest, AHundredThousandTasksThatComeAndGo_LeaveNothing) {
  Counts captured, locals;
  ManualExecutor executor;
  for (int i = 0; i < 100'000; ++i) {
    auto handle = executor.spawn([&locals, life = Counted(captured)]() -> Async<int> {
      const Counted local(locals);
      co_await yield_now();
      co_return 1;
    });
    if (i % 3 == 1) handle.abort();
    if (i % 3 == 2) std::move(handle).detach();
    executor.run_until_stalled();
  }
  EXPECT_EQ(captured.made, 100'000u);
  EXPECT_EQ(captured.live(), 0u);
  EXPECT_GT(locals.made, 0u);
  EXPECT_EQ(locals.live(), 0u);
  EXPECT_EQ(executor.unfinished(), 0u);
}

}  // namespace

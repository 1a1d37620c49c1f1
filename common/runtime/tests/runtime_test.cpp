// runtime_test.cpp -- what both kinds of runtime promise: spawn, await, exceptions, abort, handles, the current runtime.
#include "common/runtime/runtime.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

template <class Flavour>
class RuntimeTest : public testing::Test {
 protected:
  const Deadline deadline{"a task of a runtime waits for ever"};
  const Runtime runtime = Flavour::builder().enable_all().build();
};
TYPED_TEST_SUITE(RuntimeTest, Flavours, FlavourNames);

Async<int> twice(int number) {
  co_await yield_now();
  co_return 2 * number;
}

TYPED_TEST(RuntimeTest, BlockOn_GivesTheOutputOfAFutureOrOfWhatACallableReturns) {
  EXPECT_EQ(this->runtime.block_on(twice(4)), 8);
  auto lent = twice(5);
  EXPECT_EQ(this->runtime.block_on(lent), 10);
  EXPECT_EQ(this->runtime.block_on([] { return twice(6); }), 12);
  EXPECT_EQ(
      *this->runtime.block_on([]() -> Async<std::unique_ptr<int>> { co_return std::make_unique<int>(3); }),
      3);
}

TYPED_TEST(RuntimeTest, BlockOn_ThrowsWhatTheFutureThrows_AndCanBeCalledAgain) {
  const auto fails = []() -> Async<> {
    co_await yield_now();
    throw std::runtime_error("burnt");
  };
  EXPECT_THROW(this->runtime.block_on(fails), std::runtime_error);
  EXPECT_EQ(this->runtime.block_on(twice(1)), 2);
}

TYPED_TEST(RuntimeTest, ATask_GivesItsValueToWhoeverAwaitsIt) {
  auto task = this->runtime.spawn(twice(7));
  EXPECT_EQ(this->runtime.block_on(std::move(task)).value(), 14);
}

TYPED_TEST(RuntimeTest, ATaskSpawnedByATask_IsOfTheSameRuntime) {
  const int sum = this->runtime.block_on([]() -> Async<int> {
    const auto outer = []() -> Async<int> {
      auto first = spawn(twice, 1);
      auto second = spawn(twice, 2);
      const auto one = co_await first;
      const auto two = co_await second;
      co_return *one + *two;
    };
    auto task = spawn(outer);
    const auto result = co_await task;
    co_return *result;
  });
  EXPECT_EQ(sum, 6);
}

TYPED_TEST(RuntimeTest, ATaskThatThrows_GivesTheException_AndTheOthersLiveOn) {
  auto bad = this->runtime.spawn([]() -> Async<int> {
    co_await yield_now();
    throw std::out_of_range("no bread");
  });
  auto good = this->runtime.spawn(twice(2));
  const auto failed = this->runtime.block_on(bad);
  ASSERT_FALSE(failed.has_value());
  EXPECT_FALSE(failed.error().is_cancelled());
  EXPECT_THROW(failed.error().rethrow(), std::out_of_range);
  EXPECT_EQ(this->runtime.block_on(good).value(), 4);
}

TYPED_TEST(RuntimeTest, Spawn_KeepsACallableAndItsArguments_AsLongAsTheTask) {
  std::string text = "a name that is too long for the small string";
  auto task = this->runtime.spawn(
      [suffix = std::string(", and one that is captured")](std::string given) -> Async<std::string> {
        co_await yield_now();
        co_return given + suffix;
      },
      text);
  text = "gone";
  EXPECT_EQ(this->runtime.block_on(task).value(),
            "a name that is too long for the small string, and one that is captured");
}

// Question: a task that waits is aborted. When is its future destroyed: inside abort(), or in the runtime?
TYPED_TEST(RuntimeTest, AnAbortedTask_IsDestroyedByTheRuntime_AndSaysCancelled) {
  Notify never;
  Counts locals;
  auto task = this->runtime.spawn(wait_for, std::ref(never), std::ref(locals));
  auto stop = task.abort_handle();
  this->runtime.block_on([&]() -> Async<> {
    while (locals.live() == 0) co_await yield_now();
  });
  EXPECT_FALSE(task.is_finished());
  stop.abort();
  if (!TypeParam::kHasWorkers) {
    EXPECT_EQ(locals.live(), 1u);  // nobody is in block_on: nobody destroys it
  }
  const auto result = this->runtime.block_on(task);
  EXPECT_TRUE(result.error().is_cancelled());
  EXPECT_EQ(locals.live(), 0u);
  EXPECT_TRUE(stop.is_finished());
  stop.abort();  // without effect
}

TYPED_TEST(RuntimeTest, AbortBeforeTheFirstPoll_NeverPolls) {
  const Runtime one = TypeParam::of_one_thread().build();
  int polls = 0;
  one.block_on([&]() -> Async<> {
    const auto outer = [&]() -> Async<> {  // on the one thread: its child cannot begin meanwhile
      auto child = spawn(poll_fn([&](Context&) -> Poll<void> { return ++polls, Ready(); }));
      child.abort();
      const auto result = co_await child;
      EXPECT_TRUE(result.error().is_cancelled());
    };
    auto task = spawn(outer);
    (void)co_await task;
  });
  EXPECT_EQ(polls, 0);
}

TYPED_TEST(RuntimeTest, AJoinHandleThatIsDropped_LetsTheTaskRun) {
  Notify done;
  bool ran = false;
  this->runtime
      .spawn([&]() -> Async<> {
        co_await yield_now();
        ran = true;
        done.notify_one();
      })
      .detach();
  this->runtime.block_on([&] { return done.notified(); });
  EXPECT_TRUE(ran);
}

TYPED_TEST(RuntimeTest, BlockOnInATask_IsRefused) {
  auto task = this->runtime.spawn([handle = this->runtime.handle()]() -> Async<> {
    co_await yield_now();
    handle.block_on(ready());
  });
  const auto result = this->runtime.block_on(task);
  ASSERT_FALSE(result.has_value());
  try {
    result.error().rethrow();
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("co_await the future instead"), std::string::npos);
  }
}

TYPED_TEST(RuntimeTest, OnlyInsideTheRuntime_ThereIsACurrentOne) {
  EXPECT_FALSE(Handle::has_current());
  EXPECT_THROW((void)Handle::current(), std::logic_error);
  EXPECT_THROW((void)spawn(ready()), std::logic_error);
  const auto expected = this->runtime.handle().flavor();
  const bool in_task = this->runtime.block_on([&]() -> Async<bool> {
    EXPECT_EQ(Handle::current().flavor(), expected);
    auto task = spawn([]() -> Async<bool> { co_return Handle::has_current(); });
    const auto result = co_await task;
    co_return *result;
  });
  EXPECT_TRUE(in_task);
  EXPECT_FALSE(Handle::has_current());
}

// A plain callable is called by block_on, not by a poll: it is in the runtime all the same.
TYPED_TEST(RuntimeTest, WhatBlockOnCalls_IsInTheRuntime) {
  EXPECT_EQ(this->runtime.block_on([] { return spawn(twice, 4); }).value(), 8);
}

TYPED_TEST(RuntimeTest, TheGuardsOfTwoRuntimes_Nest) {
  const Runtime other = Builder::new_current_thread().build();
  Clock* const outside = &Clock::current();
  {
    const auto outer = this->runtime.enter();
    Clock* const mine = &Clock::current();
    EXPECT_NE(mine, outside);
    {
      const auto inner = other.enter();
      EXPECT_EQ(Handle::current().flavor(), RuntimeFlavor::current_thread);
      EXPECT_NE(&Clock::current(), mine);
    }
    EXPECT_EQ(&Clock::current(), mine);
    EXPECT_EQ(Handle::current().flavor(), this->runtime.handle().flavor());
    spawn(ready()).detach();
  }
  EXPECT_FALSE(Handle::has_current());
  EXPECT_EQ(&Clock::current(), outside);
}

TYPED_TEST(RuntimeTest, AWakeFromAForeignThread_IsSeen) {
  Notify told;
  Counts locals;
  auto task = this->runtime.spawn(wait_for, std::ref(told), std::ref(locals));
  const base::Thread foreign([&] {
    yield_until([&] { return locals.made == 1; });
    told.notify_one();
  });
  EXPECT_TRUE(this->runtime.block_on(task).has_value());
}

TYPED_TEST(RuntimeTest, SpawnBlocking_GivesTheResultToATask_AndIsInTheRuntimeToo) {
  auto task = this->runtime.spawn([]() -> Async<int> {
    const auto here = base::thread_name();
    auto call = spawn_blocking([here] {
      EXPECT_TRUE(Handle::has_current());
      spawn(ready()).detach();
      return here.empty() ? 0 : 5;
    });
    const auto result = co_await call;
    co_return *result;
  });
  EXPECT_EQ(this->runtime.block_on(task).value(), 5);
}

TYPED_TEST(RuntimeTest, TheMetrics_CountTheTasksThatLive) {
  Notify told;
  Counts locals;
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(this->runtime.spawn(wait_for, std::ref(told), std::ref(locals)));
  EXPECT_EQ(this->runtime.metrics().alive_tasks, 3u);
  EXPECT_EQ(this->runtime.metrics().workers, TypeParam::kHasWorkers ? 2u : 1u);
  for (auto& task : tasks) task.abort();
  for (auto& task : tasks) (void)this->runtime.block_on(task);
  EXPECT_EQ(this->runtime.metrics().alive_tasks, 0u);
}

TYPED_TEST(RuntimeTest, AMovedRuntime_GoesOn) {
  Runtime first = TypeParam::builder().build();
  auto task = first.spawn(twice(3));
  const Runtime second = std::move(first);
  EXPECT_EQ(second.block_on(task).value(), 6);
}

}  // namespace

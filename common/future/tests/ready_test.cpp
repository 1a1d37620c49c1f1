// ready_test.cpp -- the smallest futures: ready, pending, poll_fn.
#include "common/future/ready.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace {

using namespace async;  // NOLINT: a test reads like a program of the course

static_assert(Future<ReadyFuture<int>> && Future<ReadyFuture<void>> && Future<PendingFuture<int>>);
static_assert(!std::is_aggregate_v<ReadyFuture<void>> && !std::is_aggregate_v<PendingFuture<void>>,
              "g++ 12 destroys an aggregate twice that is made inside a co_await expression");
static_assert(std::is_same_v<OutputOf<decltype(ready("text"))>, const char*>);
static_assert(!Future<int> && !Future<ReadyFuture<int>&>);

TEST(ReadyTest, ReadyFuture_IsReadyAtTheFirstPollAndKeepsNoWaker) {
  CountingTask task;
  auto number = ready(5);
  EXPECT_EQ(task.poll(number).value(), 5);
  auto nothing = ready();
  EXPECT_TRUE(task.poll(nothing).is_ready());
  EXPECT_EQ(task.clones(), 0u);
}

TEST(ReadyTest, MoveOnlyValue_IsMovedThroughACoroutine) {
  const auto pass = []() -> Async<std::unique_ptr<int>> {
    co_return co_await ready(std::make_unique<int>(8));
  };
  EXPECT_EQ(*block_on(pass()), 8);
}

TEST(ReadyTest, NamedValue_IsCopiedIn) {
  const std::string name = "coffee";
  EXPECT_EQ(block_on(ready(name)), "coffee");
}

TEST(ReadyDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto number = ready(5);
  EXPECT_TRUE(task.poll(number).is_ready());
  EXPECT_DEATH((void)task.poll(number), "a ready future was polled after it finished");
  auto nothing = ready();
  EXPECT_TRUE(task.poll(nothing).is_ready());
  EXPECT_DEATH((void)task.poll(nothing), "a ready future was polled after it finished");
}

TEST(PendingTest, PendingFuture_IsNeverReadyAndKeepsNoWaker) {
  CountingTask task;
  auto never = pending<int>();
  for (int poll = 0; poll < 3; ++poll) EXPECT_TRUE(task.poll(never).is_pending());
  EXPECT_EQ(task.take_wakes(), 0u);
  EXPECT_EQ(task.clones(), 0u);
}

TEST(PollFnTest, Callable_IsThePoll) {
  CountingTask task;
  int polls = 0;
  auto third_time = poll_fn([&polls](Context& cx) -> Poll<std::string> {
    if (++polls == 3) return Ready("lucky");
    cx.waker().wake_by_ref();
    return Pending();
  });
  EXPECT_TRUE(task.poll(third_time).is_pending());
  EXPECT_TRUE(task.poll(third_time).is_pending());
  EXPECT_EQ(task.take_wakes(), 2u);
  EXPECT_EQ(task.poll(third_time).value(), "lucky");
}

TEST(PollFnTest, MoveOnlyMutableCallable_IsOwned) {
  auto owns = poll_fn([p = std::make_unique<int>(1)](Context&) mutable -> Poll<int> { return Ready(++*p); });
  EXPECT_EQ(block_on(std::move(owns)), 2);
}

TEST(PollFnTest, ExceptionOfTheCallable_ComesOutOfPoll) {
  CountingTask task;
  auto fails = poll_fn([](Context&) -> Poll<void> { throw std::runtime_error("no"); });
  EXPECT_THROW((void)task.poll(fails), std::runtime_error);
}

}  // namespace

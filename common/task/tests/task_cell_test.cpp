// task_cell_test.cpp -- a finished task keeps its output for the handle, and nothing of its future.
#include "common/task/task_cell.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <utility>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;
using Ran = Runnable::Ran;

// One end of a channel, as far as this test needs it: the other end looks whether somebody still holds this
// one.
struct Sender {
  std::shared_ptr<int> channel = std::make_shared<int>(0);
};

// Question: a coroutine that holds a channel's Sender has finished, but its JoinHandle is still held. Does
// the receiver wait for ever? Predict `still_open` before and after each step. Break in
// `TaskCell::drop_future`.
TEST(TaskCellTest, ASenderHeldByAFinishedTask_IsGone_ThoughItsHandleAndItsWakersLive) {
  ManualExecutor executor;
  Sender sender;
  const std::weak_ptr<int> still_open = sender.channel;
  Waker waker;
  auto handle = executor.spawn(
      [&waker](Sender captured) -> Async<int> {
        const Sender local = captured;
        co_await poll_fn([&waker, polls = 0](Context& cx) mutable -> Poll<void> {
          waker = cx.waker().clone();
          if (polls++ > 0) return Ready();
          return Pending();
        });
        co_return *local.channel;
      },
      std::move(sender));
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_FALSE(still_open.expired());
  waker.wake_by_ref();
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_TRUE(still_open.expired());  // the handle and a waker live: they keep the task, not its future

  Context cx(Waker::noop());
  EXPECT_EQ(*handle.poll(cx).value(), 0);
}

TEST(TaskCellTest, CapturesArgumentsAndCallable_AreGoneBeforeTheTaskSaysThatItIsDone) {
  Yard yard;
  Counts counts;
  auto task = yard.spawn(
      [captured = Counted(counts)](Counted argument) -> Async<> {
        const Counted local = std::move(argument);
        co_await yield_now();
      },
      Counted(counts));
  EXPECT_EQ(yard.step(), Ran::woken);
  EXPECT_EQ(counts.live(), 2u);
  EXPECT_FALSE(task.is_finished());
  EXPECT_EQ(yard.step(), Ran::finished);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_TRUE(task.is_finished());
}

// The joiner is told after the future is gone, so what the future held is free when the joiner looks.
TEST(TaskCellTest, TheFutureOfACancelledTask_IsGoneBeforeTheTaskSaysThatItIsDone) {
  Yard yard;
  Strings strings;
  auto task = yard.spawn([&] { return Puppet(strings); });
  (void)yard.step();
  task.cancel();
  strings.in_destructor = [&] { EXPECT_FALSE(task.is_finished()); };
  EXPECT_EQ(yard.step(), Ran::cancelled);
  EXPECT_EQ(strings.futures.ended, 1u);
  EXPECT_TRUE(task.is_finished());
}

TEST(TaskCellTest, TheOutput_IsGoneWithTheHandle_ThoughAWakerKeepsTheTask) {
  Yard yard;
  Strings strings;
  Waker waker;
  {
    auto handle = yard.spawn([&] { return Puppet(strings); }).into_join_handle();
    strings.in_poll = [&](Context& cx) { waker = cx.waker().clone(); };
    strings.finish = true;
    EXPECT_EQ(yard.step(), Ran::finished);
    EXPECT_EQ(strings.outputs.live(), 1u);
  }
  EXPECT_EQ(strings.outputs.live(), 0u);
  waker.wake_by_ref();
  EXPECT_EQ(yard.schedules, 0u);
}

TEST(TaskCellTest, TheException_IsGoneWithTheHandle) {
  Yard yard;
  Counts counts;
  struct Failure {
    std::shared_ptr<Counted> held;
  };
  {
    auto handle =
        yard.spawn(poll_fn([&](Context&) -> Poll<void> { throw Failure{std::make_shared<Counted>(counts)}; }))
            .into_join_handle();
    EXPECT_EQ(yard.step(), Ran::finished);
    EXPECT_EQ(counts.live(), 1u);
  }
  EXPECT_EQ(counts.live(), 0u);
}

// A future that a move would break: its address is the same in every poll and in its destructor.
class Rooted {
 public:
  using Output = bool;
  explicit Rooted(Counts& counts) : life_(counts) {}
  Rooted(Rooted&&) = delete;
  Poll<bool> poll(Context& cx) {
    if (polls_++ == 0) {
      cx.waker().wake_by_ref();
      return Pending();
    }
    return Ready(here_ == this);
  }

 private:
  Counted life_;
  const Rooted* here_ = this;
  int polls_ = 0;
};

TEST(TaskCellTest, AnImmovableFuture_IsBuiltWhereItStays) {
  Yard yard;
  Counts counts;
  auto task = yard.spawn([&] { return Rooted(counts); });
  EXPECT_EQ(yard.step(), Ran::woken);
  EXPECT_EQ(yard.step(), Ran::finished);
  EXPECT_EQ(counts.made, 1u);
  EXPECT_EQ(counts.ended, 1u);
  Context cx(Waker::noop());
  EXPECT_TRUE(task.poll(cx).value());
}

struct alignas(64) Wide {
  using Output = bool;
  Wide() {}
  Poll<bool> poll(Context&) { return Ready(reinterpret_cast<std::uintptr_t>(this) % 64 == 0); }
};

TEST(TaskCellTest, AnOverAlignedFuture_IsAligned) {
  Yard yard;
  auto task = yard.spawn(Wide());
  EXPECT_EQ(yard.step(), Ran::finished);
  Context cx(Waker::noop());
  EXPECT_TRUE(task.poll(cx).value());
}

class MoveThrows {
 public:
  using Output = void;
  explicit MoveThrows(Counts& counts) : life_(counts) {}
  MoveThrows(MoveThrows&& other) : life_(std::move(other.life_)) { throw std::runtime_error("no room"); }
  Poll<void> poll(Context&) { return Ready(); }

 private:
  Counted life_;
};

TEST(TaskCellTest, AFutureWhoseMoveThrows_MakesSpawnThrow_AndLeavesNoTask) {
  ManualExecutor executor;
  Counts counts;
  EXPECT_THROW(executor.spawn(MoveThrows(counts)).detach(), std::runtime_error);
  EXPECT_EQ(executor.unfinished(), 0u);
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_EQ(counts.made, 1u);
  EXPECT_EQ(counts.ended, 1u);
}

}  // namespace

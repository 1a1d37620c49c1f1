// runtime_shutdown_limit_test.cpp -- what may hold up the end of a runtime: blocking calls, polls that are stuck, and limits.
#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/udp_socket.hpp"
#include "common/runtime/tests/runtime_that_ends.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;

template <class Flavour>
class RuntimeShutdownLimitTest : public RuntimeThatEnds<Flavour> {};
TYPED_TEST_SUITE(RuntimeShutdownLimitTest, Flavours, FlavourNames);

// Question: a call on the blocking pool blocks on a sleep, and the destructor waits for that call. The workers, who
// fired the timers, have ended before it. Predict: who fires the sleep? Break in `DrivesMeanwhile`.
TYPED_TEST(RuntimeShutdownLimitTest, ABlockingCallThatBlocksOnASleep_DoesNotHoldUpTheEnd) {
  const Handle handle = this->runtime->handle();
  base::Parker begun;
  auto call = this->runtime->spawn_blocking([&] {
    handle.block_on([&]() -> Async<void> {
      begun.unpark();
      co_await sleep(std::chrono::milliseconds(30));
    });
    return 1;
  });
  begun.park();
  this->runtime.reset();
  EXPECT_EQ(block_on(call), 1);
}

// The other one who drives may stop before the call's sleep is over: its own was shorter.
TYPED_TEST(RuntimeShutdownLimitTest, ABlockingCallThatSleepsLongerThanAnotherBlockOn_DoesNotHoldUpTheEnd) {
  const Handle handle = this->runtime->handle();
  base::Parker both[2];
  const auto sleep_of = [handle](base::Parker& begun, Duration time) -> Async<void> {
    begun.unpark();
    co_await sleep(time);
  };
  auto call = this->runtime->spawn_blocking([&] {
    handle.block_on(sleep_of(both[0], std::chrono::milliseconds(60)));
    return 1;
  });
  base::Thread other("other", [&] { handle.block_on(sleep_of(both[1], std::chrono::milliseconds(20))); });
  for (base::Parker& begun : both) begun.park();
  this->runtime.reset();
  EXPECT_EQ(block_on(call), 1);
  other.join();
}

TYPED_TEST(RuntimeShutdownLimitTest, TheDestructor_WaitsForABlockingCall_AndDropsThoseThatHaveNotBegun) {
  const Handle handle = this->runtime->handle();
  this->runtime.emplace(TypeParam::builder().max_blocking_threads(1).build());
  base::Parker begun, go;
  bool ended = false;
  auto runs = this->runtime->spawn_blocking([&] {
    begun.unpark();
    go.park();
    ended = true;
  });
  begun.park();
  bool second = false;
  auto waits = this->runtime->spawn_blocking([&] { second = true; });
  const base::Thread helper([&] {
    yield_until([&] { return waits.is_finished(); });  // so the destructor has begun
    go.unpark();
  });
  this->runtime.reset();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(second);
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  EXPECT_TRUE(block_on(runs).has_value());
}

TYPED_TEST(RuntimeShutdownLimitTest, ShutdownTimeout_WithNothingThatRuns_SaysThatAllHaveEnded) {
  auto waits = this->runtime->spawn(wait_for, std::ref(this->never), std::ref(this->locals));
  this->until_waiting(1);
  EXPECT_TRUE(std::move(*this->runtime).shutdown_timeout(std::chrono::seconds(60)));
  EXPECT_EQ(this->locals.live(), 0u);
  EXPECT_TRUE(waits.is_finished());
}

TYPED_TEST(RuntimeShutdownLimitTest, ShutdownTimeout_WithABlockingCallThatIsStuck_LeavesItToItself) {
  base::Parker begun, go;
  auto stuck = this->runtime->spawn_blocking([&] {
    begun.unpark();
    go.park();
  });
  begun.park();
  EXPECT_FALSE(std::move(*this->runtime).shutdown_timeout(std::chrono::milliseconds(1)));
  this->runtime.reset();
  EXPECT_FALSE(stuck.is_finished());
  go.unpark();
  EXPECT_TRUE(block_on(stuck).has_value());  // it runs to its end
}

TYPED_TEST(RuntimeShutdownLimitTest, ShutdownBackground_DoesNotWait) {
  base::Parker begun, go;
  auto stuck = this->runtime->spawn_blocking([&] {
    begun.unpark();
    go.park();
  });
  begun.park();
  std::move(*this->runtime).shutdown_background();
  this->runtime.reset();
  EXPECT_FALSE(stuck.is_finished());
  go.unpark();
  EXPECT_TRUE(block_on(stuck).has_value());
}

// The thread that was started for the call may come to run only when the runtime has gone.
TYPED_TEST(RuntimeShutdownLimitTest, ShutdownBackground_RightAfterACallWasHandedOver_IsSafe) {
  for (int i = 0; i < 100; ++i) {
    Runtime each = TypeParam::builder().build();
    auto call = each.spawn_blocking([] {});
    std::move(each).shutdown_background();
    (void)block_on(call);  // made or cancelled
  }
}

TEST(MultiThreadShutdownLimitTest, ShutdownTimeout_WithAPollThatIsStuck_LeavesItsThreadToItself) {
  const Deadline deadline("the poll was waited for");
  base::Parker begun, go;
  Runtime runtime = OnThreads::builder().build();
  auto stuck = runtime.spawn(poll_fn([&](Context&) -> Poll<int> {
    begun.unpark();
    go.park();
    return Ready(4);
  }));
  begun.park();
  EXPECT_FALSE(std::move(runtime).shutdown_timeout(std::chrono::milliseconds(1)));
  EXPECT_FALSE(stuck.is_finished());
  go.unpark();
  EXPECT_EQ(block_on(stuck).value(), 4);  // it was in its last poll: it finishes
}

// Its other thread still ends, and destroys what waits.
TEST(MultiThreadShutdownLimitTest, BesideAStuckPoll_TheTasksThatWaitAreDestroyed) {
  const Deadline deadline("a task that waits was not destroyed");
  base::Parker begun, go;
  Notify never;
  Counts locals;
  Runtime runtime = OnThreads::builder().build();
  auto stuck = runtime.spawn(poll_fn([&](Context&) -> Poll<void> {
    begun.unpark();
    go.park();
    return Ready();
  }));
  begun.park();
  auto waits = runtime.spawn(wait_for, std::ref(never), std::ref(locals));
  yield_until([&] { return locals.live() == 1; });
  std::move(runtime).shutdown_background();
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  EXPECT_EQ(locals.live(), 0u);
  go.unpark();
  (void)block_on(stuck);
}

}  // namespace

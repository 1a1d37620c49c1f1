// runtime_shutdown_test.cpp -- the end of a runtime from outside: what becomes of tasks, handles, calls and wakers.
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
class RuntimeShutdownTest : public RuntimeThatEnds<Flavour> {};
TYPED_TEST_SUITE(RuntimeShutdownTest, Flavours, FlavourNames);

// Question: a task waits when its runtime goes. In which thread are its locals destroyed?
TYPED_TEST(RuntimeShutdownTest, ATaskThatWaits_IsDestroyedOnTheRuntimesThreads_BeforeTheDestructorReturns) {
  std::string_view destroyed_by = "nobody";
  auto waits = this->runtime->spawn([&, this]() -> Async<> {
    const Counted local(this->locals);
    const AtTheEnd guard([&] { destroyed_by = base::thread_name() == "main" ? "main" : "a worker"; });
    co_await this->never.notified();
  });
  this->until_waiting(1);
  this->runtime.reset();
  EXPECT_EQ(this->locals.live(), 0u);
  EXPECT_EQ(destroyed_by, TypeParam::kHasWorkers ? "a worker" : "main");
  EXPECT_TRUE(waits.is_finished());
}

// A worker lists the tasks that its own tasks spawn, apart from those that come from elsewhere.
TYPED_TEST(RuntimeShutdownTest, ATaskSpawnedByATask_IsDestroyedToo) {
  this->runtime->block_on(this->runtime->spawn([this]() -> Async<> {
    spawn(wait_for, std::ref(this->never), std::ref(this->locals)).detach();
    co_return;
  }));
  this->until_waiting(1);
  this->runtime.reset();
  EXPECT_EQ(this->locals.live(), 0u);
}

TYPED_TEST(RuntimeShutdownTest, ATaskThatNeverRan_IsDestroyedToo) {
  if (TypeParam::kHasWorkers) GTEST_SKIP() << "workers run it at once";
  auto task = this->runtime->spawn(wait_for, std::ref(this->never), std::ref(this->locals));
  this->runtime.reset();
  EXPECT_TRUE(task.is_finished());
  EXPECT_EQ(this->locals.made, 0u);
}

TYPED_TEST(RuntimeShutdownTest, WhoeverAwaitsATaskElsewhere_IsToldThatItWasCancelled) {
  const Runtime other = TypeParam::builder().build();
  auto waits = this->runtime->spawn(wait_for, std::ref(this->never), std::ref(this->locals));
  this->until_waiting(1);
  base::Parker polled;
  const base::Thread awaits([&] {
    const auto result = other.block_on([&]() -> Async<std::expected<void, JoinError>> {
      polled.unpark();
      co_return co_await waits;
    });
    EXPECT_TRUE(result.error().is_cancelled());
  });
  polled.park();
  this->runtime.reset();
}

TYPED_TEST(RuntimeShutdownTest, AfterTheEnd_WhatIsSpawnedByAHandle_IsCancelledAtOnce) {
  const Handle handle = this->runtime->handle();
  this->runtime.reset();
  auto task = handle.spawn([life = Counted(this->locals)]() mutable { return pending(); });
  EXPECT_TRUE(task.is_finished());
  EXPECT_EQ(this->locals.live(), 0u);
  bool called = false;
  auto call = handle.spawn_blocking([&] { called = true; });
  EXPECT_TRUE(call.is_finished());
  EXPECT_FALSE(called);
  EXPECT_EQ(handle.metrics().alive_tasks, 0u);
  EXPECT_EQ(handle.metrics().blocking_threads, 0u);
}

TYPED_TEST(RuntimeShutdownTest, AfterTheEnd_AHandleStillBlocksOnAFuture_AndWhatThatSpawnsIsCancelled) {
  const Handle handle = this->runtime->handle();
  this->runtime.reset();
  EXPECT_EQ(handle.block_on(ready(3)), 3);
  std::optional<JoinHandle<>> task;
  handle.block_on([&]() -> Async<> {
    task = spawn([life = Counted(this->locals)]() mutable { return pending(); });
    co_return;
  });
  EXPECT_EQ(this->locals.live(), 0u);
  EXPECT_TRUE(task->is_finished());
}

// A future that keeps the last handle of a runtime that has ended: with it the scheduler goes, which refuses it just now.
TYPED_TEST(RuntimeShutdownTest, AfterTheEnd_ASpawnedFutureMayHoldTheLastHandle) {
  struct Holds : PendingFuture<void> {
    explicit Holds(std::unique_ptr<Handle> handle) : last(std::move(handle)) {}
    std::unique_ptr<Handle> last;
  };
  auto last = std::make_unique<Handle>(this->runtime->handle());
  this->runtime.reset();
  const Handle& handle = *last;
  auto task = handle.spawn(Holds(std::move(last)));
  EXPECT_TRUE(task.is_finished());
}

// Question: a socket outlives its runtime, and somebody else awaits it. Nobody will see its events any more.
// Predict: does that one wait for ever? Break in `Runtime::shutdown`.
TYPED_TEST(RuntimeShutdownTest, WhoeverAwaitsASocketOfTheRuntimeElsewhere_IsToldThatItHasEnded) {
  CountingTask elsewhere;
  auto socket = [this] {
    const auto guard = this->runtime->enter();
    return UdpSocket::bind("127.0.0.1:0");
  }();
  ASSERT_TRUE(socket.has_value());
  std::array<std::byte, 4> bytes{};
  auto receives = socket->recv_from(bytes);
  EXPECT_TRUE(elsewhere.poll(receives).is_pending());
  this->runtime.reset();
  EXPECT_EQ(elsewhere.take_wakes(), 1u);
  auto answer = elsewhere.poll(receives);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_FALSE(answer.value().has_value());
}

// Question: the runtime has ended, and its handle blocks on a sleep. Its workers, who fired the timers, are gone.
// Predict: who fires this one? Break in `Handle::block_on`.
TYPED_TEST(RuntimeShutdownTest, BlockOnOfAHandleThatOutlivesTheRuntime_CanStillSleep) {
  const Handle handle = this->runtime->handle();
  this->runtime.reset();
  handle.block_on([] { return sleep(std::chrono::milliseconds(1)); });
  handle.block_on([]() -> Async<void> { co_await sleep(std::chrono::milliseconds(1)); });
}

TYPED_TEST(RuntimeShutdownTest, AWakerThatOutlivesTheRuntime_WakesNobody) {
  Strings strings;
  base::Atomic<bool> polled = false;  // and so it has kept its waker when the runtime is gone
  strings.in_poll = [&](Context&) { polled = true; };
  auto task = this->runtime->spawn([&] { return Puppet(strings); });
  this->runtime->block_on([&]() -> Async<> {
    while (!polled) co_await yield_now();
  });
  this->runtime.reset();
  strings.waker.wake_by_ref();
  strings.waker.clone().wake_by_ref();
  std::exchange(strings.waker, Waker()).wake_by_ref();
  EXPECT_EQ(strings.futures.live(), 0u);
}

// Each task's destructor spawns another one, to the third generation.
TYPED_TEST(RuntimeShutdownTest, WhatADestructorSpawnsWhileTheRuntimeEnds_IsDestroyedUnpolled) {
  int generations = 0;
  bool polled = false;
  const Handle handle = this->runtime->handle();
  std::function<void(int)> spawn_one = [&](int generation) {
    ++generations;
    if (generation == 3) return;
    handle
        .spawn([&, generation, life = Counted(this->locals)]() mutable {
          return poll_fn(
              [&polled, guard = std::make_unique<AtTheEnd<std::function<void()>>>([&spawn_one, generation] {
                          spawn_one(generation + 1);
                        })](Context&) -> Poll<void> {
                polled = true;
                return Pending();
              });
        })
        .detach();
  };
  auto first = this->runtime->spawn([&]() -> Async<> {
    const Counted local(this->locals);
    const AtTheEnd guard([&] { spawn_one(0); });
    co_await this->never.notified();
  });
  this->until_waiting(1);
  this->runtime.reset();
  EXPECT_EQ(generations, 4);
  EXPECT_FALSE(polled);
  EXPECT_EQ(this->locals.live(), 0u);
}

// The end unparks the workers, and then their hook spawns: a handle that is left keeps the queues, but not what is in them.
TEST(MultiThreadShutdownTest, WhatTheHookOfUnparkingSpawnsAtTheEnd_IsDestroyedWithTheRuntime) {
  const Deadline deadline("a runtime does not end");
  Counts futures;
  std::optional<Runtime> runtime =
      OnThreads::builder()
          .on_thread_unpark([&] {
            for (int i = 0; i < 3; ++i) {
              spawn([life = Counted(futures)]() mutable { return pending(); }).detach();
            }
          })
          .build();
  const Handle handle = runtime->handle();
  yield_until([&] { return handle.metrics().idle_workers == 2; });
  runtime.reset();
  EXPECT_EQ(futures.made, 6u);
  EXPECT_EQ(futures.live(), 0u);
}

}  // namespace

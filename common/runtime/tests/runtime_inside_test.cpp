// runtime_inside_test.cpp -- a Runtime that ends inside: in its own task, in another one's, on its blocking threads, in block_on.
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

template <class Flavour>
class RuntimeInsideTest : public testing::Test {
 protected:
  const Deadline deadline{"a runtime that ends inside waits for itself"};
  Notify never;
  Counts locals;
  std::optional<Runtime> runtime{Flavour::builder().enable_all().build()};
  const Handle handle = runtime->handle();

  // A task that waits, and has begun to.
  JoinHandle<> one_that_waits() {
    auto task = handle.spawn(wait_for, std::ref(never), std::ref(locals));
    handle.block_on([this]() -> Async<> {
      while (locals.live() == 0) co_await yield_now();
    });
    return task;
  }
};
TYPED_TEST_SUITE(RuntimeInsideTest, Flavours, FlavourNames);

// Question: a task destroys its runtime. When is that task's own future destroyed?
TYPED_TEST(RuntimeInsideTest, InATaskOfItsOwn_TheTaskRunsToItsNextAwait_AndAllAreCancelled) {
  auto waits = this->one_that_waits();
  bool went_on = false;
  auto ends = this->handle.spawn([&, this]() -> Async<> {
    const Counted local(this->locals);
    this->runtime.reset();
    went_on = true;
    co_await yield_now();
    ADD_FAILURE() << "it was cancelled";
  });
  const auto result = this->handle.block_on(ends);
  EXPECT_TRUE(result.error().is_cancelled());
  EXPECT_TRUE(went_on);
  EXPECT_TRUE(this->handle.block_on(waits).error().is_cancelled());
  EXPECT_EQ(this->locals.live(), 0u);
}

TYPED_TEST(RuntimeInsideTest, InATaskThatThenFinishes_ItsValueIsThere) {
  auto ends = this->handle.spawn(poll_fn([&, this](Context&) -> Poll<int> {
    this->runtime.reset();
    return Ready(3);
  }));
  EXPECT_EQ(this->handle.block_on(ends).value(), 3);
}

// The blocking call waits for the task, and the destructor in the task must not wait for the call.
TYPED_TEST(RuntimeInsideTest, InATaskOfItsOwn_ItDoesNotWaitForBlockingCalls) {
  base::Parker begun, go;
  auto call = this->handle.spawn_blocking([&] {
    begun.unpark();
    go.park();
  });
  begun.park();
  auto ends = this->handle.spawn(poll_fn([&, this](Context&) -> Poll<void> {
    this->runtime.reset();
    go.unpark();
    return Ready();
  }));
  EXPECT_TRUE(this->handle.block_on(ends).has_value());
  EXPECT_TRUE(block_on(call).has_value());
}

TYPED_TEST(RuntimeInsideTest, InATaskThatHasSpentItsBudget_ItDoesNotSpin) {
  auto ends = this->handle.spawn(poll_fn([&, this](Context&) -> Poll<void> {
    while (Budget::has_any_left()) Budget::spend();
    this->runtime.reset();
    return Ready();
  }));
  EXPECT_TRUE(this->handle.block_on(ends).has_value());
}

TYPED_TEST(RuntimeInsideTest, ShutdownTimeoutInATaskOfItsOwn_DoesNotWait) {
  bool all_ended = true;
  auto ends = this->handle.spawn(poll_fn([&, this](Context&) -> Poll<void> {
    all_ended = std::move(*this->runtime).shutdown_timeout(std::chrono::hours(1));
    return Ready();
  }));
  EXPECT_TRUE(this->handle.block_on(ends).has_value());
  if (TypeParam::kHasWorkers) {
    EXPECT_FALSE(all_ended);  // its own thread has not
  }
}

TYPED_TEST(RuntimeInsideTest, InATaskOfAnotherRuntime_ItWaitsAndDestroysWhatWaits) {
  auto waits = this->one_that_waits();
  for (const Runtime& other :
       {Builder::new_current_thread().build(), Builder::new_multi_thread().worker_threads(1).build()}) {
    auto ends = other.spawn([&, this]() -> Async<> {
      this->runtime.reset();
      EXPECT_EQ(this->locals.live(), 0u);
      EXPECT_EQ(Handle::current().flavor(), other.handle().flavor());
      EXPECT_TRUE(other.handle().runs_here());  // also behind the polls of the one that has ended
      co_await yield_now();                     // its own runtime goes on
    });
    EXPECT_TRUE(other.block_on(ends).has_value());
  }
  EXPECT_TRUE(waits.is_finished());
}

TYPED_TEST(RuntimeInsideTest, InItsOwnBlockOn_TheTasksAreDestroyedBeforeThatReturns) {
  auto waits = this->one_that_waits();
  const int answer = this->handle.block_on([this]() -> Async<int> {
    this->runtime.reset();
    co_return 4;
  });
  EXPECT_EQ(answer, 4);
  EXPECT_EQ(this->locals.live(), 0u);
  EXPECT_TRUE(waits.is_finished());
}

TYPED_TEST(RuntimeInsideTest, OnAThreadOfItsBlockingPool_ItDoesNotWaitForItself) {
  auto waits = this->one_that_waits();
  auto call = this->handle.spawn_blocking([this] { this->runtime.reset(); });
  EXPECT_TRUE(block_on(call).has_value());
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  EXPECT_EQ(this->locals.live(), 0u);
}

// Another thread runs the tasks: it destroys them, and its own future goes on.
TYPED_TEST(RuntimeInsideTest, WhileAnotherThreadBlocksOnIt_ThatOneGoesOn) {
  auto waits = this->one_that_waits();
  Notify told;
  base::Parker blocks;
  int answer = 0;
  base::Thread other([&] {
    answer = this->handle.block_on([&]() -> Async<int> {
      blocks.unpark();
      co_await told.notified();
      co_return 5;
    });
  });
  blocks.park();
  this->runtime.reset();
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  told.notify_one();
  other.join();
  EXPECT_EQ(answer, 5);
}

TYPED_TEST(RuntimeInsideTest, ARuntimeInATaskOfAnother_LivesAndEndsThere) {
  auto outer = this->handle.spawn([]() -> Async<int> {
    const Runtime inner = Builder::new_multi_thread().worker_threads(1).enable_time().build();
    auto task = inner.spawn([]() -> Async<int> {
      co_await sleep(std::chrono::milliseconds(1));
      co_return 6;
    });
    const auto result = co_await task;
    co_return *result;
  });
  EXPECT_EQ(this->handle.block_on(outer).value(), 6);
}

// The time-out is real time, although the thread that waits is the only one that would fire the outer runtime's timers.
TYPED_TEST(RuntimeInsideTest, ShutdownTimeoutInATaskOfAnotherRuntime_RunsOut) {
  base::Parker begun, go;
  const Runtime outer = TypeParam::of_one_thread().enable_time().build();
  auto stuck = this->handle.spawn_blocking([&] {
    begun.unpark();
    go.park();
  });
  begun.park();
  auto ends = outer.spawn([this]() -> Async<bool> {
    co_return std::move(*this->runtime).shutdown_timeout(std::chrono::milliseconds(1));
  });
  EXPECT_FALSE(outer.block_on(ends).value());
  go.unpark();
  (void)block_on(stuck);
}

}  // namespace

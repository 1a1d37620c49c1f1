// async_drop_test.cpp -- dropping an Async cancels it: innermost first, each local exactly once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/tests/traced.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;
using testing::IsEmpty;

Async<void> level(DropLog& log, Gate<>& gate, int depth) {
  const Traced first(log, "first of " + std::to_string(depth));
  const Traced second(log, "second of " + std::to_string(depth));
  if (depth == 0) {
    co_await gate.future();
  } else {
    co_await level(log, gate, depth - 1);
  }
}

// Predict: three coroutines wait for each other and the outermost is dropped. In which order do the locals
// go?
TEST(AsyncDropTest, DroppedWhileItWaits_DestroysInnermostFirst) {
  DropLog log;
  Gate<> gate("leaf", log);
  CountingTask task;
  {
    auto outer = level(log, gate, 2);
    EXPECT_TRUE(task.poll(outer).is_pending());
    EXPECT_THAT(log, IsEmpty());
  }
  EXPECT_THAT(log, ElementsAre("leaf", "second of 0", "first of 0", "second of 1", "first of 1",
                               "second of 2", "first of 2"));
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(AsyncDropTest, DroppedBeforeItsFirstPoll_HasNoLocals) {
  DropLog log;
  Gate<> gate("leaf", log);
  {
    auto outer = level(log, gate, 2);
  }
  EXPECT_THAT(log, IsEmpty());
}

TEST(AsyncDropTest, DroppedAfterItFinished_DestroysNothingTwice) {
  DropLog log;
  Gate<> gate("leaf", log);
  CountingTask task;
  {
    auto outer = level(log, gate, 1);
    EXPECT_TRUE(task.poll(outer).is_pending());
    gate.open();
    EXPECT_TRUE(task.poll(outer).is_ready());
    EXPECT_THAT(log, ElementsAre("leaf", "second of 0", "first of 0", "second of 1", "first of 1"));
  }
  EXPECT_EQ(log.size(), 5u);
}

TEST(AsyncDropTest, DroppedAfterAWakeThatWasNotPolled_DestroysAllTheSame) {
  DropLog log;
  Gate<> gate("leaf", log);
  CountingTask task;
  {
    auto outer = level(log, gate, 0);
    EXPECT_TRUE(task.poll(outer).is_pending());
    gate.open();
  }
  EXPECT_THAT(log, ElementsAre("leaf", "second of 0", "first of 0"));
}

Async<void> awaits_two_children(DropLog& log, Gate<>& first, Gate<>& second) {
  co_await level(log, first, 0);
  co_await level(log, second, 0);
}

TEST(AsyncDropTest, DroppedAtTheSecondAwait_DestroysTheSecondChildAlone) {
  DropLog log;
  Gate<> first("first leaf", log), second("second leaf", log);
  CountingTask task;
  {
    auto parent = awaits_two_children(log, first, second);
    first.open();
    EXPECT_TRUE(task.poll(parent).is_pending());
    log.clear();
  }
  EXPECT_THAT(log, ElementsAre("second leaf", "second of 0", "first of 0"));
}

Async<void> awaits_a_local(DropLog& log, Gate<>& gate) {
  const Traced outer(log, "outer");
  auto child = level(log, gate, 0);
  const Traced later(log, "later than the child");
  co_await child;
}

// Awaited by reference, the child is a local like the others: it goes when its turn comes.
TEST(AsyncDropTest, ChildAwaitedByReference_IsDestroyedAsTheLocalThatItIs) {
  DropLog log;
  Gate<> gate("leaf", log);
  CountingTask task;
  {
    auto parent = awaits_a_local(log, gate);
    EXPECT_TRUE(task.poll(parent).is_pending());
  }
  EXPECT_THAT(log, ElementsAre("later than the child", "leaf", "second of 0", "first of 0", "outer"));
}

TEST(AsyncDropTest, Parameters_LiveAsLongAsTheFrame) {
  const auto shared = std::make_shared<int>(1);
  CountingTask task;
  Gate<> gate;
  {
    auto coroutine = [](std::shared_ptr<int> kept, Gate<>& waits) -> Async<int> {
      co_await waits.future();
      co_return *kept;
    }(shared, gate);
    EXPECT_EQ(shared.use_count(), 2);
    EXPECT_TRUE(task.poll(coroutine).is_pending());
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

// Predict: a destructor that runs during cancellation throws, and its own scope catches it. Does the rest go
// on?
TEST(AsyncDropTest, DestructorThatCatchesItsOwnException_DoesNotStopTheCancellation) {
  struct ThrowsInside {
    ~ThrowsInside() {
      try {
        throw std::runtime_error("inside");
      } catch (const std::runtime_error&) {
        log->push_back("caught inside");
      }
    }
    DropLog* log;
  };
  DropLog log;
  CountingTask task;
  Gate<> gate("leaf", log);
  {
    auto coroutine = [](DropLog& to, Gate<>& waits) -> Async<void> {
      const Traced outer(to, "outer");
      const ThrowsInside local{&to};
      co_await waits.future();
    }(log, gate);
    EXPECT_TRUE(task.poll(coroutine).is_pending());
  }
  EXPECT_THAT(log, ElementsAre("leaf", "caught inside", "outer"));
}

// A coroutine that is dropped because an exception passes by is cancelled like any other.
TEST(AsyncDropTest, DroppedByStackUnwinding_DestroysInnermostFirst) {
  DropLog log;
  CountingTask task;
  Gate<> gate("leaf", log);
  try {
    auto outer = level(log, gate, 1);
    EXPECT_TRUE(task.poll(outer).is_pending());
    throw std::runtime_error("passing by");
  } catch (const std::runtime_error&) {
    log.push_back("caught");
  }
  EXPECT_THAT(log, ElementsAre("leaf", "second of 0", "first of 0", "second of 1", "first of 1", "caught"));
}

TEST(AsyncDropDeathTest, DestroyedByItself_StopsTheProgram) {
  CountingTask task;
  std::optional<Async<void>> self;
  self.emplace([](std::optional<Async<void>>& me) -> Async<void> {
    me.reset();
    co_return;
  }(self));
  EXPECT_DEATH((void)task.poll(*self), "destroyed while it runs");
}

}  // namespace

// map_test.cpp -- map: a function of the output, called once, when the future is gone.
#include "common/future/map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;

static_assert(
    std::is_same_v<OutputOf<decltype(map(ready(1), [](int) { return std::string(); }))>, std::string>);
static_assert(std::is_void_v<OutputOf<decltype(map(ready(), [] {}))>>);

TEST(MapTest, Function_IsAppliedToTheOutput) {
  EXPECT_EQ(block_on(map(ready(3), [](int n) { return std::to_string(n); })), "3");
}

TEST(MapTest, VoidOnEitherSide_Works) {
  int called = 0;
  EXPECT_EQ(block_on(map(ready(), [] { return 4; })), 4);
  block_on(map(ready(2), [&](int n) { called += n; }));
  block_on(map(ready(), [&] { ++called; }));
  EXPECT_EQ(called, 3);
}

TEST(MapTest, MoveOnlyOutputAndFunction_AreMoved) {
  auto mapped = map(ready(std::make_unique<int>(2)),
                    [factor = std::make_unique<int>(5)](std::unique_ptr<int> n) { return *n * *factor; });
  EXPECT_EQ(block_on(std::move(mapped)), 10);
}

TEST(MapTest, FutureThatFinished_IsDestroyedBeforeTheFunctionIsCalled) {
  DropLog log;
  Gate<int> gate("future", log);
  CountingTask task;
  auto mapped = map(gate.future(), [&](int n) {
    log.push_back("function");
    return n;
  });
  EXPECT_TRUE(task.poll(mapped).is_pending());
  gate.open(1);
  EXPECT_EQ(task.poll(mapped).value(), 1);
  EXPECT_THAT(log, ElementsAre("future", "function"));
}

TEST(MapTest, ExceptionOfTheFutureOrTheFunction_ComesOutOfPoll) {
  CountingTask task;
  Gate<int> gate;
  gate.fail("burnt");
  bool called = false;
  auto of_future = map(gate.future(), [&](int) { called = true; });
  EXPECT_THROW((void)task.poll(of_future), std::runtime_error);
  EXPECT_FALSE(called);
  auto of_function = map(ready(1), [](int) -> int { throw std::logic_error("no"); });
  EXPECT_THROW((void)task.poll(of_function), std::logic_error);
}

TEST(MapTest, DroppedAtEachState_DropsTheFutureOnceAndNeverCallsTheFunction) {
  for (int state = 0; state <= 2; ++state) {
    Gate<int> gate;
    CountingTask task;
    bool called = false;
    {
      auto mapped = map(gate.future(), [&](int) { called = true; });
      if (state >= 1) {
        EXPECT_TRUE(task.poll(mapped).is_pending());
      }
      if (state >= 2) gate.open(1);
    }
    EXPECT_EQ(gate.dropped(), 1u);
    EXPECT_FALSE(called);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(MapTest, InsideAJoin_IsAFutureLikeOthers) {
  const auto both = []() -> Async<int> {
    auto [a, b] =
        co_await join(map(ready(1), [](int n) { return n + 1; }), map(ready(2), [](int n) { return n * 2; }));
    co_return a + b;
  };
  EXPECT_EQ(block_on(both()), 6);
}

TEST(MapDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto mapped = map(ready(1), [](int n) { return n; });
  EXPECT_TRUE(task.poll(mapped).is_ready());
  EXPECT_DEATH((void)task.poll(mapped), "a future was polled after it finished");
}

}  // namespace

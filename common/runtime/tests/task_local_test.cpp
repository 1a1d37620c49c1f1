// task_local_test.cpp -- TaskLocal: set around each poll of its scope and around its end, and nowhere else.
#include "common/runtime/task_local.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/tests/flavours.hpp"

namespace {

using namespace async;

TaskLocal<std::string> name;
TaskLocal<int> number;

TEST(TaskLocalTest, OutsideOfAScope_ThereIsNone) {
  EXPECT_EQ(name.try_get(), nullptr);
  EXPECT_THROW((void)name.get(), std::logic_error);
}

TEST(TaskLocalTest, InAScope_EveryPollSeesIt_AndBetweenThemNobodyDoes) {
  ManualExecutor executor;
  int polls = 0;
  auto task = executor.spawn(name.scope("toast", poll_fn([&](Context& cx) -> Poll<int> {
                                          EXPECT_EQ(name.get(), "toast");
                                          if (++polls == 3) return Ready(7);
                                          cx.waker().wake_by_ref();
                                          return Pending();
                                        })));
  for (int i = 0; i < 3; ++i) {
    (void)executor.step();
    EXPECT_EQ(name.try_get(), nullptr);
  }
  Context cx(Waker::noop());
  EXPECT_EQ(task.poll(cx).value().value(), 7);
}

TEST(TaskLocalTest, AChange_StaysForTheNextPoll) {
  ManualExecutor executor;
  const auto adds = []() -> Async<int> {
    number.get() += 10;
    co_await yield_now();
    number.get() += 100;
    co_return number.get();
  };
  auto task = executor.spawn(number.scope(1, adds()));
  executor.run_until_stalled();
  Context cx(Waker::noop());
  EXPECT_EQ(task.poll(cx).value().value(), 111);
}

TEST(TaskLocalTest, TwoTasksThatTakeTurns_EachSeeTheirOwn) {
  ManualExecutor executor;
  const auto checks = [](int mine) -> Async<> {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(number.get(), mine);
      co_await yield_now();
    }
  };
  auto one = executor.spawn(number.scope(1, checks(1)));
  auto two = executor.spawn(number.scope(2, checks(2)));
  executor.run_until_stalled();
  EXPECT_TRUE(one.is_finished() && two.is_finished());
}

// Question: a scope in a scope. What is seen inside, and what after the inner one has ended?
TEST(TaskLocalTest, AnInnerScope_HidesTheOuterOne_UntilItEnds) {
  ManualExecutor executor;
  const auto outer = []() -> Async<> {
    EXPECT_EQ(number.get(), 1);
    const auto inner = []() -> Async<> {
      EXPECT_EQ(number.get(), 2);
      EXPECT_EQ(name.get(), "jam");
      co_await yield_now();
      EXPECT_EQ(number.get(), 2);
      EXPECT_EQ(name.get(), "jam");
    };
    auto named = name.scope("jam", inner());
    co_await number.scope(2, std::move(named));
    EXPECT_EQ(number.get(), 1);
    EXPECT_EQ(name.try_get(), nullptr);
  };
  auto task = executor.spawn(number.scope(1, outer()));
  executor.run_until_stalled();
  EXPECT_TRUE(task.is_finished());
}

TEST(TaskLocalTest, ASpawnedTask_DoesNotInheritIt) {
  ManualExecutor executor;
  bool seen = true;
  const auto outer = [&]() -> Async<> {
    executor
        .spawn(poll_fn([&](Context&) -> Poll<void> {
          seen = number.try_get() != nullptr;
          return Ready();
        }))
        .detach();
    co_return;
  };
  auto task = executor.spawn(number.scope(1, outer()));
  executor.run_until_stalled();
  EXPECT_FALSE(seen);
}

// A future that is destroyed in its scope, finished, failed, or cancelled, may still use the value.
TEST(TaskLocalTest, TheEndOfTheFuture_SeesTheValue) {
  int seen = 0;
  const auto look = [&] { seen = number.try_get() == nullptr ? -1 : number.get(); };
  const auto finishes = [&]() -> Async<> {
    const AtTheEnd guard(look);
    co_return;
  };
  const auto fails = [&]() -> Async<> {
    const AtTheEnd guard(look);
    throw std::runtime_error("burnt");
    co_return;
  };
  const auto waits = [&]() -> Async<> {
    const AtTheEnd guard(look);
    co_await pending();
  };
  Context cx(Waker::noop());
  {
    auto scope = number.scope(5, finishes);
    EXPECT_TRUE(scope.poll(cx).is_ready());
    EXPECT_EQ(std::exchange(seen, 0), 5);
  }
  {
    auto scope = number.scope(6, fails);
    EXPECT_THROW((void)scope.poll(cx), std::runtime_error);
    EXPECT_EQ(std::exchange(seen, 0), 6);
    EXPECT_EQ(number.try_get(), nullptr);
  }
  {
    auto scope = number.scope(7, waits);
    EXPECT_TRUE(scope.poll(cx).is_pending());
    EXPECT_EQ(number.try_get(), nullptr);
  }
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(number.try_get(), nullptr);
}

TEST(TaskLocalTest, DroppedInsideAnotherScope_EachEndSeesItsOwn) {
  int seen = 0;
  Context cx(Waker::noop());
  const auto waits = [&]() -> Async<> {
    const AtTheEnd guard([&] { seen = number.get(); });
    co_await pending();
  };
  auto inner = std::make_optional(number.scope(1, waits()));
  EXPECT_TRUE(inner->poll(cx).is_pending());
  number.sync_scope(2, [&] {
    inner.reset();
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(number.get(), 2);
  });
}

TEST(TaskLocalTest, AScopeThatIsNeverPolled_CallsNothing_AndMayBeMoved) {
  bool ran = false;
  auto scope = number.scope(1, poll_fn([&](Context&) -> Poll<void> { return ran = true, Ready(); }));
  auto moved = std::move(scope);
  EXPECT_FALSE(ran);
  Context cx(Waker::noop());
  EXPECT_TRUE(moved.poll(cx).is_ready());
  EXPECT_TRUE(ran);
}

// A callable is kept, with its captures, as long as the scope; the scope is then built where it stays.
TEST(TaskLocalTest, ACallable_IsKeptWithWhatItCaptures) {
  ManualExecutor executor;
  auto task = executor.spawn([] {
    return number.scope(
        3, [text = std::string("one that is too long for the small string")]() -> Async<std::size_t> {
          co_await yield_now();
          co_return text.size() + static_cast<std::size_t>(number.get());
        });
  });
  executor.run_until_stalled();
  Context cx(Waker::noop());
  EXPECT_EQ(task.poll(cx).value().value(), 44u);
}

TEST(TaskLocalTest, SyncScope_GivesWhatTheCallGives_AndEndsWhenItThrows) {
  EXPECT_EQ(number.sync_scope(4, [] { return number.get() * 2; }), 8);
  EXPECT_THROW(number.sync_scope(4, [] { throw std::runtime_error("burnt"); }), std::runtime_error);
  EXPECT_EQ(number.try_get(), nullptr);
}

TEST(TaskLocalTest, AMoveOnlyValue_IsFine) {
  static TaskLocal<std::unique_ptr<int>> owned;
  EXPECT_EQ(owned.sync_scope(std::make_unique<int>(3), [] { return *owned.get(); }), 3);
}

// A thread_local would change with the thread.
TEST(TaskLocalTest, OnARuntimeWithSeveralThreads_TheValueGoesWithTheTask) {
  const Deadline deadline("a task in a scope does not end");
  const Runtime runtime = OnThreads::builder().build();
  const auto checks = [](int mine) -> Async<> {
    for (int i = 0; i < 300; ++i) {
      EXPECT_EQ(number.get(), mine);
      co_await yield_now();
    }
  };
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(runtime.spawn(number.scope(i, checks(i))));
  for (auto& task : tasks) EXPECT_TRUE(runtime.block_on(task).has_value());
}

}  // namespace

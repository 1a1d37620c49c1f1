// timeout_test.cpp -- timeout(): who wins, what is destroyed and when, and what comes out.
#include "common/time/timeout.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/budget.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/counted.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

Async<std::string> slow_task() {
  co_await sleep(10s);
  co_return "done";
}

// Question: a task of 10 s gets 3. When is it destroyed: when the time is over, or when somebody looks?
// Predict `live` after each step. Break in `Timeout::poll`.
TEST(TimeoutTest, SlowFuture_IsDestroyedInThePollThatSaysSo) {
  PausedClock clock;
  ManualExecutor executor;
  Counts counts;
  const auto holds_something = [&counts]() -> Async<> {
    const Counted held(counts);
    co_await sleep(10s);
  };
  auto task = executor.spawn([&]() -> Async<std::size_t> {
    const auto answer = co_await timeout(3s, holds_something());
    EXPECT_FALSE(answer);
    co_return counts.live();  // whoever is told finds it gone
  });
  executor.run_until_stalled();
  EXPECT_EQ(counts.live(), 1u);
  clock.advance(3s);
  EXPECT_EQ(counts.live(), 1u);  // the time is over, and nobody has polled yet
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(block_on(task).value(), 0u);
  EXPECT_FALSE(clock.advance_to_next());  // the sleep of 10 s went with it
}

TEST(TimeoutTest, FastFuture_GivesItsOutputAndLeavesNoTimer) {
  PausedClock clock;
  const auto answer = block_on(timeout(11s, slow_task()));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, "done");
  EXPECT_EQ(now(), Instant(10s));
  EXPECT_FALSE(clock.advance_to_next());
}

TEST(TimeoutTest, BothAtOnce_TheFutureWins) {
  PausedClock clock;
  EXPECT_TRUE(block_on(timeout(10s, slow_task())));
}

TEST(TimeoutTest, NoTimeAtAll_StillAsksOnce) {
  PausedClock clock;
  EXPECT_EQ(block_on(timeout(0s, ready(7))).value(), 7);
  EXPECT_FALSE(block_on(timeout(0s, pending<int>())));
}

TEST(TimeoutTest, Message_SaysAfterHowLong) {
  PausedClock clock;
  EXPECT_EQ(block_on(timeout(3s, slow_task())).error().message(), "timed out after 3000 ms");
  EXPECT_EQ(now(), Instant(3s));
}

TEST(TimeoutTest, Exception_ComesOutOnceTheFutureIsGone) {
  PausedClock clock;
  Counts counts;
  const auto fails = [&counts]() -> Async<> {
    const Counted held(counts);
    co_await sleep(1s);
    throw std::runtime_error("burnt");
  };
  EXPECT_THROW(block_on(timeout(3s, fails())), std::runtime_error);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_FALSE(clock.advance_to_next());
}

TEST(TimeoutTest, MoveOnlyOutput_IsMovedOut) {
  PausedClock clock;
  EXPECT_EQ(**block_on(timeout(1s, ready(std::make_unique<int>(5)))), 5);
}

TEST(TimeoutTest, LentFuture_SurvivesAndCanBeWaitedForAgain) {
  PausedClock clock;
  auto slow = slow_task();
  EXPECT_FALSE(block_on(timeout(3s, by_ref(slow))));
  EXPECT_EQ(block_on(slow), "done");
  EXPECT_EQ(now(), Instant(10s));
}

TEST(TimeoutAtTest, Deadline_IsAnInstantAndTheMessageSaysHowLongThatWas) {
  PausedClock clock;
  clock.advance(5s);
  EXPECT_EQ(block_on(timeout_at(Instant(8s), slow_task())).error().message(), "timed out after 3000 ms");
  EXPECT_EQ(now(), Instant(8s));
  EXPECT_EQ(block_on(timeout_at(Instant(18s), slow_task())).value(), "done");
  EXPECT_EQ(now(), Instant(18s));
}

TEST(TimeoutAtTest, DeadlineThatIsOver_StillAsksOnce) {
  PausedClock clock;
  clock.advance(5s);
  EXPECT_EQ(block_on(timeout_at(Instant(1s), ready(7))).value(), 7);
  EXPECT_EQ(block_on(timeout_at(Instant(1s), pending<int>())).error().after, 0s);
  EXPECT_EQ(now(), Instant(5s));
}

// Never waits: each poll uses the budget up, and is polled again at once.
struct Greedy {
  using Output = void;
  explicit Greedy() = default;
  Poll<void> poll(Context& cx) {
    while (!Budget::is_spent(cx)) Budget::spend();
    return Pending();
  }
};

// Question: the future leaves no budget, in no poll. Who looks at the time? Predict in which poll it is over.
TEST(TimeoutTest, FutureThatUsesUpTheBudget_DoesNotKeepItFromEnding) {
  PausedClock clock;
  CountingTask task;
  auto limited = timeout(3s, Greedy());
  const auto poll = [&] {
    const Budget::Scope share;
    return task.poll(limited);
  };
  EXPECT_TRUE(poll().is_pending());
  EXPECT_EQ(task.take_wakes(), 1u);
  clock.advance(3s);
  auto answer = poll();
  ASSERT_TRUE(answer.is_ready());
  EXPECT_FALSE(answer.value());
}

// The other way round: timeouts that are over at once, one after the other, must let go of the thread some time.
TEST(TimeoutTest, LoopOfTimeoutsThatAreOver_EndsWithTheBudget) {
  PausedClock clock;
  CountingTask task;
  int timeouts = 0;
  const auto loop = [&]() -> Async<> {
    for (;;) {
      (void)co_await timeout(0s, pending<void>());
      ASYNC_CHECK(++timeouts < 1000, "it never lets go");
    }
  };
  auto running = loop();
  {
    const Budget::Scope share(100);
    EXPECT_TRUE(task.poll(running).is_pending());
  }
  EXPECT_EQ(timeouts, 100);
  EXPECT_GE(task.take_wakes(), 1u);  // and it is polled again
}

// Here the Timeout itself lives on: what it gave up must be gone all the same.
TEST(TimeoutTest, FutureIsGone_AsSoonAsTheAnswerOrTheExceptionIsThere) {
  PausedClock clock;
  Counts counts;
  const auto holds = [&counts](Duration duration) -> Async<> {
    const Counted held(counts);
    co_await sleep(duration);
    throw std::runtime_error("burnt");
  };
  Context cx(Waker::noop());
  auto too_slow = timeout(3s, holds(10s));
  auto fails = timeout(3s, holds(1s));
  EXPECT_TRUE(too_slow.poll(cx).is_pending());
  EXPECT_TRUE(fails.poll(cx).is_pending());
  EXPECT_EQ(counts.live(), 2u);
  clock.advance(3s);
  EXPECT_FALSE(too_slow.poll(cx).value());
  EXPECT_EQ(counts.live(), 1u);
  EXPECT_THROW((void)fails.poll(cx), std::runtime_error);
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_FALSE(clock.advance_to_next());  // nor is there a timer left
}

TEST(TimeoutTest, DroppedWhileItWaits_DropsBoth) {
  PausedClock clock;
  CountingWaker counted;
  {
    auto limited = timeout(3s, slow_task());
    const Waker waker = counted.waker();
    Context cx(waker);
    EXPECT_TRUE(limited.poll(cx).is_pending());
    EXPECT_EQ(counted.live(), 3u);  // this one, the sleep's, the limit's
  }
  EXPECT_EQ(counted.live(), 0u);
  EXPECT_FALSE(clock.advance_to_next());
}

}  // namespace

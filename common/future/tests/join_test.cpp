// join_test.cpp -- join: all outputs, in order; who is polled first; what an exception does.
#include "common/future/join.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;
using testing::IsEmpty;

struct ImmovableChild {
  using Output = int;
  explicit ImmovableChild(int given) : value(given) {}
  ImmovableChild(ImmovableChild&&) = delete;
  Poll<int> poll(Context&) { return Ready(value); }
  int value;
};
struct BuildsFixed {
  ImmovableChild operator()() const { return ImmovableChild(1); }
};

using Ready1 = ReadyFuture<int>;
static_assert(detail::FutureOrBuilder<Ready1>);
static_assert(!detail::FutureOrBuilder<Ready1&>, "a named future is moved or lent, never copied by accident");
static_assert(!detail::FutureOrBuilder<const Ready1&>);
static_assert(!detail::FutureOrBuilder<ImmovableChild>, "what cannot be moved is built in place");
static_assert(detail::FutureOrBuilder<BuildsFixed> && detail::FutureOrBuilder<BuildsFixed&>);
static_assert(!detail::FutureOrBuilder<int>);

using Pair = decltype(join(ready(1), ready()));
static_assert(std::is_same_v<OutputOf<Pair>, std::tuple<int, std::monostate>>);
static_assert(std::is_move_constructible_v<Pair> && !std::is_copy_constructible_v<Pair>);
static_assert(!std::is_move_constructible_v<decltype(join(BuildsFixed()))>);

TEST(JoinTest, AllReady_GivesTheOutputsInOrder) {
  const auto [number, nothing, text] = block_on(join(ready(1), ready(), ready(std::string("toast"))));
  EXPECT_EQ(number, 1);
  EXPECT_EQ(nothing, std::monostate());
  EXPECT_EQ(text, "toast");
}

TEST(JoinTest, OfNothing_IsReadyAtOnce) { EXPECT_EQ(block_on(join()), std::tuple<>()); }

TEST(JoinTest, MoveOnlyOutputsOfChildrenInACoroutine_Arrive) {
  const auto both = []() -> Async<int> {
    auto [a, b] = co_await join(ready(std::make_unique<int>(3)), ready(std::make_unique<int>(4)));
    co_return *a + *b;
  };
  EXPECT_EQ(block_on(both()), 7);
}

TEST(JoinTest, ChildThatFinishesFirst_KeepsItsOutputAndIsNotPolledAgain) {
  Gate<int> a, b;
  CountingTask task;
  auto both = join(a.future(), b.future());
  EXPECT_TRUE(task.poll(both).is_pending());
  b.open(2);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(both).is_pending());
  EXPECT_EQ(b.dropped(), 1u) << "it finished: its future is gone at once";
  EXPECT_TRUE(task.poll(both).is_pending());
  EXPECT_EQ(a.polls(), 3u);
  EXPECT_EQ(b.polls(), 2u);
  a.open(1);
  EXPECT_EQ(task.poll(both).value(), std::tuple(1, 2));
  EXPECT_EQ(task.kept_wakers(), 0u);
}

auto named(char name, std::string& asked, int polls) {
  return poll_fn([name, &asked, polls](Context&) mutable -> Poll<char> {
    asked += name;
    if (--polls == 0) return Ready(name);
    return Pending();
  });
}

// Predict: three children, none ready. Who is asked first in the second poll? And in the fourth?
TEST(JoinTest, EachPoll_BeginsOneChildFurtherThanTheLast) {
  std::string asked;
  CountingTask task;
  auto three = join(named('a', asked, 9), named('b', asked, 9), named('c', asked, 9));
  for (int poll = 0; poll < 4; ++poll) {
    EXPECT_TRUE(task.poll(three).is_pending());
    asked += ' ';
  }
  EXPECT_EQ(asked, "abc bca cab abc ");
}

TEST(JoinTest, RotationWithFinishedChildren_PassesThemOver) {
  std::string asked;
  CountingTask task;
  auto three = join(named('a', asked, 3), named('b', asked, 1), named('c', asked, 2));
  EXPECT_TRUE(task.poll(three).is_pending());
  asked += ' ';
  EXPECT_TRUE(task.poll(three).is_pending());
  asked += ' ';
  EXPECT_EQ(task.poll(three).value(), std::tuple('a', 'b', 'c'));
  EXPECT_EQ(asked, "abc ca a");
}

TEST(JoinTest, ExceptionOfAChild_ComesOutAtOnceAndTheOthersAreGoneByThen) {
  DropLog log;
  Gate<int> a("a", log), b("b", log), c("c", log);
  CountingTask task;
  auto three = join(a.future(), b.future(), c.future());
  EXPECT_TRUE(task.poll(three).is_pending());
  a.open(1);
  EXPECT_TRUE(task.poll(three).is_pending());
  EXPECT_THAT(log, ElementsAre("a"));
  b.fail("burnt");
  try {
    (void)task.poll(three);
    FAIL() << "it does not throw";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "burnt");
    EXPECT_THAT(log, ElementsAre("a", "c", "b"));  // the last first, as members are
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(JoinTest, ExceptionOfAChild_ArrivesAtTheAwait) {
  const auto fails = [](int) -> Async<int> {
    co_await yield_now();
    throw std::runtime_error("burnt");
  };
  const auto caught = [&fails]() -> Async<bool> {
    try {
      co_await join(fails(1), ready(2));
    } catch (const std::runtime_error&) {
      co_return true;
    }
    co_return false;
  };
  EXPECT_TRUE(block_on(caught()));
}

TEST(JoinTest, ImmovableFuture_IsBuiltInPlace) {
  EXPECT_EQ(block_on(join([] { return ImmovableChild(1); }, ready(2), BuildsFixed())), std::tuple(1, 2, 1));
}

// Predict: the lambda is a temporary, its coroutine refers to its captures. Where are they at the second
// poll?
TEST(JoinTest, LambdaCoroutine_KeepsItsCapturesAsLongAsItRuns) {
  CountingTask task;
  const auto shared = std::make_shared<int>(5);
  {
    auto both = join([shared]() -> Async<int> {
      co_await yield_now();
      co_return *shared;
    });
    EXPECT_EQ(shared.use_count(), 2);
    EXPECT_TRUE(task.poll(both).is_pending());
    EXPECT_EQ(task.poll(both).value(), std::tuple(5));
    EXPECT_EQ(shared.use_count(), 1) << "the captures go with the future";
  }
}

TEST(JoinTest, Builders_AreCalledFromTheFirstToTheLast) {
  std::string called;
  const auto build = [&called](char name) {
    return [&called, name] {
      called += name;
      return ready(name);
    };
  };
  auto three = join(build('a'), build('b'), build('c'));
  EXPECT_EQ(called, "abc");
  EXPECT_EQ(block_on(three), std::tuple('a', 'b', 'c'));
}

TEST(JoinTest, MovedBeforeItsFirstPoll_Works) {
  Gate<int> gate;
  CountingTask task;
  auto first = join(gate.future(), ready(2));
  auto second = join(std::move(first), ready(3));
  EXPECT_TRUE(task.poll(second).is_pending());
  gate.open(1);
  EXPECT_EQ(task.poll(second).value(), std::tuple(std::tuple(1, 2), 3));
}

TEST(JoinTest, DroppedAtEachState_DropsEveryChildOnce) {
  for (int polls = 0; polls <= 3; ++polls) {
    DropLog log;
    Gate<int> a("a", log), b("b", log);
    CountingTask task;
    {
      auto both = join(a.future(), b.future());
      if (polls >= 1) {
        EXPECT_TRUE(task.poll(both).is_pending());
      }
      if (polls >= 2) {
        a.open(1);
        EXPECT_TRUE(task.poll(both).is_pending());
        EXPECT_THAT(log, ElementsAre("a"));
      }
      if (polls >= 3) b.open(2);  // woken, but not polled
    }
    EXPECT_EQ(a.dropped(), 1u);
    EXPECT_EQ(b.dropped(), 1u);
    EXPECT_THAT(log, polls >= 2 ? ElementsAre("a", "b") : ElementsAre("b", "a"));
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(JoinTest, DroppedWithAnOutputInIt_DestroysTheOutput) {
  Gate<std::shared_ptr<int>> a;
  Gate<int> b;
  const auto shared = std::make_shared<int>(1);
  CountingTask task;
  {
    auto both = join(a.future(), b.future());
    a.open(shared);
    EXPECT_TRUE(task.poll(both).is_pending());
  }
  a.open(nullptr);
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(JoinDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto one = join(ready(1));
  EXPECT_TRUE(task.poll(one).is_ready());
  EXPECT_DEATH((void)task.poll(one), "a join was polled after it finished");
}

TEST(JoinDeathTest, MovedAfterItsFirstPoll_StopsTheProgram) {
  CountingTask task;
  Gate<int> gate;
  auto one = join(gate.future());
  EXPECT_TRUE(task.poll(one).is_pending());
  EXPECT_DEATH({ auto moved = std::move(one); }, "a future was moved after its first poll");
}

}  // namespace

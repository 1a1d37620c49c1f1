// select_test.cpp -- select: the first output, the losers gone by then; fair or in order.
#include "common/future/select.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;
using testing::UnorderedElementsAre;

using Both = decltype(select(ready(1), ready()));
static_assert(std::is_same_v<OutputOf<Both>, std::variant<int, std::monostate>>);
static_assert(std::is_move_constructible_v<Both> && !std::is_copy_constructible_v<Both>);

TEST(SelectTest, BranchesWithEqualTypes_AreToldApartByTheirIndex) {
  Gate<int> a, b;
  CountingTask task;
  auto either = select(a.future(), b.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  b.open(7);
  const auto won = task.poll(either).value();
  EXPECT_EQ(won.index(), 1u);
  EXPECT_EQ(std::get<1>(won), 7);
}

// Predict: when select answers, are the losers still there? (What they held, a permit, a lock, is free by
// then.)
TEST(SelectTest, Losers_AreDestroyedBeforeItAnswers) {
  DropLog log;
  Gate<int> a("a", log), b("b", log), c("c", log);
  CountingTask task;
  auto either = select(a.future(), b.future(), c.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  b.open(1);
  EXPECT_EQ(task.poll(either).value().index(), 1u);
  EXPECT_THAT(log, ElementsAre("b", "c", "a"));  // the winner, then the losers, the last first
  EXPECT_EQ(task.kept_wakers(), 0u);
}

auto named(char name, std::string& asked) {
  return poll_fn([name, &asked](Context&) -> Poll<void> {
    asked += name;
    return Pending();
  });
}

TEST(SelectTest, Fair_BeginsOneChildFurtherAtEachPoll) {
  std::string asked;
  CountingTask task;
  auto three = select(named('a', asked), named('b', asked), named('c', asked));
  for (int poll = 0; poll < 3; ++poll) {
    EXPECT_TRUE(task.poll(three).is_pending());
    asked += ' ';
  }
  // Where it begins depends on the selects before it in this thread.
  EXPECT_THAT(asked, testing::AnyOf("abc bca cab ", "bca cab abc ", "cab abc bca "));
}

TEST(SelectTest, Biased_AsksInOrderAtEveryPoll) {
  std::string asked;
  CountingTask task;
  auto three = select_biased(named('a', asked), named('b', asked), named('c', asked));
  for (int poll = 0; poll < 2; ++poll) {
    EXPECT_TRUE(task.poll(three).is_pending());
    asked += ' ';
  }
  EXPECT_EQ(asked, "abc abc ");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(block_on(select_biased(ready(1), ready(2))).index(), 0u);
}

// Predict: both branches are always ready. How often does each win in 1,000 selects?
TEST(SelectTest, Fair_LetsBranchesThatAreAlwaysReadyWinEquallyOften) {
  std::array<int, 3> wins = {};
  for (int i = 0; i < 900; ++i) ++wins[block_on(select(ready(1), ready(2), ready(3))).index()];
  for (const int of_one : wins) EXPECT_NEAR(of_one, 300, 3);
}

// Two tasks take turns, each with a select of two: with a counter modulo 2, one would get the even numbers.
TEST(SelectTest, FairInTwoTasksThatTakeTurns_IsFairInEach) {
  std::array<std::array<int, 2>, 2> wins = {};
  for (int i = 0; i < 1'000; ++i) {
    for (auto& of_task : wins) ++of_task[block_on(select(ready(1), ready(2))).index()];
  }
  for (const auto& of_task : wins) EXPECT_NEAR(of_task[0], 500, 10);
}

TEST(SelectTest, ChildrenAfterTheWinner_AreNotPolled) {
  CountingTask task;
  std::string asked;
  auto either = select_biased(ready(1), named('b', asked));
  EXPECT_EQ(task.poll(either).value().index(), 0u);
  EXPECT_EQ(asked, "");
}

TEST(SelectTest, ExceptionOfAChild_WinsAndTheOthersAreGoneByThen) {
  DropLog log;
  Gate<int> a("a", log), b("b", log);
  CountingTask task;
  auto either = select(a.future(), b.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  a.fail("burnt");
  try {
    (void)task.poll(either);
    FAIL() << "it does not throw";
  } catch (const std::runtime_error&) {
    EXPECT_THAT(log, UnorderedElementsAre("a", "b"));
  }
}

TEST(SelectTest, MoveOnlyAndVoidOutputs_Work) {
  EXPECT_EQ(*std::get<0>(block_on(select(ready(std::make_unique<int>(3)), pending<int>()))), 3);
  EXPECT_EQ(block_on(select(pending(), ready())).index(), 1u);
}

TEST(SelectTest, OutputWithoutDefaultConstructor_Works) {
  struct Sized {
    explicit Sized(int given) : size(given) {}
    int size;
  };
  EXPECT_EQ(std::get<1>(block_on(select(pending<Sized>(), ready(Sized(2))))).size, 2);
}

TEST(SelectTest, ImmovableFuture_IsBuiltInPlace) {
  struct Fixed {
    using Output = int;
    Fixed() {}  // NOLINT: not an aggregate
    Fixed(Fixed&&) = delete;
    Poll<int> poll(Context&) { return Ready(1); }
  };
  EXPECT_EQ(std::get<1>(block_on(select(pending(), [] { return Fixed(); }))), 1);
}

TEST(SelectTest, InACoroutine_GivesTheBranchAtTheAwait) {
  const auto race = [](Gate<int>& gate) -> Async<int> {
    const auto won = co_await select(gate.future(), pending<int>());
    co_return std::get<0>(won);
  };
  Gate<int> gate;
  CountingTask task;
  auto racing = race(gate);
  EXPECT_TRUE(task.poll(racing).is_pending());
  gate.open(4);
  EXPECT_EQ(task.poll(racing).value(), 4);
}

TEST(SelectTest, LosingCoroutine_IsCancelledWithAllThatItAwaits) {
  const auto waits = [](Gate<int>& gate) -> Async<int> {
    auto nested = join(gate.future(), pending<int>());
    auto [value, never] = co_await nested;
    co_return value + never;
  };
  Gate<int> gate;
  Gate<int> quick;
  CountingTask task;
  auto either = select(waits(gate), quick.future());
  EXPECT_TRUE(task.poll(either).is_pending());
  quick.open(1);
  EXPECT_EQ(task.poll(either).value().index(), 1u);
  EXPECT_EQ(gate.dropped(), 1u);
}

TEST(SelectTest, DroppedAtEachState_DropsEveryChildOnce) {
  for (int state = 0; state <= 2; ++state) {
    Gate<int> a, b;
    CountingTask task;
    {
      auto either = select(a.future(), b.future());
      if (state >= 1) {
        EXPECT_TRUE(task.poll(either).is_pending());
      }
      if (state >= 2) a.open(1);  // woken, but not polled
    }
    EXPECT_EQ(a.dropped(), 1u);
    EXPECT_EQ(b.dropped(), 1u);
    EXPECT_EQ(task.kept_wakers(), 0u);
  }
}

TEST(SelectDeathTest, PolledAgain_StopsTheProgram) {
  CountingTask task;
  auto either = select(ready(1));
  EXPECT_TRUE(task.poll(either).is_ready());
  EXPECT_DEATH((void)task.poll(either), "a select was polled after it finished");
}

TEST(SelectDeathTest, MovedAfterItsFirstPoll_StopsTheProgram) {
  CountingTask task;
  auto either = select(pending());
  EXPECT_TRUE(task.poll(either).is_pending());
  EXPECT_DEATH({ auto moved = std::move(either); }, "a future was moved after its first poll");
}

}  // namespace

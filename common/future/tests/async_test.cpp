// async_test.cpp -- Async<T>: when it runs, what it costs to poll, what it accepts, where it says it waits.
#include "common/future/async.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <vector>

#include "common/future/block_on.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/gate.hpp"
#include "common/future/yield_now.hpp"

namespace {

using namespace async;  // NOLINT
using testing::ElementsAre;
using testing::IsEmpty;

static_assert(Future<Async<int>> && Future<Async<>>);
static_assert(std::is_same_v<Async<>, Async<void>>);
static_assert(!std::is_copy_constructible_v<Async<int>> && !std::is_copy_assignable_v<Async<int>>);
static_assert(std::is_nothrow_move_constructible_v<Async<int>> &&
              std::is_nothrow_move_assignable_v<Async<int>>);
static_assert(sizeof(Async<int>) == sizeof(void*));

Async<int> wait_for(Gate<int>& gate) { co_return co_await gate.future(); }
Async<int> add_waits(Gate<int>& a, Gate<int>& b) {
  const int first = co_await wait_for(a);
  const int second = co_await wait_for(b);
  co_return first + second;
}

// Predict: what has the coroutine done when its call returns?
TEST(AsyncTest, Call_RunsNothingBeforeTheFirstPoll) {
  bool started = false;
  CountingTask task;
  auto coroutine = [](bool& flag) -> Async<void> {
    flag = true;
    co_return;
  }(started);
  EXPECT_FALSE(started);
  EXPECT_TRUE(task.poll(coroutine).is_ready());
  EXPECT_TRUE(started);
}

TEST(AsyncTest, NeverPolled_IsDestroyedWithoutRunning) {
  Gate<int> gate;
  {
    auto unused = wait_for(gate);
  }
  EXPECT_EQ(gate.polls(), 0u);
  EXPECT_EQ(gate.dropped(), 0u);
}

TEST(AsyncTest, EachWake_LetsItRunToTheNextAwait) {
  Gate<int> a, b;
  CountingTask task;
  auto sum = add_waits(a, b);
  EXPECT_TRUE(task.poll(sum).is_pending());
  EXPECT_EQ(task.kept_wakers(), 1u);
  a.open(3);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(sum).is_pending());
  EXPECT_EQ(b.polls(), 1u);
  b.open(4);
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(task.poll(sum).value(), 7);
  EXPECT_EQ(task.kept_wakers(), 0u);
}

// Predict: three coroutines wait for each other, the innermost one for a gate. Who is resumed by a poll of
// the outermost that finds the gate shut? (Break in Frame::poll_stack.)
TEST(AsyncTest, PollWhileTheLeafIsPending_AsksTheLeafAloneAndResumesNobody) {
  struct Levels {
    static Async<int> inner(Gate<int>& gate, int& resumed) {
      ++resumed;
      const int value = co_await gate.future();
      ++resumed;
      co_return value;
    }
    static Async<int> middle(Gate<int>& gate, int& resumed) { co_return co_await inner(gate, resumed); }
    static Async<int> outer(Gate<int>& gate, int& resumed) { co_return co_await middle(gate, resumed); }
  };
  Gate<int> gate;
  CountingTask task;
  int resumed = 0;
  auto outer = Levels::outer(gate, resumed);
  for (int poll = 1; poll <= 5; ++poll) {
    EXPECT_TRUE(task.poll(outer).is_pending());
    EXPECT_EQ(gate.polls(), static_cast<std::size_t>(poll));
    EXPECT_EQ(resumed, 1);
  }
  gate.open(9);
  EXPECT_EQ(task.poll(outer).value(), 9);
  EXPECT_EQ(resumed, 2);
}

TEST(AsyncTest, PolledByAnotherTask_WakesThatOne) {
  Gate<int> gate;
  CountingTask first, second;
  auto waiting = wait_for(gate);
  EXPECT_TRUE(first.poll(waiting).is_pending());
  EXPECT_TRUE(second.poll(waiting).is_pending());
  gate.open(1);
  EXPECT_EQ(first.take_wakes(), 0u);
  EXPECT_EQ(second.take_wakes(), 1u);
}

TEST(AsyncTest, MoveOnlyOutput_IsMovedOut) {
  const auto make = []() -> Async<std::unique_ptr<int>> {
    co_await yield_now();
    co_return std::make_unique<int>(3);
  };
  const auto pass = [&make]() -> Async<std::unique_ptr<int>> {
    auto made = co_await make();
    co_return made;
  };
  EXPECT_EQ(*block_on(pass()), 3);
}

TEST(AsyncTest, OutputWithoutDefaultConstructor_Works) {
  struct Sized {
    explicit Sized(std::string given) : text(std::move(given)) {}
    std::string text;
  };
  const auto make = []() -> Async<Sized> {
    co_await yield_now();
    co_return Sized("a string that is too long to be kept inside");
  };
  EXPECT_EQ(block_on(make()).text, "a string that is too long to be kept inside");
}

TEST(AsyncTest, ImmovableLeaf_IsAwaitedWhereItIs) {
  struct Fixed {
    using Output = const void*;
    Fixed() {}  // NOLINT: not an aggregate
    Fixed(Fixed&&) = delete;
    Poll<const void*> poll(Context& cx) {
      if (first_ == this) return Ready(static_cast<const void*>(this));
      EXPECT_EQ(first_, nullptr) << "it has moved";
      first_ = this;
      cx.waker().wake_by_ref();
      return Pending();
    }
    const void* first_ = nullptr;
  };
  const auto await_both = []() -> Async<bool> {
    const void* temporary = co_await Fixed();
    Fixed local;
    const void* named = co_await local;
    co_return temporary != nullptr&& named == &local;
  };
  EXPECT_TRUE(block_on(await_both()));
}

TEST(AsyncTest, MoveAssignment_DropsTheOldCoroutine) {
  Gate<int> old_gate, new_gate;
  CountingTask task;
  auto waiting = wait_for(old_gate);
  EXPECT_TRUE(task.poll(waiting).is_pending());
  waiting = wait_for(new_gate);
  EXPECT_EQ(old_gate.dropped(), 1u);
  new_gate.open(2);
  EXPECT_EQ(task.poll(waiting).value(), 2);
}

std::vector<unsigned> lines(const std::vector<std::source_location>& places) {
  std::vector<unsigned> found;
  for (const auto& place : places) found.push_back(place.line());
  return found;
}

constexpr unsigned kInnerLine = std::source_location::current().line() + 1;
Async<int> inner_of_three(Gate<int>& gate) { co_return co_await gate.future(); }
constexpr unsigned kMiddleLine = std::source_location::current().line() + 1;
Async<int> middle_of_three(Gate<int>& gate) { co_return co_await inner_of_three(gate); }
constexpr unsigned kOuterLine = std::source_location::current().line() + 1;
Async<int> outer_of_three(Gate<int>& gate) { co_return co_await middle_of_three(gate); }

TEST(AsyncTest, WaitingAt_GivesTheLinesOfTheAwaitsInnermostFirst) {
  Gate<int> gate;
  CountingTask task;
  auto outer = outer_of_three(gate);
  EXPECT_THAT(lines(outer.waiting_at()), IsEmpty()) << "it has not started";
  EXPECT_TRUE(task.poll(outer).is_pending());
  EXPECT_THAT(lines(outer.waiting_at()), ElementsAre(kInnerLine, kMiddleLine, kOuterLine));
  EXPECT_THAT(outer.waiting_at().front().file_name(), testing::EndsWith("async_test.cpp"));
  gate.open(1);
  EXPECT_TRUE(task.poll(outer).is_ready());
  EXPECT_THAT(lines(outer.waiting_at()), IsEmpty()) << "it has finished";
}

TEST(AsyncDeathTest, PollAfterCompletion_StopsTheProgram) {
  CountingTask task;
  auto done = [](int n) -> Async<int> { co_return n; }(1);
  EXPECT_EQ(task.poll(done).value(), 1);
  EXPECT_DEATH((void)task.poll(done), "an Async was polled after it finished");
}

TEST(AsyncDeathTest, PollAfterAnException_StopsTheProgram) {
  CountingTask task;
  Gate<int> gate;
  gate.fail("burnt");
  auto fails = wait_for(gate);
  EXPECT_THROW((void)task.poll(fails), std::runtime_error);
  EXPECT_DEATH((void)task.poll(fails), "an Async was polled after it finished");
}

TEST(AsyncDeathTest, MovedAway_CanNeitherBePolledNorAwaited) {
  CountingTask task;
  auto first = [](int n) -> Async<int> { co_return n; }(1);
  auto second = std::move(first);
  EXPECT_DEATH((void)task.poll(first), "polled after it was moved away");  // NOLINT
  EXPECT_DEATH(
      (void)block_on([](Async<int>& gone) -> Async<int> { co_return co_await std::move(gone); }(first)),
      "moved away");
  EXPECT_EQ(task.poll(second).value(), 1);
}

TEST(AsyncDeathTest, PolledFromInsideItself_StopsTheProgram) {
  struct Reentrant {
    static Async<void> run(Async<void>*& self, CountingTask& task) {
      (void)task.poll(*self);
      co_return;
    }
  };
  CountingTask task;
  Async<void>* self = nullptr;
  auto coroutine = Reentrant::run(self, task);
  self = &coroutine;
  EXPECT_DEATH((void)task.poll(coroutine), "while it is polled");
}

}  // namespace

// s7_join_test.cpp -- join and try_join: outputs in the order of the arguments, and what becomes of failures.
#include "ch03_queues/s7_join.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>

#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/ready.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch03_queues/s6_spawn_any.hpp"

namespace ch03 {
namespace {

using namespace std::chrono_literals;

Async<> fail(const char* what) {
  throw std::runtime_error(what);
  co_return;
}

// One thread: everything has run before anybody waits, so nothing blocks.
class JoinByHand : public testing::Test {
 protected:
  template <class F>
  auto run(F future) {
    auto task = executor_.spawn_task(std::move(future));
    executor_.run_until_stalled();
    return task;
  }

  ManualExecutor executor_;
};

// Read this one first.
// Question: the first of three tasks has thrown, and the third does not end. What does join do, and what
// try_join?
// Predict both. Break in `TaskHandle::poll`.
TEST_F(JoinByHand, JoinThrowsAndDropsTheRest_TryJoinGivesValues) {
  auto waits = run(pending<int>());
  const auto id_of_the_waiting_one = waits.id();
  EXPECT_THROW((void)join(run(fail("black")), run(ready(1)), std::move(waits)), std::runtime_error);
  EXPECT_EQ(executor_.unfinished(), 1u);
  const auto step = executor_.step();  // dropping its Task has cancelled it
  EXPECT_EQ(step->task, id_of_the_waiting_one);
  EXPECT_EQ(step->ran, Runnable::Ran::cancelled);

  auto cancelled = run(pending<int>());
  cancelled.cancel();
  executor_.run_until_stalled();
  const auto [one, two, three] = try_join(run(fail("black")), run(ready(1)), std::move(cancelled));
  EXPECT_EQ(one.error().message(), "black");
  EXPECT_EQ(two, 1);
  EXPECT_TRUE(three.error().is_cancelled());
}

TEST_F(JoinByHand, Outputs_KeepTheirTypes) {
  const auto nothing = []() -> Async<> { co_return; };
  auto [number, nobody, owner] =
      join(run(ready(1)), run(nothing()), run(ready(std::make_unique<std::string>("x"))));
  static_assert(std::same_as<decltype(number), int>);
  static_assert(std::same_as<decltype(nobody), std::monostate>);
  EXPECT_EQ(number, 1);
  EXPECT_EQ(*owner, "x");

  auto [maybe, done] = try_join(run(ready(2)), run(nothing()));
  static_assert(std::same_as<decltype(maybe), std::expected<int, JoinError>>);
  static_assert(std::same_as<decltype(done), std::expected<void, JoinError>>);
  EXPECT_EQ(maybe, 2);
  EXPECT_TRUE(done);
}

TEST_F(JoinByHand, NoTaskOrOne_IsATupleToo) {
  EXPECT_EQ(ch03::join(), std::tuple());
  EXPECT_EQ(ch03::try_join(), std::tuple());
  EXPECT_EQ(join(run(ready(1))), std::tuple(1));
}

TEST_F(JoinByHand, CancelledTask_ThrowsOutOfJoin) {
  auto cancelled = run(pending<int>());
  cancelled.cancel();
  executor_.run_until_stalled();
  EXPECT_THROW((void)join(std::move(cancelled)), TaskCancelled);
}

TEST(JoinTest, Outputs_ComeInTheOrderOfTheArguments) {
  const Deadline deadline("join never came back");
  const PausedClock clock;
  spawn_any::Executor executor;
  const auto give = [](Duration after, int output) -> Async<int> {
    co_await sleep(after);
    co_return output;
  };
  auto one = executor.spawn_task(give(3s, 1));
  auto two = executor.spawn_task(give(1s, 2), Priority::high);
  auto three = executor.spawn_task(give(2s, 3));
  const auto [a, b, c] = join(std::move(one), std::move(two), std::move(three));
  EXPECT_EQ(std::tuple(a, b, c), std::tuple(1, 2, 3));
  EXPECT_EQ(clock.now().time_since_epoch(), 3s);  // side by side: as long as the longest
}

}  // namespace
}  // namespace ch03

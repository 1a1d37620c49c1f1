// s4_throttle_test.cpp -- never more than the threshold, and no place is lost, however a task ends.
#include "ch09_patterns/s4_throttle.hpp"

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch09 {
namespace {

class ThrottleTest : public ::testing::Test {
 protected:
  // The machine and whoever asks, stepped by hand. Nothing: refused.
  std::optional<Admission> ask_now() {
    auto answer = answer_now();
    if (!answer) return std::nullopt;
    return std::optional<Admission>(*std::move(answer));
  }
  Answer answer_now() {
    auto asking = executor_.spawn_task(ask(*throttle_));
    executor_.run_until_stalled();
    return block_on(asking);
  }
  void start(std::size_t threshold) {
    auto channel = mpsc::unbounded_channel<ThrottleEvent>();
    throttle_.emplace(std::move(channel.sender));
    machine_.emplace(executor_.spawn_task(run_throttle(std::move(channel.receiver), threshold)));
  }

  const demo::CapturedLines printed_;
  ManualExecutor executor_;
  std::optional<Throttle> throttle_;
  std::optional<Task<std::size_t>> machine_;
};

// Read this one first.
// Question: two may run. The third one asks, is refused, and asks again when the first has ended. What does
// the machine say to each, and when does its switch change?
// Predict all lines. Break in `ThrottleMachine::handle`.
TEST_F(ThrottleTest, WhoComesWhileItIsOff_IsRefusedUntilOneEnds) {
  start(2);
  auto first = ask_now();
  EXPECT_TRUE(first);
  EXPECT_TRUE(printed_.lines().empty());
  auto second = ask_now();
  EXPECT_TRUE(second);
  EXPECT_THAT(printed_.lines(), ::testing::ElementsAre("Transitioning to the Off state"));

  const auto third = answer_now();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error(), Refusal::off);

  first.reset();
  executor_.run_until_stalled();
  EXPECT_EQ(printed_.lines().back(), "Transitioning to the On state");
  auto again = ask_now();
  EXPECT_TRUE(again);
  EXPECT_EQ(printed_.lines().size(), 3u);
}

// Question: a task was admitted, and is aborted in the middle. Who tells the machine?
// Predict. Break in `~Admission`.
TEST_F(ThrottleTest, AbortedTask_GivesItsPlaceBack) {
  start(1);
  auto holds = [](Throttle throttle) -> Async<> {
    const auto admitted = co_await ask(std::move(throttle));
    for (;;) co_await yield_now();
  };
  auto task = executor_.spawn_task(holds, *throttle_);
  executor_.run_until_stalled(20);
  EXPECT_EQ(printed_.lines().size(), 1u) << "it runs";
  task.cancel();
  executor_.run_until_stalled();
  EXPECT_TRUE(ask_now());
}

// Question: who asked is gone before the answer, or after it and before it was taken. Is the place lost?
// Predict where the Admission is at each moment. Break in `~Admission`.
TEST_F(ThrottleTest, AnswerThatNobodyTakes_CostsNoPlace) {
  start(1);
  executor_.run_until_stalled();
  for (const bool is_answered : {false, true}) {
    {
      auto asking = ask(*throttle_);
      Context cx(Waker::noop());
      EXPECT_TRUE(asking.poll(cx).is_pending()) << "the question is in the channel";
      if (is_answered) executor_.run_until_stalled();
    }
    executor_.run_until_stalled();
    EXPECT_TRUE(ask_now()) << is_answered;
    executor_.run_until_stalled();
  }
}

TEST_F(ThrottleTest, WithoutAMachine_ItIsGone) {
  start(1);
  executor_.run_until_stalled();
  auto holds = ask_now();
  auto asking = executor_.spawn_task(ask(*throttle_));
  executor_.step();
  machine_->cancel();  // with a question in its channel
  executor_.run_until_stalled();
  EXPECT_EQ(block_on(asking).error(), Refusal::gone);
  EXPECT_EQ(answer_now().error(), Refusal::gone);
  holds.reset();  // nobody to tell
}

TEST_F(ThrottleTest, LastSenderIsGone_TheMachineTellsTheMost) {
  start(3);
  auto first = ask_now(), second = ask_now();
  first.reset();
  executor_.run_until_stalled();
  auto third = ask_now();
  throttle_.reset();
  executor_.run_until_stalled();
  EXPECT_FALSE(machine_->is_finished()) << "each admission has a sender";
  second.reset();
  third.reset();
  executor_.run_until_stalled();
  ASSERT_TRUE(machine_->is_finished());
  EXPECT_EQ(block_on(*machine_), 2u);
}

TEST_F(ThrottleTest, ThresholdOfZero_IsRefused) {
  start(0);
  executor_.run_until_stalled();
  EXPECT_THROW(block_on(*machine_), std::invalid_argument);
}

struct Running {
  base::Atomic<int> now = 0, most = 0, finished = 0;
};

Async<> restless(Throttle throttle, std::shared_ptr<Running> running) {
  for (;;) {
    const auto admitted = co_await ask(throttle);
    if (!admitted) {
      co_await yield_now();
      continue;
    }
    const int here = ++running->now;
    int most = running->most;
    while (most < here && !running->most.compare_exchange_weak(most, here)) {
    }
    co_await yield_now();
    --running->now;
    ++running->finished;
    co_return;
  }
}

Async<std::size_t> hundred_restless(std::shared_ptr<Running> running) {
  auto [throttle, events] = mpsc::unbounded_channel<ThrottleEvent>();
  auto machine = spawn(run_throttle, std::move(events), std::size_t{3});
  std::vector<JoinHandle<>> handles;
  for (int i = 0; i < 100; ++i) handles.push_back(spawn(restless, throttle, running));
  {
    const auto last = std::move(throttle);
  }
  for (auto& handle : handles) (void)co_await handle;
  const auto most = co_await machine;
  co_return most.value();
}

TEST_F(ThrottleTest, HundredTasksOnAllCores_NeverMoreThanThreeRun) {
  const Deadline deadline("a task was never admitted");
  const auto running = std::make_shared<Running>();
  EXPECT_LE(run_async_main(hundred_restless(running)), 3u);
  EXPECT_EQ(running->finished, 100);
  EXPECT_LE(running->most, 3);
}

}  // namespace
}  // namespace ch09

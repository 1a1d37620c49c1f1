// s3_sleep_test.cpp -- timers: late perhaps, early never; and in the order of their deadlines.
#include "ch10_std_server/s3_sleep.hpp"

#include <array>
#include <gtest/gtest.h>
#include <vector>

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/probe.hpp"

namespace ch10::tests {
namespace {

using std::chrono::milliseconds;

class SleepTest : public BothExecutors {};
ON_BOTH_EXECUTORS(SleepTest);

Async<void> sleep_and_note(Executor& executor, Clock::duration duration, Clock::time_point& woke) {
  co_await Sleep(executor, duration);
  woke = Clock::now();
}

TEST_P(SleepTest, Sleep_IsNeverEarly) {
  std::array<Clock::time_point, 40> woke;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < woke.size(); ++i) {
    executor->spawn(sleep_and_note(*executor, std::chrono::microseconds(317 * i), woke[i]));
  }
  ASSERT_TRUE(run());
  for (std::size_t i = 0; i < woke.size(); ++i) {
    EXPECT_GE(woke[i] - begin, std::chrono::microseconds(317 * i)) << "sleeper " << i;
  }
}

TEST_P(SleepTest, SleepOfZero_IsReadyAtItsFirstPoll) {
  Clock::time_point woke;
  executor->spawn(sleep_and_note(*executor, milliseconds(0), woke));
  EXPECT_TRUE(executor->poll());
  EXPECT_EQ(executor->unfinished(), 0u);
}

// Predict: the executor is asked to wake tasks 0, 1, 2 at +6, +2, +4 ms. Which one is polled first?
TEST(WakingTimersTest, Timers_WakeInTheOrderOfTheirDeadlines) {
  const auto executor = make_executor(ExecutorKind::waking);
  const auto begin = Clock::now();
  std::array<Timer, 4> timers{Timer(begin + milliseconds(6)), Timer(begin + milliseconds(2)),
                              Timer(begin + milliseconds(4)), Timer(begin + milliseconds(4))};
  std::vector<std::size_t> order;
  std::size_t polls = 0;
  for (std::size_t i = 0; i < timers.size(); ++i) {
    executor->spawn(async::poll_fn([&, i, asked = false](Context& cx) mutable -> Poll<void> {
      ++polls;
      if (std::exchange(asked, true)) {
        EXPECT_GE(Clock::now(), timers[i].deadline);
        order.push_back(i);
        return Ready();
      }
      executor->wake_at(timers[i], cx.waker());
      return Pending();
    }));
  }
  ASSERT_TRUE(run_all(*executor));
  ASSERT_EQ(order.size(), 4u);
  EXPECT_EQ(order.front(), 1u);
  EXPECT_EQ(order.back(), 0u);
  EXPECT_EQ(polls, 8u) << "each is polled to begin, and when its time has come";
}

TEST(WakingTimersTest, WakeAtAgain_KeepsTheNewestWakerAlone) {
  const auto executor = make_executor(ExecutorKind::waking);
  Probe first, second;
  executor->spawn(first.future());
  executor->spawn(second.future());
  poll_while_woken(*executor);
  Timer timer(Clock::now() + milliseconds(1));
  executor->wake_at(timer, *first.waker);
  executor->wake_at(timer, *second.waker);
  second.finish = true;
  ASSERT_TRUE(run_until(*executor, [&] { return executor->unfinished() == 1; }));
  EXPECT_EQ(first.polls, 1);
  EXPECT_EQ(second.polls, 2);
}

TEST(WakingTimersTest, ForgottenTimer_WakesNobody) {
  const auto executor = make_executor(ExecutorKind::waking);
  Probe probe;
  executor->spawn(probe.future());
  poll_while_woken(*executor);
  {
    Timer forgotten(Clock::now() + milliseconds(1));
    executor->wake_at(forgotten, *probe.waker);
    executor->forget(forgotten);
    executor->forget(forgotten);
  }  // its memory is gone: AddressSanitizer sees who looks at it
  Timer later(Clock::now() + milliseconds(5));
  executor->wake_at(later, Waker::noop());
  while (Clock::now() < later.deadline) executor->park();
  EXPECT_FALSE(executor->poll());
  EXPECT_EQ(probe.polls, 1);
  executor->forget(later);
}

// Restarted before its end, it ends after the second duration: what the idle limit of a connection does.
TEST_P(SleepTest, RestartedSleep_BeginsAgain) {
  Sleep sleep(*executor, std::chrono::hours(1));
  Clock::time_point restarted;
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    if (++polls == 1) {
      EXPECT_TRUE(sleep.poll(cx).is_pending());
      restarted = Clock::now();
      sleep.restart(milliseconds(250));
    }
    return sleep.poll(cx);
  }));
  ASSERT_TRUE(run());
  EXPECT_GE(Clock::now(), restarted + milliseconds(250));
}

Async<void> sleep_for_ever(Executor& executor) { co_await Sleep(executor, std::chrono::hours(24)); }

TEST_P(SleepTest, SleepLeftWhenTheExecutorGoes_IsForgotten) {
  executor->spawn(sleep_for_ever(*executor));
  executor->spawn(sleep_for_ever(*executor));
  executor->poll();
  executor->poll();
  executor.reset();
}

}  // namespace
}  // namespace ch10::tests

// s12_select_loop_test.cpp -- thirty seconds from the last message; nothing is lost.
#include "ch07_runtime_tuning/s12_select_loop.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

void run(ManualExecutor& executor) {
  while (executor.step()) {
  }
}

// Question: a message comes after 29 seconds. When does the loop give up?
// Predict: which timer is on the clock afterwards? Break in `Sleep::leave`.
TEST(SelectLoopTest, EachMessage_BeginsTheThirtySecondsAnew) {
  const demo::CapturedLines printed;
  PausedClock clock;
  ManualExecutor executor;
  auto [tx, rx] = mpsc::channel<std::string>(8);
  auto task = executor.spawn(process_with_timeout(std::move(rx)));
  run(executor);
  clock.advance(29s);
  EXPECT_TRUE(tx.try_send("late"));
  run(executor);
  clock.advance(29s);
  run(executor);
  EXPECT_FALSE(task.is_finished());
  clock.advance(1s);
  run(executor);
  EXPECT_TRUE(task.is_finished());
  EXPECT_EQ(printed.lines(),
            (std::vector<std::string>{"received: late", "no message for 30s, shutting down"}));
  EXPECT_TRUE(tx.is_closed());
}

TEST(SelectLoopTest, NoSenderLeft_EndsItAtOnce_AfterTheLastMessage) {
  const demo::CapturedLines printed;
  const PausedClock clock;
  ManualExecutor executor;
  auto channel = mpsc::channel<std::string>(8);
  auto task = executor.spawn(process_with_timeout(std::move(channel.receiver)));
  {
    const auto sender = std::move(channel.sender);
    EXPECT_TRUE(sender.try_send("last"));
  }
  run(executor);
  ASSERT_TRUE(task.is_finished());
  Context cx(Waker::noop());
  const auto processed = task.poll(cx).value().value();
  EXPECT_EQ(processed.messages, std::vector<std::string>{"last"});
  EXPECT_EQ(processed.end, Processed::End::closed);
  EXPECT_EQ(now(), Instant(0s));
}

}  // namespace
}  // namespace ch07

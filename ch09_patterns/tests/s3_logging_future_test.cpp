// s3_logging_future_test.cpp -- a line for each poll, and nothing else changes: output, wakes, exceptions.
#include "ch09_patterns/s3_logging_future.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/by_ref.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"

namespace ch09 {
namespace {

using ::testing::ElementsAre;

constexpr const char* kLine = "Polling the future!";

Async<std::string> yields(int times) {
  for (int i = 0; i < times; ++i) co_await yield_now();
  co_return "Result of async computation";
}

// Read this one first.
// Question: a coroutine yields twice. How many lines are there, and which of them come before its first line
// of code runs?
// Predict. Break in `LoggingFuture::poll`.
TEST(LoggingFutureTest, EachPoll_IsLoggedBeforeItHappens) {
  const demo::CapturedLines printed;
  ManualExecutor executor;
  auto task = executor.spawn(LoggingFuture(yields(2)));
  EXPECT_TRUE(printed.lines().empty()) << "it was not polled yet";
  executor.step();
  EXPECT_THAT(printed.lines(), ElementsAre(kLine));
  executor.step();
  executor.step();
  EXPECT_FALSE(executor.step());
  EXPECT_THAT(printed.lines(), ElementsAre(kLine, kLine, kLine));
  EXPECT_TRUE(task.is_finished());
}

TEST(LoggingFutureTest, Output_IsThatOfTheFutureInside) {
  const demo::CapturedLines printed;
  EXPECT_EQ(block_on(LoggingFuture(yields(0))), "Result of async computation");
  EXPECT_EQ(*block_on(LoggingFuture(ready(std::make_unique<int>(3)))), 3);
  block_on(LoggingFuture(ready()));
  EXPECT_EQ(printed.lines().size(), 3u);
}

TEST(LoggingFutureTest, Exception_PassesThrough) {
  const demo::CapturedLines printed;
  auto throws = []() -> Async<> {
    co_await yield_now();
    throw std::runtime_error("inside");
  };
  auto inner = throws();
  EXPECT_THROW(block_on(LoggingFuture(std::move(inner))), std::runtime_error);
  EXPECT_EQ(printed.lines().size(), 2u);
}

TEST(LoggingFutureTest, DecoratedTwice_LogsTwice) {
  const demo::CapturedLines printed;
  using Once = LoggingFuture<ReadyFuture<void>>;
  block_on(LoggingFuture<Once>(Once(ready())));
  EXPECT_THAT(printed.lines(), ElementsAre(kLine, kLine));
}

// Immovable, and with something of its own to tell.
class Countdown {
 public:
  using Output = void;
  explicit Countdown(int from) : left_(from) {}
  Countdown(const Countdown&) = delete;
  Countdown& operator=(const Countdown&) = delete;

  Poll<void> poll(Context& cx) {
    if (left_-- == 0) return Ready();
    cx.waker().wake_by_ref();
    return Pending();
  }
  [[nodiscard]] int left() const { return left_; }

 private:
  int left_;
};

class LentCountdown : public ByRef<Countdown> {
 public:
  explicit LentCountdown(Countdown& countdown) : ByRef(countdown), countdown_(&countdown) {}
  [[nodiscard]] int left() const { return countdown_->left(); }

 private:
  Countdown* countdown_;
};
void log(const LentCountdown& future) { demo::println(future.left(), " left"); }

// Question: who decides which `log` is called, and when?
TEST(LoggingFutureTest, FutureWithALogOfItsOwn_TellsMore) {
  const demo::CapturedLines printed;
  Countdown countdown(2);
  block_on(LoggingFuture(LentCountdown(countdown)));
  EXPECT_THAT(printed.lines(), ElementsAre("2 left", "1 left", "0 left"));
}

}  // namespace
}  // namespace ch09

// s5_retry_test.cpp -- when each try comes, exactly; what ends the tries; what a dropped one leaves.
#include "ch09_patterns/s5_retry.hpp"

#include <chrono>
#include <expected>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/pending.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Data = std::expected<std::unique_ptr<int>, std::string>;

// A server that fails so often before it answers, and notes when it was asked.
struct Server {
  std::size_t failures = 1000;
  std::vector<Duration> asked = {};
};

Async<Data> get_data(Server& server) {
  server.asked.push_back(now().time_since_epoch());
  if (server.asked.size() <= server.failures) {
    co_return std::unexpected("error " + std::to_string(server.asked.size()));
  }
  co_return std::make_unique<int>(42);
}

auto asking(Server& server, BackoffOptions options = {}) {
  return retry(
      Backoff(options), [&server] { return get_data(server); }, [](const std::string&) { return true; });
}

// Read this one first.
// Question: five tries, and the first pause is a second. At which seconds is the server asked, and which
// error comes out?
// Predict. Break in `retry`.
TEST(RetryTest, FiveTries_AreAtSeconds0And1And3And7And15) {
  PausedClock clock;
  ManualExecutor executor;
  Server server;
  auto task = executor.spawn_task(asking(server));
  executor.run_until_stalled();
  EXPECT_THAT(server.asked, ElementsAre(0s)) << "the first try waits for nothing";
  while (clock.advance_to_next()) executor.run_until_stalled();
  EXPECT_THAT(server.asked, ElementsAre(0s, 1s, 3s, 7s, 15s));
  ASSERT_TRUE(task.is_finished());
  EXPECT_EQ(now(), Instant(15s)) << "no pause after the last one";
  EXPECT_EQ(block_on(task).error(), "error 5");
}

TEST(RetryTest, OnTheRuntime_ItIsAsExact) {
  const Deadline deadline("the last try never came");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const PausedClock clock;
    Server server;
    const Data data = run_async_main([&server] { return asking(server); }, flavor);
    EXPECT_EQ(data.error(), "error 5");
    EXPECT_THAT(server.asked, ElementsAre(0s, 1s, 3s, 7s, 15s));
  }
}

TEST(RetryTest, Value_EndsItAtOnce) {
  const PausedClock clock;
  Server server{.failures = 2};
  const Data data = run_async_main([&server] { return asking(server); }, RuntimeFlavor::current_thread);
  ASSERT_TRUE(data);
  EXPECT_EQ(**data, 42);
  EXPECT_THAT(server.asked, ElementsAre(0s, 1s, 3s));
}

TEST(RetryTest, OneTry_HasNoPause) {
  const PausedClock clock;
  Server server;
  EXPECT_EQ(block_on(asking(server, {.tries = 1})).error(), "error 1");
  EXPECT_EQ(now(), Instant(0s));
}

// Question: the third error is not worth another try. How many are made?
TEST(RetryTest, AgainSaysNo_ItGivesUpWithThatError) {
  const PausedClock clock;
  Server server;
  std::vector<std::string> told;
  const auto again = [&told](const std::string& error) {
    told.push_back(error);
    return told.size() < 3;
  };
  auto retrying = retry(Backoff(), [&server] { return get_data(server); }, again);
  const Data data = run_async_main(std::move(retrying), RuntimeFlavor::current_thread);
  EXPECT_EQ(data.error(), "error 3");
  EXPECT_THAT(told, ElementsAre("error 1", "error 2", "error 3"));
  EXPECT_EQ(now(), Instant(3s));
}

TEST(RetryTest, Again_IsToldTheLastErrorToo) {
  const PausedClock clock;
  Server server;
  std::size_t told = 0;
  auto retrying = retry(
      Backoff({.tries = 2}), [&server] { return get_data(server); },
      [&told](const std::string&) { return ++told > 0; });
  (void)run_async_main(std::move(retrying), RuntimeFlavor::current_thread);
  EXPECT_EQ(told, 2u);
}

TEST(RetryTest, Exception_IsNoFailureOfTheOtherSide) {
  const PausedClock clock;
  int calls = 0;
  const auto throws = [&calls]() -> Async<Data> {
    ++calls;
    throw std::logic_error("a mistake of ours");
    co_return Data();
  };
  auto retrying = retry(Backoff(), throws, [](const std::string&) { return true; });
  EXPECT_THROW(block_on(std::move(retrying)), std::logic_error);
  EXPECT_EQ(calls, 1);
}

TEST(RetryTest, DroppedInACall_DropsTheCall) {
  ManualExecutor executor;
  Counts lives;
  const auto never_answers = [&lives]() -> Async<Data> {
    const Counted alive(lives);
    co_await pending<void>();
    co_return Data();
  };
  {
    auto task = executor.spawn_task(retry(Backoff(), never_answers, [](const std::string&) { return true; }));
    executor.run_until_stalled();
    EXPECT_EQ(lives.live(), 1u);
  }
  executor.run_until_stalled();
  EXPECT_EQ(lives.live(), 0u);
  EXPECT_EQ(lives.made, 1u) << "and it makes no other one";
}

// Question: it is dropped in a pause. What is left of it?
TEST(RetryTest, DroppedInAPause_LeavesNoTimer) {
  PausedClock clock;
  ManualExecutor executor;
  Server server;
  {
    auto task = executor.spawn_task(asking(server));
    executor.run_until_stalled();
    ASSERT_TRUE(clock.has_timers());
  }
  executor.run_until_stalled();
  EXPECT_FALSE(clock.has_timers());
  clock.advance(1h);
  EXPECT_EQ(server.asked.size(), 1u);
}

}  // namespace
}  // namespace ch09

// s8_retry_test.cpp -- row 11.8: ASYNC_TEST: the test is a coroutine, its clock is paused.
#include "ch11_testing/s8_retry.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <vector>

#include "common/demo/println.hpp"
#include "common/sync/notify.hpp"
#include "common/testing/async_test.hpp"

#include "ch11_testing/row_tests.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;
using Answer = std::expected<int, std::string>;

// Fails so often, then answers; and knows when it was asked.
class Flaky {
 public:
  explicit Flaky(int failures) : failures_(failures) {}

  Async<Answer> operator()() {
    asked_at.push_back(std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()));
    if (failures_-- > 0) co_return std::unexpected("busy");
    co_return 5;
  }

  std::vector<std::chrono::seconds> asked_at;

 private:
  int failures_;
};

// Question: three pauses, of 1, 2 and 4 seconds. How long does this test take?
// Predict: at which seconds is the operation asked? Break in `Flaky::operator()`.
ASYNC_TEST(RetryTest, ThePausesDouble) {
  Flaky flaky(3);
  const Answer answer = co_await with_retries(flaky, 5);
  EXPECT_EQ(answer, 5);
  EXPECT_EQ(flaky.asked_at, (std::vector<std::chrono::seconds>{0s, 1s, 3s, 7s}));
  for (const auto second : flaky.asked_at) demo::println("asked at second ", second.count());
}

ASYNC_TEST(RetryTest, AfterTheLastTry_TheErrorIsPassedOn_WithoutAPause) {
  Flaky flaky(10);
  const Answer answer = co_await with_retries(flaky, 3);
  EXPECT_EQ(answer, Answer(std::unexpected("busy")));
  EXPECT_EQ(now(), Instant(3s));
}

ASYNC_TEST(RetryTest, OnTwoWorkers_TheSame, .workers = 2) {
  Flaky flaky(2);
  auto task = spawn([&] { return with_retries(flaky, 5); });
  const auto answer = co_await task;
  CO_ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(*answer, 5);
  EXPECT_EQ(now(), Instant(3s));
}

ASYNC_TEST(RetryTest, NoTries_AreRefused) {
  Flaky flaky(0);
  bool refused = false;
  try {
    (void)co_await with_retries(flaky, 0);
  } catch (const std::invalid_argument&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

// A test that stands still fails: this is how. (run_async is the half of ASYNC_TEST that does not fail by
// itself.)
TEST(RetryTest, ATestThatStandsStill_IsTold_AtOnce) {
  const AsyncOutcome outcome = run_async([]() -> Async<> {
    Notify never;
    auto waits = spawn([&]() -> Async<> { co_await never.notified(); });
    (void)co_await waits;
  });
  EXPECT_TRUE(outcome.is_stalled());
  demo::println("everybody waits:");
  print_waiting(outcome);
}

}  // namespace
}  // namespace ch11

// async_test_test.cpp -- ASYNC_TEST: its runtime and clock, its fixture; what fails it, and with which words.
#include "common/testing/async_test.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/demo/tests/child.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/notify.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

ASYNC_TEST(AsyncTestTest, TheClockStartsPaused) {
  EXPECT_EQ(now(), Instant(0s));
  co_await sleep(24h);
  EXPECT_EQ(now(), Instant(24h));
}

ASYNC_TEST(AsyncTestTest, RunsInThisThread_OnACurrentThreadRuntime) {
  EXPECT_EQ(Handle::current().flavor(), RuntimeFlavor::current_thread);
  const auto here = std::this_thread::get_id();
  auto task = spawn([]() -> Async<std::thread::id> { co_return std::this_thread::get_id(); });
  const auto there = co_await task;
  CO_ASSERT_TRUE(there.has_value());
  EXPECT_EQ(*there, here);
}

ASYNC_TEST(AsyncTestTest, OnTwoWorkers_ThePausedClockMovesToo, .workers = 2) {
  EXPECT_EQ(Handle::current().metrics().workers, 2u);
  std::vector<JoinHandle<>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(spawn([] { return sleep(1h); }));
  for (auto& task : tasks) (void)co_await task;
  EXPECT_EQ(now(), Instant(1h));
}

ASYNC_TEST(AsyncTestTest, RealTime_WhereItIsAskedFor, .real_time = true) {
  const auto start = std::chrono::steady_clock::now();
  co_await sleep(2ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 2ms);
}

ASYNC_TEST(AsyncTestTest, AnInstant_IsPrintedInSeconds) {
  EXPECT_EQ(::testing::PrintToString(Instant(1500ms)), "1.5 s");
  co_return;
}

class AsyncFixtureTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { suites_begun++; }
  void SetUp() override { order.push_back("SetUp"); }
  void TearDown() override {
    EXPECT_FALSE(Handle::has_current()) << "the runtime is gone";
    EXPECT_EQ(order, (std::vector<std::string>{"SetUp", "body"}));
  }

  static inline int suites_begun = 0;
  std::vector<std::string> order;
};

ASYNC_TEST_F(AsyncFixtureTest, ItsMembers_AreTheBodys) {
  co_await yield_now();
  EXPECT_GE(suites_begun, 1) << "as often as the program repeats its tests";
  order.push_back("body");
}

// Beside a usual test of the same suite.
TEST_F(AsyncFixtureTest, StandsBesideOthers) { order.push_back("body"); }

// What follows fails, and so is run in a child process alone, by the tests below.
constexpr unsigned kStalledLine = __LINE__ + 1;
ASYNC_TEST(Failing, DISABLED_Stalled) {
  Notify never;
  auto task = spawn([&] { return never.notified(); });
  (void)co_await task;
}

ASYNC_TEST(Failing, DISABLED_Throws) {
  co_await yield_now();
  throw std::runtime_error("out of coffee");
}

ASYNC_TEST(Failing, DISABLED_Late, .real_time = true, .limit = 20ms) {
  Notify never;
  co_await never.notified();
}

ASYNC_TEST(Failing, DISABLED_CoAssertLeaves) {
  CO_ASSERT_EQ(1 + 1, 3) << "and this";
  ADD_FAILURE() << "it went on";
  co_return;
}

ASYNC_TEST(Failing, DISABLED_ExpectGoesOn) {
  EXPECT_TRUE(Handle::has_current() == false);
  ADD_FAILURE() << "it went on";
  co_return;
}

// This program again, with that test alone.
demo::Child::Ended run_alone(const std::string& test) {
  return demo::Child({"/proc/self/exe", "--gtest_also_run_disabled_tests", "--gtest_color=no",
                      "--gtest_filter=Failing.DISABLED_" + test})
      .end();
}

TEST(AsyncTestFailureTest, AStall_FailsAtTheTestsLine_AndSaysWhoWaitsWhere) {
  const auto ended = run_alone("Stalled");
  EXPECT_EQ(ended.code, 1);
  const std::string file = "async_test_test.cpp:";
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr(file + std::to_string(kStalledLine) + ": Failure\nFailed\n" +
                              "everybody waits, and nothing can happen any more; by the clock it is 0 s\n" +
                              "the body waits at " + file + std::to_string(kStalledLine + 3) + "\n" +
                              "task 1 of 1 waits somewhere"),
                    HasSubstr("[  FAILED  ] 1 test")));
}

TEST(AsyncTestFailureTest, AnException_FailsWithItsText) {
  const auto ended = run_alone("Throws");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("Failure\nFailed\nan exception left the coroutine: out of coffee\n"));
}

TEST(AsyncTestFailureTest, TheLimit_FailsInRealTime) {
  const auto ended = run_alone("Late");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("not finished after 0.02 s of real time"), HasSubstr("the body waits at")));
}

TEST(AsyncTestFailureTest, ACoAssert_LeavesTheBody_AndAnExpectDoesNot) {
  const auto left = run_alone("CoAssertLeaves");
  EXPECT_EQ(left.code, 1);
  EXPECT_THAT(left.out,
              AllOf(HasSubstr("Expected equality of these values:\n  1 + 1\n    Which is: 2\n  3\nand this"),
                    ::testing::Not(HasSubstr("it went on"))));
  EXPECT_THAT(run_alone("ExpectGoesOn").out, HasSubstr("it went on"));
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

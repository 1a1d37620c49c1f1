// s2_waterfall_test.cpp -- each step gets what the one before gave; an error ends the chain; in both ways.
#include "ch09_patterns/s2_waterfall.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct ByHand {
  template <class... Steps>
  static auto run(Steps... steps) {
    return straight(std::move(steps)...);
  }
};
struct ByAndThen {
  template <class... Steps>
  static auto run(Steps... steps) {
    return chained(std::move(steps)...);
  }
};

template <class Way>
class WaterfallTest : public ::testing::Test {
 protected:
  // A step that notes its name and what it was given.
  auto step(std::string name, bool fails = false) {
    return [this, name, fails](std::string input) -> Async<WaterfallResult> {
      return noting(&called_, name, fails, std::move(input));
    };
  }
  static Async<WaterfallResult> noting(std::vector<std::string>* called, std::string name, bool fails,
                                       std::string input) {
    called->push_back(name + "(" + input + ")");
    if (fails) co_return std::unexpected(name + " has failed");
    co_return input + name;
  }

  template <class... Steps>
  WaterfallResult result_of(Steps... steps) {
    return block_on(Way::run(std::move(steps)...));
  }

  std::vector<std::string> called_;
};
using Ways = ::testing::Types<ByHand, ByAndThen>;
TYPED_TEST_SUITE(WaterfallTest, Ways);

TYPED_TEST(WaterfallTest, BooksThreeTasks_GiveTheBooksLine) {
  EXPECT_EQ(this->result_of(task1(), task2, task3),
            "Task 1 completed, then Task 2 completed, and finally Task 3 completed");
}

TYPED_TEST(WaterfallTest, EachStep_GetsWhatTheOneBeforeGave) {
  EXPECT_EQ(this->result_of(this->step("a")("-"), this->step("b"), this->step("c")), "-abc");
  EXPECT_THAT(this->called_, ElementsAre("a(-)", "b(-a)", "c(-ab)"));
}

// Question: the second of three steps fails. Which functions are called, and whose error comes out?
// Predict. Break in `straight`, or in `AndThen::poll`.
TYPED_TEST(WaterfallTest, Error_EndsTheChain) {
  const auto result = this->result_of(this->step("a")("-"), this->step("b", true), this->step("c"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), "b has failed");
  EXPECT_THAT(this->called_, ElementsAre("a(-)", "b(-a)"));
}

TYPED_TEST(WaterfallTest, ErrorOfTheFirstOrTheLast_ComesOutToo) {
  EXPECT_EQ(this->result_of(this->step("a", true)("-"), this->step("b"), this->step("c")),
            WaterfallResult(std::unexpect, "a has failed"));
  EXPECT_THAT(this->called_, ElementsAre("a(-)"));
  EXPECT_EQ(this->result_of(this->step("a")("-"), this->step("b"), this->step("c", true)),
            WaterfallResult(std::unexpect, "c has failed"));
}

TYPED_TEST(WaterfallTest, DroppedInTheSecondStep_LeavesNothing) {
  PausedClock clock;
  ManualExecutor executor;
  {
    auto sleeps = [](std::string input) -> Async<WaterfallResult> {
      co_await sleep(1s);
      co_return input;
    };
    auto task = executor.spawn_task(TypeParam::run(task1(), sleeps, this->step("c")));
    executor.run_until_stalled();
    EXPECT_TRUE(clock.has_timers());
  }
  executor.run_until_stalled();
  EXPECT_FALSE(clock.has_timers());
  EXPECT_TRUE(this->called_.empty());
}

class BranchingTest : public ::testing::Test {
 protected:
  NumberResult result_of(const std::string& text) { return block_on(branching(text)); }
  std::string error_of(const std::string& text) {
    const auto result = result_of(text);
    return result ? "none, but " + std::to_string(*result) : result.error();
  }

  demo::CapturedLines printed_;
};

// Question: on which side is ten?
TEST_F(BranchingTest, MoreThanTen_IsHalvedAndTheRestIsDoubled) {
  EXPECT_EQ(result_of("12"), 6);
  EXPECT_EQ(result_of("10"), 20);
  EXPECT_EQ(result_of("-3"), -6);
  EXPECT_THAT(printed_.lines(), ElementsAre("  task 1 reads '12'", "  task 2 halves 12",   //
                                            "  task 1 reads '10'", "  task 3 doubles 10",  //
                                            "  task 1 reads '-3'", "  task 3 doubles -3"));
}

TEST_F(BranchingTest, Error_EndsItBeforeTheBranchOrInIt) {
  for (const char* bad : {"", "twelve", "12x", " 12", "99999999999", "1.5"}) {
    EXPECT_THAT(error_of(bad), HasSubstr("is no whole number that fits into an int")) << bad;
  }
  EXPECT_EQ(printed_.lines().size(), 6u) << "only task 1 was called";
  EXPECT_EQ(error_of("13"), "13 is odd and has no half");
  EXPECT_EQ(error_of("-2000000000"), "twice -2000000000 does not fit into an int");
}

}  // namespace
}  // namespace ch09

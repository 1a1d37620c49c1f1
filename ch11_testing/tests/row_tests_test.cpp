// row_tests_test.cpp -- the program that runs a row's tests: its usage, its lines, its exit codes.
#include "ch11_testing/row_tests.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/captured_stderr.hpp"
#include "common/demo/tests/child.hpp"

namespace ch11 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

demo::Child::Ended row_tests(std::vector<std::string> words) {
  words.insert(words.begin(), {"/proc/self/exe", "--row-tests"});
  return demo::Child(words).end();
}

// Only where it is asked for: it does on purpose what a test should not.
TEST(RowTestsSample, DISABLED_Fails) { ADD_FAILURE() << "on purpose"; }
TEST(RowTestsSample, Passes) {}
TEST(RowTestsBadSample, DISABLED_IsKilled) {
  std::fflush(stdout);
  ::raise(SIGKILL);
}
TEST(RowTestsBadSample, DISABLED_StandsStill) { std::_Exit(3); }

// The demo of these tests, and of those that are disabled.
bool run_also_disabled(const std::string& filter) {
  ::setenv("GTEST_ALSO_RUN_DISABLED_TESTS", "1", 1);
  demo::Options options;
  options.counts = {{"tasks", 2}};
  const bool passed = run_tests_of(filter, options);
  ::unsetenv("GTEST_ALSO_RUN_DISABLED_TESTS");
  return passed;
}

TEST(RowTestsTest, WhatPasses_IsCounted_AndTheCodeIsZero) {
  const auto ended = row_tests({"RowTestsSample.*"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "RowTestsSample.Passes\n1 of 1 tests passed\n");
  EXPECT_EQ(ended.err, "");
}

TEST(RowTestsTest, WhatFails_IsTold_AndTheCodeIsOne) {
  ::setenv("GTEST_ALSO_RUN_DISABLED_TESTS", "1", 1);
  const auto ended = row_tests({"RowTestsSample.*"});
  ::unsetenv("GTEST_ALSO_RUN_DISABLED_TESTS");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("RowTestsSample.DISABLED_Fails\n  "), HasSubstr("on purpose\n"),
                               HasSubstr("1 of 2 tests passed\n")));
}

TEST(RowTestsTest, WrongUsage_EndsWithTwo_AndSaysWhatIsRight) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"NoSuchTest.*"}, {"*", "--tasks=0"}, {"*", "--tasks=x"}, {"*", "--what"}}) {
    const auto ended = row_tests(words);
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("usage: --row-tests FILTER [--placeholders] [--tasks=N]"));
  }
}

TEST(RowTestsTest, AnotherCommandLine_IsNotItsBusiness) {
  std::vector<std::string> words{"ch11_testing", "deadlock"};
  std::vector<char*> argv{words[0].data(), words[1].data(), nullptr};
  EXPECT_FALSE(run_row_tests(2, argv.data()).has_value());
  EXPECT_FALSE(run_row_tests(1, argv.data()).has_value());
}

TEST(RowTestsTest, RunTestsOf_PrintsTheLines_AndSaysWhetherTheyPassed) {
  const demo::CapturedLines printed;
  EXPECT_TRUE(run_also_disabled("RowTestsSample.Passes"));
  EXPECT_THAT(printed.lines(), ::testing::ElementsAre("RowTestsSample.Passes", "1 of 1 tests passed"));
  EXPECT_FALSE(run_also_disabled("RowTestsSample.*")) << "one of them fails";
}

TEST(RowTestsTest, RunTestsOf_SaysHowTheyEnded_IfEarly) {
  const demo::CapturedLines printed;
  {
    demo::CapturedStderr told;
    EXPECT_FALSE(run_also_disabled("NoSuchTest.*"));
    EXPECT_THAT(told.text(), HasSubstr("the tests NoSuchTest.* ended early: exit code 2\n"));
  }
  {
    demo::CapturedStderr told;
    EXPECT_FALSE(run_also_disabled("RowTestsBadSample.*Killed"));
    EXPECT_THAT(told.text(), HasSubstr("the tests RowTestsBadSample.*Killed ended early: signal 9\n"));
  }
}

TEST(RowTestsTest, RunTestsOf_EndsWithThreeToo_WhereTheyStandStill) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // it starts threads, and some may be there already
  EXPECT_EXIT((void)run_also_disabled("RowTestsBadSample.*StandsStill"), ::testing::ExitedWithCode(3),
              "the tests RowTestsBadSample.\\*StandsStill ended early: exit code 3");
}

}  // namespace
}  // namespace ch11

// row_tests_test.cpp -- the program that runs a row's tests: its usage, its lines, its exit codes.
#include "ch11_testing/row_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/child.hpp"

namespace ch11 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

demo::Child::Ended row_tests(std::vector<std::string> words) {
  words.insert(words.begin(), {"/proc/self/exe", "--row-tests"});
  return demo::Child(words).end();
}

// Fails on purpose: only where it is asked for.
TEST(RowTestsSample, DISABLED_Fails) { ADD_FAILURE() << "on purpose"; }
TEST(RowTestsSample, Passes) {}

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
  demo::Options options;
  options.counts = {{"tasks", 2}};
  {
    const demo::CapturedLines printed;
    EXPECT_TRUE(run_tests_of("RowTestsSample.*", options));
    EXPECT_THAT(printed.lines(), ::testing::ElementsAre("RowTestsSample.Passes", "1 of 1 tests passed"));
  }
}

}  // namespace
}  // namespace ch11

// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; a bad number is told.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch09_patterns/main.cpp"
#undef main

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/tests/demo_table.hpp"

#include "ch09_patterns/s3_build_option.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH09_FOLDER,
      .rows = {"9.1", "9.2", "9.3", "9.4", "9.5", "9.6"},
  };
  return table;
}

namespace ch09 {
namespace {

using async::demo::Ended;
using async::demo::run;

TEST(BuildOptionTest, Chapter_HasTheBuildThatTheOptionSays) {
  constexpr bool expected = CH09_EXPECT_DECORATED;
  EXPECT_EQ(has_logging_decorator(), expected);
}

TEST(DemoOptionsTest, NumberOfOnesOwn_GoesThroughTheChain) {
  const Ended ended = run({"branching", "--number", "1000"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "with 1000:\n  task 1 reads '1000'\n  task 2 halves 1000\n  500\n");
}

TEST(DemoOptionsTest, WhatIsNoNumber_EndsWithOneAndSaysWhy) {
  const Ended ended = run({"branching", "--number", "twelve"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("--number: 'twelve' is no whole number that fits into an int"), std::string::npos)
      << ended.err;
}

TEST(DemoOptionsTest, CountOutOfItsBounds_IsWrongUsage) {
  for (const char* option : {"--tasks", "--threshold", "--tries", "--clients"}) {
    EXPECT_EQ(run({"retry", option, "0"}).code, 2) << option;
    EXPECT_EQ(run({"retry", option, "-1"}).code, 2) << option;
    EXPECT_EQ(run({"retry", option, "1000000"}).code, 2) << option;
  }
}

// Smallest and greatest values that are allowed, and odd combinations.
TEST(DemoOptionsTest, OtherCounts_KeepTheirPromisesToo) {
  EXPECT_EQ(run({"throttle", "--paused", "--tasks", "1", "--threshold", "100"}).code, 0);
  EXPECT_EQ(run({"throttle", "--paused", "--tasks", "100", "--threshold", "1"}).code, 0);
  EXPECT_EQ(run({"retry", "--paused", "--tries", "1"}).code, 0);
  EXPECT_EQ(run({"retry", "--paused", "--tries", "7"}).code, 0);
  EXPECT_EQ(run({"jitter", "--paused", "--clients", "1"}).code, 0);
  EXPECT_EQ(run({"jitter", "--paused", "--clients", "2000", "--seed", "9"}).code, 0);
}

}  // namespace
}  // namespace ch09

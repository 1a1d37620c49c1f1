// demos_test.cpp -- each demo keeps its promise and prints what expected/ has.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch11_testing/main.cpp"
#undef main

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH11_FOLDER,
      .rows = {"11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "11.8"},
      .arguments_of = {{"lost-updates", {"--paused", "--placeholders", "--tasks", "20000"}}},
  };
  return table;
}

// A demo starts its own program again. In here that is this one.
int main(int argc, char** argv) {
  if (const auto code = ch11::run_row_tests(argc, argv)) return *code;
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}

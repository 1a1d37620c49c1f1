// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; bad counts are refused.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch05_coroutines/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH05_FOLDER,
      .rows = {"5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8"},
  };
  return table;
}

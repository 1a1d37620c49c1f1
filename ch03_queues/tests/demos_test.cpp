// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; --high 0 is refused.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch03_queues/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH03_FOLDER,
      .rows = {"3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9"},
  };
  return table;
}

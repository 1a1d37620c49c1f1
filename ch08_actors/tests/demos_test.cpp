// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; bad counts are refused.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch08_actors/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH08_FOLDER,
      .rows = {"8.1", "8.2", "8.3", "8.4", "8.5"},
      .arguments_of = {{"kill", {"--paused", "--placeholders", "--child", CH08_LOAD}}},
  };
  return table;
}

// demos_test.cpp -- each demo of chapter 2 keeps its promise and prints what expected/ has.

// The chapter's own table, in this process, so that a debugger can step into a demo.
#define main demos_main
#include "ch02_futures/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH02_FOLDER,
      .rows = {"2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "2.10", "2.11"}};
  return table;
}

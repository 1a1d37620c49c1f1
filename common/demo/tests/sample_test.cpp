// sample_test.cpp -- the tests that every chapter has, on a chapter as small as can be.

// Its own table, in this process, so that a debugger can step into a demo.
#define main demos_main
#include "common/demo/tests/sample/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{.demos = sample::kDemos,
                               .main = demos_main,
                               .folder = SAMPLE_FOLDER,
                               .rows = {"0.1", "0.2", "0.3"},
                               .any_order = {"guests"}};
  return table;
}

// demos_test.cpp -- each demo keeps its promise and prints what expected/ has.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch04_networking/main.cpp"
#undef main

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH04_FOLDER,
      .rows = {"4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"},
      .arguments = {"--placeholders"},  // sockets are the system's, and that has no paused clock
#ifndef ASYNC_HTTPS
      .cannot_run = {{"https-get", "libboost-dev"},
                     {"https-errors", "libssl-dev"},
                     {"without-executor", "libssl-dev"}},
#endif
  };
  return table;
}

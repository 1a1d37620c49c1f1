// demos_test.cpp -- each demo keeps its promise and prints what expected/ has.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch07_runtime_tuning/main.cpp"
#undef main

#include <gtest/gtest.h>

#include "common/demo/tests/demo_table.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH07_FOLDER,
      .rows = {"7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9", "7.10", "7.11", "7.12", "7.13",
               "7.14"},
      .any_order = {"pool-of-three"},
      .arguments_of = {{"thread-data", {"--paused", "--placeholders", "--tasks", "50000"}},
                       {"complete-count", {"--paused", "--placeholders", "--shared-tasks", "5000"}},
                       {"hangup", {"--paused", "--placeholders", "--shared-tasks", "5000"}},
                       // Sockets, files and children are the system's, and that has no paused clock.
                       {"echo", {"--placeholders"}},
                       {"sockets", {"--placeholders"}},
                       {"files", {"--placeholders"}},
                       {"graceful-server", {"--placeholders"}},
                       {"children", {"--placeholders"}},
                       {"server-loop", {"--placeholders"}}},
  };
  return table;
}

// The demo ctrl-c-unheard starts its own program again. In here that is this one: then it is the chapter's.
int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') return demos_main(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

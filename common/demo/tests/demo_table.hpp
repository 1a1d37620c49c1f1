// demo_table.hpp -- the tests that the demos of every chapter have in common.
//
// A chapter's test is a program of its own that links demo_table_dep and says what its table is:
//
//   #define main demos_main  // the chapter's own table, in this process: a debugger can step into a demo
//   #include "ch02_futures/main.cpp"
//   #undef main
//   #include "common/demo/tests/demo_table.hpp"
//
//   const async::demo::DemoTable& async::demo::demo_table() {
//     static const DemoTable table{
//         .demos = kDemos, .main = demos_main, .folder = CH02_FOLDER, .rows = {"2.1", "2.2"}};
//     return table;
//   }
//
// Tested is, for each demo, that it keeps its promise, prints what expected/NAME.txt has, and nothing on
// stderr; and that --list, the rows, the files in expected/ and the printouts in the README belong together.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "common/demo/demo.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

struct DemoTable {
  std::span<const Demo> demos;
  int (*main)(int argc, char** argv);
  std::string folder;          // the chapter's, with its README.md and expected/
  std::set<std::string> rows;  // all that --list has to name
  // Demos whose threads leave the order of their lines to chance: the lines are compared without it.
  std::set<std::string> any_order = {};
  std::vector<std::string> arguments = {"--paused", "--placeholders"};
  // For demos that need others in their place.
  std::map<std::string, std::vector<std::string>> arguments_of = {};
  // Demos that need what was not there when the program was built: they end with 1, print nothing, and their
  // message has this word.
  std::map<std::string, std::string> cannot_run = {};
};

// The chapter's test has it.
[[nodiscard]] const DemoTable& demo_table();

// For its tests of other command lines: the chapter's program, in this process, and what it printed.
struct Ended {
  int code;
  std::string out, err;
};
[[nodiscard]] Ended run(std::vector<std::string> words);

}  // namespace async::inline ASYNC_FLAVOUR::demo

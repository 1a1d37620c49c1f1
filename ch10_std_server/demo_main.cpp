// demo_main.cpp -- the command line of the chapter's binary. (Every chapter has the same: common/demo will.)
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>

#include "ch10_std_server/demos.hpp"
#include "ch10_std_server/options.hpp"

namespace ch10 {
namespace {

constexpr const char* kProgram = "ch10_std_server";

void print_table(std::span<const Demo> demos) {
  std::printf("%s -- an async server with nothing but the standard library\n\n", kProgram);
  for (const Demo& demo : demos) std::printf("  %-20s %-10s %s\n", demo.name, demo.rows, demo.sentence);
  std::printf("\nrun one: %s DEMO [options]; see --help\n", kProgram);
}

int run(const Demo& demo, const DemoOptions& options) {
  bool kept = false;
  try {
    kept = demo.run(options);
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", demo.name, error.what());
  }
  std::fflush(stdout);
  if (!kept) std::fprintf(stderr, "%s: what this demo promises did not happen\n", demo.name);
  return kept ? 0 : 1;
}

}  // namespace

int run_demo(std::span<const Demo> demos, int argc, const char* const* argv) {
  DemoOptions options;
  bool list = false;
  Options command_line(kProgram, "the demos of chapter 10; without arguments: a table of them",
                       "[DEMO] [options]");
  command_line.flag("--list", "a line for each demo: rows, name, sentence, with tabs between", list);
  command_line.number<int>("--speed", "N", "divide all waits by N (1)", options.speed, 1, 1000);
  command_line.number<std::size_t>("--requests", "N", "how many the demos `client` and `compare` send (4000)",
                                   options.requests, 4, 100'000);
  command_line.flag("--placeholders", "print <ms> and the like where runs differ, as in expected/",
                    options.placeholders);

  const bool named = argc > 1 && argv[1][0] != '-';
  const Demo* chosen = nullptr;
  if (named) {
    for (const Demo& demo : demos) {
      if (std::strcmp(demo.name, argv[1]) == 0) chosen = &demo;
    }
    if (chosen == nullptr) {
      std::fprintf(stderr, "%s: unknown demo: %s\ntry: %s --list\n", kProgram, argv[1], kProgram);
      return 2;
    }
  }
  // What follows the name stands where the options of a program without a name stand.
  if (const auto code = command_line.parse(named ? argc - 1 : argc, named ? argv + 1 : argv)) return *code;
  if (list) {
    for (const Demo& demo : demos) std::printf("%s\t%s\t%s\n", demo.rows, demo.name, demo.sentence);
  } else if (chosen == nullptr) {
    print_table(demos);
  } else {
    return run(*chosen, options);
  }
  return 0;
}

}  // namespace ch10

// demo.cpp -- the binary of a chapter: lists its demos, runs one, or all.
#include "common/demo/demo.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "common/demo/command_line.hpp"
#include "common/demo/println.hpp"
#include "common/demo/run_demo.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

std::string bold(const Options& options, const std::string& text) {
  return options.color ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

// For programs: the form never changes.
void print_list(const Chapter& chapter) {
  for (const Demo& demo : chapter.demos) println(demo.rows, '\t', demo.name, '\t', demo.sentence);
}

// For people.
void print_table(const Chapter& chapter, const Options& options) {
  std::size_t names = 0;
  std::size_t rows = 0;
  for (const Demo& demo : chapter.demos) {
    names = std::max(names, std::strlen(demo.name));
    rows = std::max(rows, std::strlen(demo.rows));
  }
  println(bold(options, std::string(chapter.program) + " -- " + chapter.title), "\n");
  for (const Demo& demo : chapter.demos) {
    println("  ", bold(options, padded(demo.name, names)), "  ", padded(demo.rows, rows), "  ",
            demo.sentence);
  }
  println("\nrun one: ", chapter.program, " NAME   all: ", chapter.program,
          " all   options: ", chapter.program, " --help");
}

int run_all(const Chapter& chapter, const Options& options) {
  int worst = 0;
  std::string failed;
  for (const Demo& demo : chapter.demos) {
    if (!options.quiet) {
      println(bold(options, std::string("== ") + demo.name + " (" + demo.rows + "): " + demo.sentence));
    }
    const int code = run_demo(demo, options);
    if (code != 0) failed += std::string(failed.empty() ? "" : ", ") + demo.name;
    worst = std::max(worst, code);
    if (!options.quiet) println();
  }
  if (!options.quiet) {
    println(bold(options, failed.empty() ? "all did what they promise" : "not as promised: " + failed));
  }
  return worst;
}

int run(const Chapter& chapter, int argc, const char* const* argv) {
  const auto line = read_command_line(chapter, argc, argv);
  if (!line) return line.error();
  if (line->all) return run_all(chapter, line->options);
  if (line->demo != nullptr) return run_demo(*line->demo, line->options);
  if (line->list) {
    print_list(chapter);
  } else {
    print_table(chapter, line->options);
  }
  return 0;
}

// If one of the three is closed, the next file or socket that is opened gets its number, and what is printed
// goes there. What is opened here in its place fails on every use, as it should.
void occupy_standard_streams() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(number, F_GETFD) < 0) (void)::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int run_demos(const Chapter& chapter, int argc, const char* const* argv) {
  occupy_standard_streams();
  const int code = run(chapter, argc, argv);
  int error = take_stdout_error();
  if (std::fflush(stdout) != 0 && error == 0) error = errno;
  if (error == 0) return code;
  std::fprintf(stderr, "error: cannot write to stdout: %s\n", std::strerror(error));
  return std::max(code, 1);
}

}  // namespace async::inline ASYNC_FLAVOUR::demo

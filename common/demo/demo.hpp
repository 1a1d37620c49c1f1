// demo.hpp -- what a chapter's binary consists of: a table of demos, and the one call that runs them.
//
//   constexpr Demo kDemos[] = {{"coffee", "2.1", "coffee and toast, one after the other", coffee_demo}, ...};
//   int main(int argc, char** argv) { return run_demos({"ch02_futures", "futures", kDemos}, argc, argv); }
//
// A demo runs by a clock of its own, made for it: a SystemClock with --speed, or a PausedClock. So it sleeps
// by the clock (time/), prints with println, and says with WaitingFor what it waits for where it could stand
// still.
//
// Thread safety: run_demos from one thread at a time. It takes the calling thread out of any clock it had.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

// What the command line says, for the demo.
struct Options {
  int speed = 10;             // what the clock divides the waits by; 1 with --paused
  bool paused = false;        // by a PausedClock
  std::uint64_t seed = 1;     // of what the demo leaves to chance
  bool quiet = false;         // the lines of println are dropped
  bool when = false;          // ... or get the time and the thread in front
  bool color = false;         // asked for, and stdout is a terminal
  bool interactive = false;   // wait for the user's keys and signals: do not send them
  bool placeholders = false;  // print <ms> and the like where runs differ: see shown()
  std::vector<std::pair<std::string_view, std::size_t>> counts = {};  // the chapter's own, all of them

  std::vector<std::pair<std::string_view, std::string>> texts = {};  // the same, of texts

  // One of the chapter's own numbers, by the name that it has in the table.
  [[nodiscard]] std::size_t count(std::string_view name) const {
    const auto found = std::ranges::find(counts, name, [](const auto& count) { return count.first; });
    ASYNC_CHECK(found != counts.end(), "the chapter has no count of this name");
    return found->second;
  }
  // One of the chapter's own texts; empty: it was not given.
  [[nodiscard]] const std::string& text(std::string_view name) const {
    const auto found = std::ranges::find(texts, name, [](const auto& text) { return text.first; });
    ASYNC_CHECK(found != texts.end(), "the chapter has no text of this name");
    return found->second;
  }

  // How long to watch, in real time, before something counts as standing still: divided as the waits are, but
  // at least 50 ms. Less would report a busy machine.
  [[nodiscard]] std::chrono::nanoseconds limit(std::chrono::nanoseconds at_speed_1) const {
    return std::max<std::chrono::nanoseconds>(at_speed_1 / speed, std::chrono::milliseconds(50));
  }
};

struct Demo {
  const char* name;
  const char* rows;      // of the course's list, separated by commas
  const char* sentence;  // one, without a full stop
  // True if what the demo promises happened. May throw: then it did not.
  bool (*run)(const Options& options);
};

// An option of the chapter's own, `--name N`: how many of something.
struct CountOption {
  const char* name;
  const char* sentence;
  std::size_t preset;
  std::size_t least;
  std::size_t greatest;
};

// An option of the chapter's own, `--name TEXT`, which has a value only where it is given.
struct TextOption {
  const char* name;
  const char* type;  // what stands for the text in --help: "URL"
  const char* sentence;
};

struct Chapter {
  const char* program;  // the binary's name and its folder's
  const char* title;
  std::span<const Demo> demos;
  std::span<const CountOption> counts = {};
  std::span<const TextOption> texts = {};
};

// Reads the command line and does what it says. Returns the exit code: 0 what was promised happened, 1 not
// (or an exception left the demo, or stdout could not be written), 2 wrong usage, 3 a stall. A stall does not
// return: it ends the process (waiting_for.hpp).
[[nodiscard]] int run_demos(const Chapter& chapter, int argc, const char* const* argv);

}  // namespace async::inline ASYNC_FLAVOUR::demo

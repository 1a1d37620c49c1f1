// explore.hpp -- explore(model): runs a model under every schedule within bounds, then under many drawn ones.
//
// A model is a function that makes what it needs, starts base::Threads, joins them, and checks what must hold
// (ASYNC_CHECK, or explorer::Cell for plain data). It runs once for each schedule, so it keeps nothing between two
// runs, and depends on nothing else: not on the time, on addresses, on what it cannot replace.
//
// What is found: data races, states in which nobody can go on (deadlocks, lost wake-ups), checks that fail,
// exceptions, loops without an end. Each with the schedule that shows it, as a number: replay(model, number).
// Book: chapter 11, which finds a race with luck. After "CHESS" (Musuvathi and Qadeer, 2007: few preemptions find
// most faults), Relacy (Vyukov) and loom.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/explorer/execution.hpp"

namespace async::explorer {

struct Settings {
  Bounds bounds = {};
  std::uint64_t most = 20'000'000;  // of all schedules: beyond that it gives up, and says so
  std::uint64_t drawn = 0;          // so many random schedules afterwards, with any number of preemptions
};

struct Found {
  Failure failure;
  std::uint64_t schedule = 0;  // for replay()
  std::string trace;           // a line for each step
};

struct Report {
  std::uint64_t schedules = 0;       // all within the bounds, where every load reads the newest value
  std::uint64_t with_old_reads = 0;  // and those where some load reads an older one
  std::uint64_t drawn = 0;
  std::uint64_t longest = 0;  // in steps
  bool is_complete = true;    // false: `most` was not enough
  std::optional<Found> found;

  // One line, or several where something was found.
  [[nodiscard]] std::string text(const Settings& settings) const;
};

using Model = std::function<void()>;

[[nodiscard]] Report explore(const Model& model, const Settings& settings = {});

// One schedule again, with its trace, by the number that explore() gave. The same bounds must be given.
[[nodiscard]] Found replay(const Model& model, std::uint64_t schedule, const Settings& settings = {});

// From here on a schedule's number is that of a drawn one.
inline constexpr std::uint64_t kFirstDrawn = 1'000'000'000;

}  // namespace async::explorer

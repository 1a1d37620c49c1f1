// s4_models.hpp -- row 11.4, beyond luck: small programs with a fault, and cured, for the explorer of interleavings.
//
// s4_models.cpp is compiled in the flavour `explored` (ASYNC_EXPLORED): its atomics, locks and threads are the
// explorer's. What it gives to the rest of the chapter are therefore plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ch11 {

struct Exploration {
  std::uint64_t schedules = 0;       // that were run; every load read the newest value
  std::uint64_t with_old_reads = 0;  // that were run; some load read an older one
  std::string fault;                 // empty: none was found
  std::uint64_t schedule = 0;        // the number of the one that shows it
  std::vector<std::string> steps;    // what the threads did in it, a line each
};

// One of the names below, under every schedule with so many preemptions.
[[nodiscard]] Exploration explore_model(const std::string& name, std::size_t preemptions);

// The steps of one schedule; and its fault, if it has one.
[[nodiscard]] Exploration replay_model(const std::string& name, std::size_t preemptions,
                                       std::uint64_t schedule);

// The names, each model with a fault before its cure.
[[nodiscard]] std::vector<std::string> model_names();

}  // namespace ch11

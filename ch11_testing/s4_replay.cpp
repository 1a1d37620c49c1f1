// s4_replay.cpp -- the demo of 11.4 that runs one schedule of one model again, by its number.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "common/demo/println.hpp"

#include "ch11_testing/demos.hpp"
#include "ch11_testing/s4_models.hpp"

namespace ch11 {

bool replay_demo(const async::demo::Options& options) {
  using async::demo::println;
  const std::string name = options.text("model").empty() ? "lost-update" : options.text("model");
  const std::vector<std::string> known = model_names();
  if (std::ranges::find(known, name) == known.end()) {
    std::string names;
    for (const std::string& each : known) names += " " + each;
    throw std::runtime_error("--model " + name + ": there are" + names);
  }
  const std::size_t schedule = options.count("schedule");
  const Exploration told = replay_model(name, options.count("preemptions"), schedule);
  if (told.steps.empty())
    throw std::runtime_error("--schedule " + std::to_string(schedule) + ": " + told.fault);
  println(name, ", schedule ", schedule, ":");
  for (const std::string& step : told.steps) println("  ", step);
  println(told.fault.empty() ? "no fault" : "the fault is there again");
  return true;
}

}  // namespace ch11

// explore.cpp -- one execution after the other, until one fails.
#include "common/explorer/explore.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace async::explorer {
namespace {

// A drawn schedule is held up as often as it is drawn.
Bounds of_drawn(Bounds bounds) {
  bounds.preemptions = std::numeric_limits<std::size_t>::max();
  bounds.old_reads = std::numeric_limits<std::size_t>::max();
  return bounds;
}

// Runs it again, now that each step is to be told.
Found told(Execution& execution, const Model& model, Choices& choices, const Bounds& bounds,
           std::uint64_t number) {
  Found found{execution.run(model, choices, bounds, true), number, {}};
  for (const std::string& line : execution.trace()) found.trace += line + "\n";
  return found;
}

// As told(); the first run has failed with `first`, and if this one does not, the model is at fault.
Found found_again(Execution& execution, const Model& model, Choices& choices, const Bounds& bounds,
                  std::uint64_t number, Failure first) {
  Found found = told(execution, model, choices, bounds, number);
  if (found.failure.what != first.what) {
    found.trace = "The same schedule gave something else the second time (" +
                  (found.failure.what.empty() ? std::string("no failure") : found.failure.what) +
                  "): the model depends on something that is not a choice.\n";
    found.failure = std::move(first);
  }
  return found;
}

bool explore_all(Execution& execution, const Model& model, const Settings& settings, Report& report) {
  EveryChoice choices;
  std::uint64_t number = 0;
  do {
    if (number == settings.most) {
      report.is_complete = false;
      return true;
    }
    Failure failure = execution.run(model, choices, settings.bounds, false);
    ++number;
    ++(execution.has_read_old() ? report.with_old_reads : report.schedules);
    report.longest = std::max<std::uint64_t>(report.longest, execution.steps());
    if (failure.fault != Fault::none) {
      choices.again();
      report.found = found_again(execution, model, choices, settings.bounds, number, std::move(failure));
      return false;
    }
  } while (choices.next());
  return true;
}

void explore_drawn(Execution& execution, const Model& model, const Settings& settings, Report& report) {
  const Bounds bounds = of_drawn(settings.bounds);
  for (std::uint64_t seed = 0; seed < settings.drawn; ++seed) {
    RandomChoices choices(seed);
    Failure failure = execution.run(model, choices, bounds, false);
    ++report.drawn;
    report.longest = std::max<std::uint64_t>(report.longest, execution.steps());
    if (failure.fault == Fault::none) continue;
    RandomChoices same(seed);
    report.found = found_again(execution, model, same, bounds, kFirstDrawn + seed, std::move(failure));
    return;
  }
}

}  // namespace

Report explore(const Model& model, const Settings& settings) {
  Execution execution;
  Report report;
  if (explore_all(execution, model, settings, report)) explore_drawn(execution, model, settings, report);
  return report;
}

Found replay(const Model& model, std::uint64_t schedule, const Settings& settings) {
  Execution execution;
  if (schedule >= kFirstDrawn) {
    RandomChoices choices(schedule - kFirstDrawn);
    return told(execution, model, choices, of_drawn(settings.bounds), schedule);
  }
  // Each follows from the one before.
  EveryChoice choices;
  for (std::uint64_t number = 1;; ++number) {
    if (number == schedule) return told(execution, model, choices, settings.bounds, schedule);
    (void)execution.run(model, choices, settings.bounds, false);
    if (!choices.next()) break;
  }
  return {{Fault::check, "there is no such schedule within these bounds"}, schedule, {}};
}

std::string Report::text(const Settings& settings) const {
  std::string told = std::to_string(schedules) + " schedules with at most " +
                     std::to_string(settings.bounds.preemptions) + " preemptions, and " +
                     std::to_string(with_old_reads) + " with up to " +
                     std::to_string(settings.bounds.old_reads) + " old reads, " + std::to_string(drawn) +
                     " drawn ones; the longest has " + std::to_string(longest) + " steps";
  if (!is_complete) told += "; NOT ALL: it gave up";
  if (found) {
    told +=
        "\n" + found->failure.what + "\nschedule " + std::to_string(found->schedule) + ":\n" + found->trace;
  }
  return told;
}

}  // namespace async::explorer

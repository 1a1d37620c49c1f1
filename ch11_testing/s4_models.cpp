// s4_models.cpp -- the models, and what the explorer says of them.
#include "ch11_testing/s4_models.hpp"

#include <sstream>
#include <stdexcept>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/explorer/abandons.hpp"
#include "common/explorer/cell.hpp"
#include "common/explorer/explore.hpp"

namespace ch11 {
namespace {

using namespace async;

// The book's unsafe_add, twice.
void lost_update() {
  base::Atomic<int> counter = 0;
  const auto unsafe_add = [&] {
    const int value = counter.load();
    counter.store(value + 1);
  };
  base::Thread other(unsafe_add);
  unsafe_add();
  other.join();
  ASYNC_CHECK(counter.load() == 2, "an addition was lost");
}

void kept_update() {
  base::Atomic<int> counter = 0;
  const auto add = [&] { counter.fetch_add(1); };
  base::Thread other(add);
  add();
  other.join();
  ASYNC_CHECK(counter.load() == 2, "an addition was lost");
}

// A flag says that the data is there. On a processor of the x86 family no test that runs ever sees it fail.
void publish(std::memory_order store, std::memory_order load) {
  explorer::Cell<int> data = 0;
  base::Atomic<bool> is_there = false;
  base::Thread writer([&] {
    data.write(42);
    is_there.store(true, store);
  });
  if (is_there.load(load)) ASYNC_CHECK(data.read() == 42, "the flag is there, and the data is not");
  writer.join();
}
void relaxed_flag() { publish(base::relaxed, base::relaxed); }
void released_flag() { publish(base::release, base::acquire); }

// Each says that it wants to enter, and then looks at the other one (Dekker).
void both_enter(std::memory_order store, std::memory_order load) {
  base::Atomic<bool> first_wants = false, second_wants = false;
  base::Atomic<int> inside = 0;
  const auto enter = [&](base::Atomic<bool>& mine, const base::Atomic<bool>& theirs) {
    mine.store(true, store);
    if (!theirs.load(load)) inside.fetch_add(1);
  };
  base::Thread second([&] { enter(second_wants, first_wants); });
  enter(first_wants, second_wants);
  second.join();
  ASYNC_CHECK(inside.load() <= 1, "both are inside");
}
void acquire_release_door() { both_enter(base::release, base::acquire); }
void seq_cst_door() { both_enter(base::seq_cst, base::seq_cst); }

void two_locks(bool in_one_order) {
  base::Locked<int> one, two;
  base::Thread other([&] {
    const auto first = (in_one_order ? one : two).lock();
    const auto second = (in_one_order ? two : one).lock();
  });
  {
    const auto first = one.lock();
    const auto second = two.lock();
  }
  other.join();
}
void opposite_locks() { two_locks(false); }
void ordered_locks() { two_locks(true); }

// A thread looks whether there is something to do, and goes to sleep if not.
void sleeper(bool looks_under_the_lock) {
  base::Locked<bool> work;
  base::ConditionVariable has_come;
  base::Thread other([&] {
    *work.lock() = true;
    has_come.notify_one();
  });
  if (looks_under_the_lock) {
    work.lock().wait(has_come, [](bool is_there) { return is_there; });
  } else if (!*work.lock()) {
    // Between that look and this lock the other one may have come, and gone.
    bool has_slept = false;
    work.lock().wait(has_come, [&](bool) { return std::exchange(has_slept, true); });
  }
  other.join();
}
void look_then_sleep() { sleeper(false); }
void look_under_lock() { sleeper(true); }

constexpr std::pair<const char*, void (*)()> kModels[] = {
    {"lost-update", lost_update},           {"kept-update", kept_update},
    {"relaxed-flag", relaxed_flag},         {"released-flag", released_flag},
    {"acq-rel-door", acquire_release_door}, {"seq-cst-door", seq_cst_door},
    {"opposite-locks", opposite_locks},     {"ordered-locks", ordered_locks},
    {"look-then-sleep", look_then_sleep},   {"look-under-lock", look_under_lock},
};

explorer::Model model_named(const std::string& name) {
  for (const auto& [known, model] : kModels) {
    if (name == known) return model;
  }
  throw std::invalid_argument("there is no model '" + name + "'");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

explorer::Settings with(std::size_t preemptions) { return {.bounds = {.preemptions = preemptions}}; }

}  // namespace

Exploration explore_model(const std::string& name, std::size_t preemptions) {
  const explorer::Report report = explorer::explore(model_named(name), with(preemptions));
  Exploration told{
      .schedules = report.schedules, .with_old_reads = report.with_old_reads, .fault = {}, .steps = {}};
  if (report.found) {
    told.fault = report.found->failure.what;
    told.schedule = report.found->schedule;
    told.steps = lines_of(report.found->trace);
  }
  return told;
}

Exploration replay_model(const std::string& name, std::size_t preemptions, std::uint64_t schedule) {
  const explorer::Found found = explorer::replay(model_named(name), schedule, with(preemptions));
  return {.fault = found.failure.what, .schedule = schedule, .steps = lines_of(found.trace)};
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& model : kModels) names.emplace_back(model.first);
  return names;
}

}  // namespace ch11

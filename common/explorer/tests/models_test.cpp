// models_test.cpp -- the pieces of common/ that use atomics, under every schedule within bounds, then under drawn ones.
//
// By itself it is quick: at most two preemptions and one old read. The environment can have more of it:
//   EXPLORER_DRAWN=1000000   each model's own bounds, and then so many drawn schedules
//   EXPLORER_SCHEDULE=4711   that one schedule, with its steps; with --gtest_filter='*/oneshot_sends', and the same
//                            EXPLORER_DRAWN as when it was found
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

#include "common/base/sanitizers.hpp"
#include "common/explorer/tests/models/atomic_waker.hpp"
#include "common/explorer/tests/models/broadcast.hpp"
#include "common/explorer/tests/models/channel.hpp"
#include "common/explorer/tests/models/futex_mutex.hpp"
#include "common/explorer/tests/models/join.hpp"
#include "common/explorer/tests/models/locks.hpp"
#include "common/explorer/tests/models/mpsc.hpp"
#include "common/explorer/tests/models/notify.hpp"
#include "common/explorer/tests/models/oneshot.hpp"
#include "common/explorer/tests/models/parker.hpp"
#include "common/explorer/tests/models/semaphore.hpp"
#include "common/explorer/tests/models/shared_queue.hpp"
#include "common/explorer/tests/models/task_state.hpp"
#include "common/explorer/tests/models/wake_set.hpp"
#include "common/explorer/tests/models/watch.hpp"
#include "common/explorer/tests/models/work_queue.hpp"
#include "common/explorer/tests/models/work_sharing.hpp"

namespace async::models {
namespace {

std::vector<Model> all() {
  std::vector<Model> models;
  const auto add = [&](const auto& some) { models.insert(models.end(), std::begin(some), std::end(some)); };
  add(models_of_atomic_waker);
  add(models_of_broadcast);
  add(models_of_channel);
  add(models_of_futex_mutex);
  add(models_of_join);
  add(models_of_locks);
  add(models_of_mpsc);
  add(models_of_notify);
  add(models_of_oneshot);
  add(models_of_parker);
  add(models_of_semaphore);
  add(models_of_shared_queue);
  add(models_of_task_state);
  add(models_of_wake_set);
  add(models_of_watch);
  add(models_of_work_queue);
  add(models_of_work_sharing);
  return models;
}

// Of the environment; `otherwise` if it is not set. What is no number ends the test.
std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0') {
    ADD_FAILURE() << variable << " should be a number, and is \"" << text << '"';
  }
  return number;
}

class ModelTest : public testing::TestWithParam<Model> {};

explorer::Settings settings_of(const Model& model) {
  if (std::getenv("EXPLORER_DRAWN") != nullptr) {
    return {.bounds = model.bounds, .drawn = number_of("EXPLORER_DRAWN", 0)};
  }
  // Not optimised, and under a sanitizer, a schedule costs fifty times as much.
  constexpr bool is_slow = ASYNC_UNDER_ADDRESS_SANITIZER != 0;
  explorer::Bounds bounds = model.bounds;
  bounds.preemptions = std::min<std::size_t>(bounds.preemptions, is_slow ? 1 : 2);
  bounds.old_reads = std::min<std::size_t>(bounds.old_reads, 1);
  return {.bounds = bounds, .drawn = is_slow ? 100u : 500u};
}

TEST_P(ModelTest, HoldsUnderEverySchedule) {
  const Model& model = GetParam();
  const explorer::Settings settings = settings_of(model);
  if (const std::uint64_t schedule = number_of("EXPLORER_SCHEDULE", 0)) {
    const explorer::Found found = explorer::replay(model.run, schedule, settings);
    std::printf("%s%s\n", found.trace.c_str(), found.failure.what.c_str());
    EXPECT_EQ(found.failure.fault, explorer::Fault::none);
    return;
  }
  const explorer::Report report = explorer::explore(model.run, settings);
  std::printf("%s\n", report.text(settings).c_str());
  if (report.found) {
    const char* const drawn = std::getenv("EXPLORER_DRAWN");
    ADD_FAILURE() << "once more, with its steps: " << (drawn == nullptr ? "" : "EXPLORER_DRAWN=")
                  << (drawn == nullptr ? "" : drawn) << " EXPLORER_SCHEDULE=" << report.found->schedule
                  << " explorer_models_tests --gtest_filter='*/" << model.name << "'";
  }
  EXPECT_TRUE(report.is_complete);
}

INSTANTIATE_TEST_SUITE_P(Models, ModelTest, testing::ValuesIn(all()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace async::models

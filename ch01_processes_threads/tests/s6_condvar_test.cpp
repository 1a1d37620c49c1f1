// s6_condvar_test.cpp -- each update is received once, whoever is quicker; and nothing else is printed.
#include "ch01_processes_threads/s6_condvar.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/base/thread.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch01 {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

void wait_until_received(SharedData& shared) {
  auto data = shared.data.lock();
  data.wait(shared.changed, [](const SharedData::Value& now) { return !now.is_new; });
}

void put(SharedData& shared, bool value) {
  *shared.data.lock() = SharedData::Value{.value = value, .is_new = true};
  shared.changed.notify_all();
}

void stop(SharedData& shared) {
  {
    const auto data = shared.data.lock();
    shared.STOP.store(true, base::relaxed);
  }
  shared.changed.notify_all();
}

TEST(CondvarTest, FourUpdates_AreTheBooksPrintout_AndTakeFourPauses) {
  const Deadline deadline("a notification was lost");
  const demo::CapturedLines printed;
  const PausedClock clock;
  SharedData shared;
  base::Thread background(base::Bystander{}, [&] { background_thread(shared); });
  updater_thread(shared, {false, true, false, true}, 4s);
  background.join();
  EXPECT_EQ(printed.lines(),
            (Lines{"Updating value to false...", "Received value: false", "Updating value to true...",
                   "Received value: true", "Updating value to false...", "Received value: false",
                   "Updating value to true...", "Received value: true", "STOP has been updated"}));
  EXPECT_EQ(now(), Instant(16s));
}

// Question: the updater is done before the other thread has even begun. How many of its updates are received?
// Predict, for the book's program and for this one. Break in `background_thread`.
TEST(CondvarTest, UpdaterWithoutPauses_LosesNothing) {
  const Deadline deadline("a notification was lost");
  const demo::CapturedLines printed;
  SharedData shared;
  base::Thread updater([&] { updater_thread(shared, {true, true, true, false}, 0s); });
  while (!shared.data.lock()->is_new) base::yield_thread();
  base::Thread background([&] { background_thread(shared); });
  updater.join();
  background.join();
  EXPECT_EQ(printed.lines(),
            (Lines{"Updating value to true...", "Received value: true", "Updating value to true...",
                   "Received value: true", "Updating value to true...", "Received value: true",
                   "Updating value to false...", "Received value: false", "STOP has been updated"}));
}

// Question: somebody notifies, and nothing has changed. What is printed?
// Predict: who looks at `is_new`, and how often? Break in `ConditionVariable::wait`.
TEST(CondvarTest, NotificationForNoReason_PrintsNothing) {
  const Deadline deadline("a notification was lost");
  const demo::CapturedLines printed;
  SharedData shared;
  base::Thread background([&] { background_thread(shared); });
  for (const bool value : {true, false}) {
    put(shared, value);
    // Received: the other thread had the lock until it slept again. So all of these wake it.
    wait_until_received(shared);
    for (int i = 0; i < 100; ++i) shared.changed.notify_all();
  }
  stop(shared);
  background.join();
  EXPECT_EQ(printed.lines(), (Lines{"Received value: true", "Received value: false"}));
}

TEST(CondvarTest, ValueAndStopAtOnce_TheValueComesFirst) {
  const Deadline deadline("a notification was lost");
  const demo::CapturedLines printed;
  SharedData shared;
  put(shared, true);
  stop(shared);
  background_thread(shared);
  EXPECT_EQ(printed.lines(), Lines{"Received value: true"});
}

TEST(CondvarTest, StopAlone_EndsIt) {
  const Deadline deadline("STOP was not heard");
  const demo::CapturedLines printed;
  SharedData shared;
  base::Thread background([&] { background_thread(shared); });
  updater_thread(shared, {}, 0s);
  background.join();
  EXPECT_EQ(printed.lines(), Lines{"STOP has been updated"});
}

}  // namespace
}  // namespace ch01

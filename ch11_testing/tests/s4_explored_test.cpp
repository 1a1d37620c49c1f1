// s4_explored_test.cpp -- row 11.4, beyond luck: each fault is found in every run, and its cure holds.
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "common/demo/println.hpp"

#include "ch11_testing/s4_models.hpp"

namespace ch11 {
namespace {

using async::demo::println;

std::string preemptions_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " preemption" : " preemptions");
}

// Prints what the explorer says of it, the steps as well where there is a fault.
Exploration explored(const std::string& name, std::size_t preemptions) {
  Exploration told = explore_model(name, preemptions);
  if (told.fault.empty()) {
    std::string schedules =
        std::to_string(told.schedules) + (told.schedules == 1 ? " schedule" : " schedules");
    if (told.with_old_reads != 0)
      schedules += " and " + std::to_string(told.with_old_reads) + " with old reads";
    println(name, ", at most ", preemptions_of(preemptions), ": ", schedules, ", no fault");
  } else {
    println(name, ", at most ", preemptions_of(preemptions), ": a fault in schedule ", told.schedule);
    for (const std::string& step : told.steps) println("  ", step);
  }
  return told;
}

// Question: the book's race needs many tasks, many threads and luck. How many threads, and how often must one be held
//   up, if one may choose when?
// Predict: two threads; once. Break in `unsafe_add` (s4_models.cpp).
TEST(ExploredTest, LostUpdate_NeedsOneThreadHeldUpOnce) {
  EXPECT_EQ(explored("lost-update", 0).fault, "");
  EXPECT_NE(explored("lost-update", 1).fault.find("an addition was lost"), std::string::npos);
  EXPECT_EQ(explored("kept-update", 5).fault, "");
}

// Question: is a run the only way to know that a relaxed flag publishes nothing?
// Predict: no: the processor at hand may never show it, but the rules of the language say it. Break in
//   `RaceDetector::read`.
TEST(ExploredTest, RelaxedFlag_IsARaceThoughTheValueIsThere) {
  EXPECT_NE(explored("relaxed-flag", 2).fault.find("data race"), std::string::npos);
  EXPECT_EQ(explored("released-flag", 5).fault, "");
}

// Question: both store, then both look at the other's variable. What do release and acquire promise?
// Predict: nothing here: a load may still read the old value. It takes the one order of seq_cst. Break in
//   `Execution::choose_message`.
TEST(ExploredTest, TwoDoors_NeedSeqCst) {
  EXPECT_NE(explored("acq-rel-door", 0).fault.find("both are inside"), std::string::npos)
      << "nobody need be held up for it";
  EXPECT_EQ(explored("seq-cst-door", 5).fault, "");
}

// Question: how is a deadlock told from a program that is slow?
// Predict: nobody can go on, and it says who waits for what; no time passes. Break in
//   `Execution::fail_if_somebody_waits`.
TEST(ExploredTest, Deadlock_IsAStateInWhichNobodyCanGoOn) {
  const std::string fault = explored("opposite-locks", 2).fault;
  EXPECT_NE(fault.find("nobody can go on: T0 waits for a mutex"), std::string::npos) << fault;
  EXPECT_NE(fault.find("; T1 waits for a mutex"), std::string::npos) << fault;
  EXPECT_EQ(explored("ordered-locks", 5).fault, "");
}

// Question: it looks, there is nothing to do, it sleeps. What comes in between?
// Predict: the wake-up, and it is lost. Break in `ConditionVariable::notify_one` (common/explorer/mutex.cpp).
TEST(ExploredTest, LookAndThenSleep_MissesWhatComesInBetween) {
  const std::string fault = explored("look-then-sleep", 2).fault;
  EXPECT_NE(fault.find("nobody can go on: T0 waits to be notified"), std::string::npos) << fault;
  EXPECT_EQ(explored("look-under-lock", 5).fault, "");
}

// Question: what is a race worth that cannot be shown twice?
// Predict: this one can, by its number. Break in `replay`.
TEST(ReplayedTest, ScheduleWithAFault_IsThereAgain) {
  const Exploration found = explore_model("lost-update", 2);
  const Exploration again = replay_model("lost-update", 2, found.schedule);
  EXPECT_EQ(again.fault, found.fault);
  EXPECT_EQ(again.steps, found.steps);
  EXPECT_EQ(replay_model("lost-update", 2, 1).fault, "") << "the first schedule holds nobody up";
}

TEST(ReplayedTest, EachFaultyModel_HasACureBehindIt) {
  const std::vector<std::string> names = model_names();
  ASSERT_EQ(names.size() % 2, 0u);
  for (std::size_t i = 0; i < names.size(); i += 2) {
    EXPECT_NE(explore_model(names[i], 2).fault, "") << names[i];
    EXPECT_EQ(explore_model(names[i + 1], 2).fault, "") << names[i + 1];
  }
}

TEST(ReplayedTest, UnknownModelOrSchedule_IsRefused) {
  EXPECT_THROW((void)explore_model("perpetual-motion", 2), std::invalid_argument);
  EXPECT_EQ(replay_model("lost-update", 2, 1'000).fault, "there is no such schedule within these bounds");
}

}  // namespace
}  // namespace ch11

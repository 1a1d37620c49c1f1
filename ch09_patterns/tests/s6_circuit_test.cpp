// s6_circuit_test.cpp -- each transition of the circuit, step by step, and outcomes that come too late.
#include "ch09_patterns/s6_circuit.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/base/thread.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using enum CircuitState;

class CircuitTest : public ::testing::Test {
 protected:
  // Leave to begin, which there must be: else it throws, and the test has failed.
  Circuit::Trial begin() { return circuit_->begin().value(); }
  void fail(int times = 1) {
    for (int i = 0; i < times; ++i) begin().failed();
  }
  void succeed() { begin().succeeded(); }
  [[nodiscard]] bool is_refused() { return !circuit_->begin(); }
  [[nodiscard]] CircuitState state() const { return circuit_->state(); }

  PausedClock clock_;
  std::vector<CircuitState> changes_;
  const std::shared_ptr<Circuit> circuit_ =
      Circuit::create({.threshold = 3, .open_for = 10s}, [this](CircuitState to) { changes_.push_back(to); });
};

// Read this one first.
// Question: three errors, ten seconds, one that tries it. What may begin at each moment?
// Predict the state after each line. Break in `Circuit::begin` and `Circuit::in_period`.
TEST_F(CircuitTest, OpensHalfOpensAndCloses) {
  fail(2);
  EXPECT_EQ(state(), closed);
  fail();
  EXPECT_EQ(state(), open);
  EXPECT_TRUE(is_refused());

  clock_.advance(9999ms);
  EXPECT_TRUE(is_refused());
  clock_.advance(1ms);
  EXPECT_EQ(state(), open) << "time alone changes nothing: somebody has to ask";
  auto trial = begin();
  EXPECT_EQ(state(), half_open);
  EXPECT_TRUE(is_refused()) << "one tries it";

  trial.succeeded();
  EXPECT_EQ(state(), closed);
  EXPECT_FALSE(is_refused());
  EXPECT_THAT(changes_, ElementsAre(open, half_open, closed));
}

TEST_F(CircuitTest, SuccessInBetween_BeginsTheCountAnew) {
  fail(2);
  succeed();
  fail(2);
  EXPECT_EQ(state(), closed);
  fail();
  EXPECT_EQ(state(), open);
}

TEST_F(CircuitTest, TrialThatFails_OpensItForAsLongAgain) {
  fail(3);
  clock_.advance(15s);
  fail();
  EXPECT_EQ(state(), open) << "one error is enough";
  EXPECT_EQ(circuit_->begin().error().until(), Instant(25s));
  clock_.advance(9s);
  EXPECT_TRUE(is_refused());
  clock_.advance(1s);
  succeed();
  EXPECT_EQ(state(), closed);
  EXPECT_THAT(changes_, ElementsAre(open, half_open, open, half_open, closed));
}

TEST_F(CircuitTest, AfterItClosed_ItTakesThreeErrorsAgain) {
  fail(3);
  clock_.advance(10s);
  succeed();
  fail(2);
  EXPECT_EQ(state(), closed);
  fail();
  EXPECT_EQ(state(), open);
}

// Question: the one that tries it is dropped, and nobody knows how it would have ended. Is the circuit half
// open for ever?
// Predict. Break in `~Trial`.
TEST_F(CircuitTest, TrialThatIsDropped_LeavesItToTheNextOne) {
  fail(3);
  clock_.advance(10s);
  {
    const auto dropped = begin();
    EXPECT_EQ(state(), half_open);
  }
  EXPECT_EQ(state(), half_open);
  EXPECT_EQ(now(), Instant(10s)) << "the next one need not wait";
  succeed();
  EXPECT_EQ(state(), closed);
  EXPECT_THAT(changes_, ElementsAre(open, half_open, closed));
}

// Question: the one that tries it never ends. Who may begin in the next ten seconds, and who after them?
// Predict. Break in `Circuit::begin`, and look at `next_trial`.
TEST_F(CircuitTest, TrialThatNeverEnds_LocksOutNobodyForEver) {
  fail(3);
  clock_.advance(10s);
  auto never_ends = begin();
  clock_.advance(9s);
  EXPECT_EQ(circuit_->begin().error().until(), Instant(20s));
  clock_.advance(1s);
  auto another = begin();
  EXPECT_EQ(circuit_->begin().error().until(), Instant(30s)) << "again one, not all";
  another.succeeded();
  EXPECT_EQ(state(), closed);
  never_ends.failed();
  EXPECT_EQ(state(), closed) << "too late";
  EXPECT_THAT(changes_, ElementsAre(open, half_open, closed));
}

// Question: each trial takes longer than the circuit is open. Does it ever close?
TEST_F(CircuitTest, LateTrial_StillDecidesIfNobodyHas) {
  for (const bool succeeds : {true, false}) {
    while (state() == closed) fail();
    clock_.advance(10s);
    auto late = begin();
    clock_.advance(10s);
    auto another = begin();
    clock_.advance(5s);
    succeeds ? late.succeeded() : late.failed();
    EXPECT_EQ(state(), succeeds ? closed : open);
    another.failed();
    EXPECT_EQ(state(), succeeds ? closed : open) << "the first outcome has decided";
  }
  EXPECT_EQ(circuit_->begin().error().until(), Instant(60s)) << "ten seconds from the first outcome";
}

TEST_F(CircuitTest, DroppedTrial_SpoilsNoOther) {
  fail(3);
  clock_.advance(10s);
  {
    auto dropped = std::optional(begin());
    clock_.advance(10s);
    auto another = begin();
    dropped.reset();
    EXPECT_TRUE(is_refused()) << "the other one is under way";
    another.succeeded();
  }
  EXPECT_EQ(state(), closed);
}

TEST_F(CircuitTest, DroppedWhileItIsClosed_CountsNothing) {
  for (int i = 0; i < 10; ++i) {
    const auto dropped = begin();
  }
  EXPECT_EQ(state(), closed);
  fail(2);
  {
    const auto dropped = begin();
  }
  EXPECT_EQ(state(), closed);
  fail();
  EXPECT_EQ(state(), open) << "and it is no success either";
}

// Question: a task begins while the circuit is closed, and ends after it has opened, half opened, closed.
// What does its outcome say about the server of now?
// Predict. Break in `Circuit::in_period`.
TEST_F(CircuitTest, OutcomeOfAnEarlierPeriod_IsNotCounted) {
  auto early_success = begin(), early_failure = begin(), later_failure = begin(), dropped = begin();
  fail(3);
  early_success.succeeded();
  EXPECT_EQ(state(), open) << "it was well before, not now";
  clock_.advance(10s);
  auto trial = begin();
  early_failure.failed();
  {
    const auto gone = std::move(dropped);
  }
  EXPECT_EQ(state(), half_open);
  trial.succeeded();
  fail(2);
  later_failure.failed();
  EXPECT_EQ(state(), closed);
}

TEST_F(CircuitTest, ErrorsAtTheSameTime_OpenItOnce) {
  std::vector<Circuit::Trial> trials;
  for (int i = 0; i < 10; ++i) trials.push_back(begin());
  for (auto& trial : trials) trial.failed();
  EXPECT_THAT(changes_, ElementsAre(open));
}

TEST_F(CircuitTest, OnChange_IsCalledInNoLock) {
  std::vector<CircuitState> seen;
  std::shared_ptr<Circuit> circuit;
  circuit = Circuit::create({.threshold = 1, .open_for = 0s}, [&](CircuitState) {
    seen.push_back(circuit->state());  // would wait for itself
  });
  circuit->begin()->failed();
  circuit->begin()->succeeded();
  EXPECT_THAT(seen, ElementsAre(open, half_open, closed));
}

TEST_F(CircuitTest, Trial_OutlivesTheCircuitsOwner) {
  auto owner = Circuit::create({.threshold = 1});
  auto trial = owner->begin();
  owner.reset();
  trial->failed();
}

TEST_F(CircuitTest, ValueThatCannotBe_IsRefused) {
  EXPECT_THROW((void)Circuit::create({.threshold = 0}), std::invalid_argument);
  EXPECT_THROW((void)Circuit::create({.open_for = -1s}), std::invalid_argument);
}

TEST_F(CircuitTest, OpenForEver_NeverOverflows) {
  const auto circuit = Circuit::create({.threshold = 1, .open_for = Duration::max()});
  clock_.advance(1h);
  circuit->begin()->failed();
  EXPECT_EQ(circuit->begin().error().until(), Instant::max());
}

TEST(CircuitDeathTest, SecondOutcome_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto twice = [] {
    auto trial = Circuit::create()->begin();
    trial->succeeded();
    trial->failed();
  };
  EXPECT_DEATH(twice(), "a trial has one outcome, and was told it before");
}

// The period is over as soon as its last second is, on any thread: one of them tries it, never two.
TEST(CircuitThreadsTest, HalfOpen_LetsOneOfManyTry) {
  const Deadline deadline("a thread never came");
  PausedClock clock;
  for (int round = 0; round < 50; ++round) {
    const auto circuit = Circuit::create({.threshold = 1, .open_for = 10s});
    circuit->begin()->failed();
    clock.advance(10s);
    base::Atomic<int> tries = 0;
    base::Locked<std::vector<Circuit::Trial>> kept;
    {
      std::vector<base::Thread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          auto trial = circuit->begin();
          if (!trial) return;
          ++tries;
          kept.lock()->push_back(*std::move(trial));
        });
      }
    }
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(circuit->state(), half_open);
  }
}

}  // namespace
}  // namespace ch09

// explore_test.cpp -- what the explorer finds, and how it tells.
#include "common/explorer/explore.hpp"

#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/locked.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/explorer/abandons.hpp"
#include "common/explorer/cell.hpp"

namespace async::explorer {
namespace {

using base::acquire;
using base::relaxed;
using base::release;

Fault fault_of(const Model& model, const Settings& settings = {}) {
  const Report report = explore(model, settings);
  return report.found ? report.found->failure.fault : Fault::none;
}

// ---- data races ----------------------------------------------------------------------------------------------

void publish(std::memory_order store, std::memory_order load) {
  Cell<int> data = 0;
  base::Atomic<bool> is_there = false;
  base::Thread writer([&] {
    data.write(42);
    is_there.store(true, store);
  });
  if (is_there.load(load)) ASYNC_CHECK(data.read() == 42, "what was published is not there");
  writer.join();
}

TEST(ExploreTest, PublishedData_IsARaceWithoutReleaseOrAcquire) {
  EXPECT_EQ(fault_of([] { publish(release, acquire); }), Fault::none);
  EXPECT_EQ(fault_of([] { publish(relaxed, acquire); }), Fault::data_race);
  EXPECT_EQ(fault_of([] { publish(release, relaxed); }), Fault::data_race);
}

TEST(ExploreTest, UnorderedAccesses_AreARaceInEverySchedule) {
  const Report report = explore([] {
    Cell<int> data = 0;
    base::Thread writer([&] { data.write(1); });
    (void)data.read();
    writer.join();
  });
  ASSERT_TRUE(report.found);
  EXPECT_EQ(report.schedules, 1u) << "the very first schedule shows it";
  EXPECT_NE(report.found->failure.what.find("data race: T1 writes at"), std::string::npos)
      << report.found->failure.what;
}

TEST(ExploreTest, TwoReads_AreNoRace) {
  EXPECT_EQ(fault_of([] {
              const Cell<int> data = 1;
              base::Thread reader([&] { (void)data.read(); });
              (void)data.read();
              reader.join();
            }),
            Fault::none);
}

TEST(ExploreTest, MutexOrdersWhatItGuards) {
  const auto guarded = [](bool by_both) {
    base::Locked<int> guard;
    Cell<int> data = 0;
    base::Thread other([&] {
      const auto held = guard.lock();
      data.write(1);
    });
    if (by_both) {
      const auto held = guard.lock();
      data.write(2);
    } else {
      data.write(2);
    }
    other.join();
  };
  EXPECT_EQ(fault_of([&] { guarded(true); }), Fault::none);
  EXPECT_EQ(fault_of([&] { guarded(false); }), Fault::data_race);
}

// The last owner of a counted object must come after all others: fetch_sub needs acq_rel.
void drop_counted(std::memory_order order) {
  struct Counted {
    base::Atomic<int> owners = 2;
    Cell<int> data = 0;
  };
  auto* const counted = new Counted;
  const auto drop = [counted, order] {
    (void)counted->data.read();
    if (counted->owners.fetch_sub(1, order) == 1) delete counted;
  };
  base::Thread other(drop);
  drop();
  other.join();
}

TEST(ExploreTest, LastOwner_NeedsAcquireAndRelease) {
  EXPECT_EQ(fault_of([] { drop_counted(base::acq_rel); }), Fault::none);
  EXPECT_EQ(fault_of([] { drop_counted(release); }), Fault::data_race);
  EXPECT_EQ(fault_of([] { drop_counted(acquire); }), Fault::data_race);
}

// ---- deadlocks, lost wake-ups, loops without an end ---------------------------------------------------------

TEST(ExploreTest, TwoLocksInOppositeOrder_AreADeadlock) {
  const auto model = [] {
    base::Locked<int> one, two;
    base::Thread other([&] {
      const auto first = two.lock();
      const auto second = one.lock();
    });
    {
      const auto first = one.lock();
      const auto second = two.lock();
    }
    other.join();
  };
  const Report report = explore(model);
  ASSERT_TRUE(report.found);
  EXPECT_EQ(report.found->failure.fault, Fault::stuck);
  EXPECT_NE(report.found->failure.what.find("T0 waits for a mutex, since"), std::string::npos);
  EXPECT_NE(report.found->failure.what.find("T1 waits for a mutex, since"), std::string::npos);
}

// Who looks, and then sleeps without looking again under the lock, misses what comes in between.
TEST(ExploreTest, WakeBetweenTheLookAndTheSleep_IsLost) {
  const auto model = [](bool looks_again) {
    base::Atomic<bool> has_come = false;
    base::Locked<bool> signalled;
    base::ConditionVariable changed;
    base::Thread other([&] {
      has_come.store(true);
      auto state = signalled.lock();
      if (looks_again) *state = true;
      changed.notify_one();
    });
    if (!has_come.load()) {
      auto state = signalled.lock();
      bool has_slept = false;
      state.wait(changed, [&](bool now) { return looks_again ? now : std::exchange(has_slept, true); });
    }
    other.join();
  };
  EXPECT_EQ(fault_of([&] { model(true); }), Fault::none);
  EXPECT_EQ(fault_of([&] { model(false); }), Fault::stuck);
}

TEST(ExploreTest, LoopThatNobodyEnds_IsEndless) {
  EXPECT_EQ(fault_of([] {
              base::Atomic<bool> never = false;
              while (!never.load()) base::yield_thread();
            }),
            Fault::endless);
}

TEST(ExploreTest, LoopThatYields_LetsTheOthersEndIt) {
  EXPECT_EQ(fault_of([] {
              base::Atomic<bool> is_there = false;
              base::Thread other([&] { is_there.store(true); });
              while (!is_there.load()) base::yield_thread();
              other.join();
            }),
            Fault::none);
}

// Two that ask again and again do not keep the third one from what they wait for.
TEST(ExploreTest, TwoLoopsThatYield_LetAThirdEndThem) {
  EXPECT_EQ(fault_of([] {
              base::Atomic<bool> is_there = false;
              const auto wait = [&] {
                while (!is_there.load()) base::yield_thread();
              };
              base::Thread second(wait);
              base::Thread third([&] { is_there.store(true); });
              wait();
              second.join();
              third.join();
            }),
            Fault::none);
}

TEST(ExploreTest, OneNotification_MayWakeAnyOfThoseThatWait) {
  struct Waiting {
    int asleep = 0, first = 0;
  };
  std::set<int> first;
  EXPECT_EQ(fault_of([&] {
              base::Locked<Waiting> waiting;
              base::ConditionVariable changed;
              const auto wait = [&](int name) {
                auto state = waiting.lock();
                ++state->asleep;
                bool has_slept = false;
                state.wait(changed, [&](const Waiting&) { return std::exchange(has_slept, true); });
                if (state->first == 0) state->first = name;
                changed.notify_one();  // the other one
              };
              base::Thread one(wait, 1), two(wait, 2);
              while (waiting.lock()->asleep != 2) base::yield_thread();
              changed.notify_one();
              one.join();
              two.join();
              first.insert(waiting.lock()->first);
            }),
            Fault::none);
  EXPECT_EQ(first, (std::set<int>{1, 2}));
}

TEST(ExploreTest, WaitWithALimit_MayEndAtAnyTime) {
  std::set<bool> seen;
  EXPECT_EQ(fault_of([&] {
              base::Parker parker;
              base::Thread other([&] { parker.unpark(); });
              seen.insert(parker.park_until(std::chrono::steady_clock::time_point::max()));
              other.join();
            }),
            Fault::none);
  EXPECT_EQ(seen, (std::set<bool>{false, true}));
}

TEST(ExploreTest, Exception_IsToldWithItsText) {
  const Report report = explore([] {
    base::Thread other([] { throw std::runtime_error("no more tea"); });
    other.join();
  });
  ASSERT_TRUE(report.found);
  EXPECT_EQ(report.found->failure.fault, Fault::exception);
  EXPECT_EQ(report.found->failure.what, "an exception leaves a thread: no more tea");
}

TEST(ExploreTest, ExceptionsInTwoThreads_DoNotMeet) {
  EXPECT_EQ(fault_of([] {
              base::Atomic<int> steps = 0;
              const auto throwing = [&](int number) {
                try {
                  throw number;
                } catch (int caught) {
                  steps.fetch_add(1);  // another thread may throw and catch here
                  ASYNC_CHECK(caught == number, "the exception of another thread");
                  try {
                    throw;
                  } catch (int again) {
                    ASYNC_CHECK(again == number, "the exception of another thread, rethrown");
                  }
                }
              };
              base::Thread other(throwing, 1);
              throwing(2);
              other.join();
            }),
            Fault::none);
}

}  // namespace
}  // namespace async::explorer

// explore_test.cpp -- what the explorer finds, how it tells, and that it sees every schedule within its bounds.
#include "common/explorer/explore.hpp"

#include <cstdint>
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

// ---- lost updates, deadlocks, lost wake-ups, loops without an end -----------------------------------------------

void two_additions() {
  base::Atomic<int> count = 0;
  const auto add = [&] {
    const int old = count.load();
    count.store(old + 1);
  };
  base::Thread other(add);
  add();
  other.join();
  ASYNC_CHECK(count.load() == 2, "an addition was lost");
}

TEST(ExploreTest, LostUpdate_TakesOnePreemption) {
  EXPECT_EQ(fault_of(two_additions, {.bounds = {.preemptions = 0}}), Fault::none);
  const Report report = explore(two_additions, {.bounds = {.preemptions = 1}});
  ASSERT_TRUE(report.found);
  EXPECT_EQ(report.found->failure.fault, Fault::check);
  EXPECT_NE(report.found->failure.what.find("an addition was lost"), std::string::npos);
}

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

// ---- that it is all of them ------------------------------------------------------------------------------------

// Two threads of n steps each can be interleaved in "2n choose n" ways. (T0 starts T1, and so goes first or not.)
TEST(ExploreTest, EverySchedule_IsRunOnce) {
  std::multiset<std::string> seen;
  const Report report = explore(
      [&] {
        std::string order;
        base::Atomic<int> x = 0, y = 0;
        const auto three_steps = [&order](base::Atomic<int>& mine, char name) {
          for (int i = 0; i < 3; ++i) {
            mine.store(i, relaxed);
            order += name;
          }
        };
        base::Thread other([&] { three_steps(y, 'b'); });
        three_steps(x, 'a');
        other.join();
        seen.insert(order);
      },
      {.bounds = {.preemptions = 100, .old_reads = 0}});
  EXPECT_FALSE(report.found);
  EXPECT_TRUE(report.is_complete);
  const std::set<std::string> different(seen.begin(), seen.end());
  EXPECT_EQ(different.size(), 20u);  // 6 choose 3
  EXPECT_EQ(report.schedules, seen.size());
}

TEST(ExploreTest, Preemptions_AreCounted) {
  const auto schedules = [](std::size_t preemptions) {
    std::set<std::string> seen;
    (void)explore(
        [&] {
          std::string order;
          base::Atomic<int> x = 0;
          const auto steps = [&](char name) {
            for (int i = 0; i < 3; ++i) {
              x.store(i, relaxed);
              order += name;
            }
          };
          base::Thread other([&] { steps('b'); });
          steps('a');
          other.join();
          seen.insert(order);
        },
        {.bounds = {.preemptions = preemptions, .old_reads = 0}});
    return seen;
  };
  // The starter goes on until its end, or until it waits.
  EXPECT_EQ(schedules(0), (std::set<std::string>{"aaabbb"}));
  // Held up once: after 0, 1 or 2 steps.
  EXPECT_EQ(schedules(1), (std::set<std::string>{"aaabbb", "bbbaaa", "abbbaa", "aabbba"}));
}

// Which pairs of values two loads can read, while another thread stores 1, 2, 3: {x, y}.
std::set<std::pair<int, int>> pairs_read(std::size_t old_reads, std::size_t old_depth) {
  std::set<std::pair<int, int>> seen;
  (void)explore(
      [&] {
        base::Atomic<int> x = 0, y = 0;
        base::Atomic<bool> done = false;
        base::Thread writer([&] {
          for (int i = 1; i <= 3; ++i) {
            x.store(i, relaxed);
            y.store(i, relaxed);
          }
          done.store(true, relaxed);
        });
        while (!done.load(relaxed)) base::yield_thread();
        const int first = x.load(relaxed);
        const int second = y.load(relaxed);
        writer.join();
        seen.emplace(first, second);
      },
      {.bounds = {.preemptions = 0, .old_reads = old_reads, .old_depth = old_depth}});
  return seen;
}

TEST(ExploreTest, OldReads_AreCounted) {
  using Pairs = std::set<std::pair<int, int>>;
  EXPECT_EQ(pairs_read(0, 3), (Pairs{{3, 3}}));
  EXPECT_EQ(pairs_read(1, 1), (Pairs{{3, 3}, {2, 3}, {3, 2}}));
  EXPECT_EQ(pairs_read(1, 2), (Pairs{{3, 3}, {2, 3}, {3, 2}, {1, 3}, {3, 1}}));
  EXPECT_EQ(pairs_read(2, 1), (Pairs{{3, 3}, {2, 3}, {3, 2}, {2, 2}}));
}

TEST(ExploreTest, TooMany_IsSaid) {
  const Settings settings{.most = 3};
  const Report report = explore([] { two_additions(); }, {.bounds = {.preemptions = 0}, .most = 3});
  EXPECT_TRUE(report.is_complete);
  const Report cut = explore(
      [] {
        base::Atomic<int> x = 0;
        base::Thread other([&] { x.store(1); });
        x.store(2);
        other.join();
      },
      settings);
  EXPECT_FALSE(cut.is_complete);
  EXPECT_NE(cut.text(settings).find("NOT ALL"), std::string::npos);
}

// ---- the same again ----------------------------------------------------------------------------------------------

TEST(ReplayTest, ScheduleThatFailed_FailsAgain) {
  for (const Settings settings :
       {Settings{}, Settings{.bounds = {.preemptions = 0, .old_reads = 0}, .drawn = 1000}}) {
    const Report report = explore(two_additions, settings);
    ASSERT_TRUE(report.found);
    const Found again = replay(two_additions, report.found->schedule, settings);
    EXPECT_EQ(again.failure.what, report.found->failure.what);
    EXPECT_EQ(again.trace, report.found->trace);
    EXPECT_NE(again.trace.find("store 1"), std::string::npos) << again.trace;
  }
}

TEST(ReplayTest, ScheduleThatDoesNotExist_IsSaid) {
  EXPECT_EQ(replay(two_additions, 100'000).failure.what, "there is no such schedule within these bounds");
}

// A model that keeps something from one run to the next cannot be replayed.
TEST(ReplayTest, ModelThatIsNoFunctionOfItsChoices_IsTold) {
  int runs = 0;
  const Report report = explore([&] { ASYNC_CHECK(++runs != 1, "the first"); });
  ASSERT_TRUE(report.found);
  EXPECT_NE(report.found->trace.find("something that is not a choice"), std::string::npos)
      << report.found->trace;
}

// It need not fail: a walk through the wrong tree would miss schedules.
TEST(ReplayTest, ModelThatAsksSomethingElse_IsTold) {
  int runs = 0;
  const Report report = explore(
      [&] {
        const int stores = ++runs == 1 ? 1 : 2;
        base::Atomic<int> x = 0;
        base::Thread other([&] { (void)x.load(base::relaxed); });
        for (int i = 0; i < stores; ++i) x.store(i, base::relaxed);
        other.join();
      },
      {.bounds = {.preemptions = 0}});
  ASSERT_TRUE(report.found);
  EXPECT_NE(report.text({}).find("something that is not a choice"), std::string::npos) << report.text({});
}

// Question: one thread asks again and again, and yields. Can it run while the two others are at work?
TEST(ExploreTest, WhoHasYielded_MayHoldUpOthersAllTheSame) {
  std::set<std::string> seen;
  (void)explore(
      [&] {
        std::string order;
        base::Atomic<int> x = 0;
        const auto twice = [&](char first, char second) {
          x.fetch_add(1), order += first;
          x.fetch_add(1), order += second;
        };
        base::Thread one(twice, 'a', 'b');
        base::Thread two(twice, 'c', 'd');
        base::yield_thread();
        order += '-';
        one.join();
        two.join();
        seen.insert(order);
      },
      {.bounds = {.preemptions = 2, .old_reads = 0}});
  EXPECT_TRUE(seen.contains("abcd-")) << "nobody is held up";
  EXPECT_TRUE(seen.contains("a-bcd"));
  EXPECT_TRUE(seen.contains("c-dab"));
}

TEST(DrawnTest, EachSeed_IsAnotherSchedule) {
  std::set<std::string> seen;
  const Report report = explore(
      [&] {
        std::string order;
        base::Atomic<int> x = 0;
        base::Thread other([&] {
          for (int i = 0; i < 3; ++i) x.fetch_add(1), order += 'b';
        });
        for (int i = 0; i < 3; ++i) x.fetch_add(1), order += 'a';
        other.join();
        seen.insert(order);
      },
      {.bounds = {.preemptions = 0, .old_reads = 0}, .drawn = 2000});
  EXPECT_EQ(report.drawn, 2000u);
  EXPECT_EQ(seen.size(), 20u) << "all of them, by chance";
}

}  // namespace
}  // namespace async::explorer

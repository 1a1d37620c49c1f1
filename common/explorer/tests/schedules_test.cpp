// schedules_test.cpp -- that the explorer sees every schedule within its bounds, once, and each again by its number.
#include <cstddef>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/thread.hpp"
#include "common/explorer/explore.hpp"

namespace async::explorer {
namespace {

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
  EXPECT_FALSE(explore(two_additions, {.bounds = {.preemptions = 0}}).found);
  const Report report = explore(two_additions, {.bounds = {.preemptions = 1}});
  ASSERT_TRUE(report.found);
  EXPECT_EQ(report.found->failure.fault, Fault::check);
  EXPECT_NE(report.found->failure.what.find("an addition was lost"), std::string::npos);
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

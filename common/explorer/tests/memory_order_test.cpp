// memory_order_test.cpp -- which values loads may read: the litmus tests that every model of memory is judged by.
//
// Each counts the outcomes that the explorer reaches. What C++ allows must be among them, what it forbids must not
// (but for what execution.hpp says that it cannot show).
#include <array>
#include <gtest/gtest.h>
#include <set>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/thread.hpp"
#include "common/explorer/cell.hpp"
#include "common/explorer/explore.hpp"

namespace async::explorer {
namespace {

using base::acq_rel;
using base::acquire;
using base::relaxed;
using base::release;
using base::seq_cst;
using Order = std::memory_order;
using Outcome = std::pair<int, int>;

// Every schedule: as many preemptions and old reads as there are steps.
Settings everything() { return {.bounds = {.preemptions = 100, .old_reads = 100, .old_depth = 100}}; }

void expect_clean(const Report& report) { EXPECT_FALSE(report.found) << report.text(everything()); }

// Two threads each store to one of two variables and then load the other.
std::set<Outcome> store_buffering(Order store, Order load) {
  std::set<Outcome> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> x = 0, y = 0;
        int a = -1, b = -1;
        base::Thread first([&] {
          x.store(1, store);
          a = y.load(load);
        });
        base::Thread second([&] {
          y.store(1, store);
          b = x.load(load);
        });
        first.join();
        second.join();
        seen.emplace(a, b);
      },
      everything()));
  return seen;
}

TEST(MemoryOrderTest, StoreBuffering_MayReadBothOldWithoutSeqCst) {
  const std::set<Outcome> all = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  EXPECT_EQ(store_buffering(relaxed, relaxed), all);
  EXPECT_EQ(store_buffering(release, acquire), all);
  EXPECT_EQ(store_buffering(seq_cst, acquire), all);
}

TEST(MemoryOrderTest, StoreBuffering_ReadsOneNewWithSeqCst) {
  EXPECT_EQ(store_buffering(seq_cst, seq_cst), (std::set<Outcome>{{0, 1}, {1, 0}, {1, 1}}));
}

// The outcomes of a flag and of what it says is there: {flag, data}.
std::set<Outcome> message_passing(Order store, Order load) {
  std::set<Outcome> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> data = 0, flag = 0;
        base::Thread writer([&] {
          data.store(1, relaxed);
          flag.store(1, store);
        });
        const int was_there = flag.load(load);
        const int value = data.load(relaxed);
        writer.join();
        seen.emplace(was_there, value);
      },
      everything()));
  return seen;
}

TEST(MemoryOrderTest, MessagePassing_NeedsReleaseAndAcquire) {
  const std::set<Outcome> ordered = {{0, 0}, {0, 1}, {1, 1}};
  std::set<Outcome> all = ordered;
  all.emplace(1, 0);
  EXPECT_EQ(message_passing(release, acquire), ordered);
  EXPECT_EQ(message_passing(seq_cst, seq_cst), ordered);
  EXPECT_EQ(message_passing(relaxed, acquire), all);
  EXPECT_EQ(message_passing(release, relaxed), all);
}

// Two loads of one variable never go back in time, whatever their orders.
TEST(MemoryOrderTest, TwoLoads_DoNotGoBack) {
  std::set<Outcome> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> x = 0;
        base::Thread writer([&] {
          x.store(1, relaxed);
          x.store(2, relaxed);
        });
        const int first = x.load(relaxed);
        const int second = x.load(relaxed);
        writer.join();
        seen.emplace(first, second);
      },
      everything()));
  EXPECT_EQ(seen, (std::set<Outcome>{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}));
}

// Independent reads of independent writes: do two readers agree which of two stores came first?
bool readers_disagree(Order store, Order load) {
  bool disagree = false;
  expect_clean(explore(
      [&] {
        base::Atomic<int> x = 0, y = 0;
        std::array<int, 4> read{};
        base::Thread first([&] { x.store(1, store); });
        base::Thread second([&] { y.store(1, store); });
        base::Thread third([&] {
          read[0] = x.load(load);
          read[1] = y.load(load);
        });
        read[2] = y.load(load);
        read[3] = x.load(load);
        first.join();
        second.join();
        third.join();
        if (read == std::array{1, 0, 1, 0}) disagree = true;
      },
      {.bounds = {.preemptions = 4, .old_reads = 2, .old_depth = 1}}));
  return disagree;
}

TEST(MemoryOrderTest, TwoReaders_AgreeOnTheOrderOnlyWithSeqCst) {
  EXPECT_FALSE(readers_disagree(seq_cst, seq_cst));
  EXPECT_TRUE(readers_disagree(release, acquire));
}

// What one load with seq_cst has seen, a later one sees as well, though the store was none of theirs: y is stored
// after the first reader found it empty.
TEST(MemoryOrderTest, SeqCstLoads_AgreeOnAPlainStore) {
  std::set<std::array<int, 3>> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> x = 0, y = 0;
        std::array<int, 3> read{};
        base::Thread writer([&] { x.store(1, relaxed); });
        base::Thread reader([&] {
          read[0] = x.load(seq_cst);
          read[1] = y.load(seq_cst);
        });
        y.store(1, seq_cst);
        read[2] = x.load(seq_cst);
        writer.join();
        reader.join();
        seen.insert(read);
      },
      {.bounds = {.preemptions = 4, .old_reads = 4, .old_depth = 2}}));
  EXPECT_FALSE(seen.contains({1, 0, 0}));
  EXPECT_TRUE(seen.contains({1, 0, 1}));
  EXPECT_TRUE(seen.contains({0, 0, 0}));
}

// A read-modify-write by a third thread, of whatever order, passes a release on. A plain store does not.
std::set<Outcome> through_a_third(bool by_update) {
  std::set<Outcome> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> data = 0, flag = 0;
        base::Thread writer([&] {
          data.store(1, relaxed);
          flag.store(1, release);
        });
        base::Thread third([&] {
          if (by_update) {
            int one = 1;
            (void)flag.compare_exchange_strong(one, 2, relaxed, relaxed);
          } else if (flag.load(relaxed) == 1) {
            flag.store(2, relaxed);
          }
        });
        const int flag_was = flag.load(acquire);
        const int data_was = data.load(relaxed);
        writer.join();
        third.join();
        if (flag_was == 2) seen.emplace(flag_was, data_was);
      },
      everything()));
  return seen;
}

TEST(MemoryOrderTest, ReadModifyWrite_ContinuesTheReleaseSequence) {
  EXPECT_EQ(through_a_third(true), (std::set<Outcome>{{2, 1}}));
  EXPECT_EQ(through_a_third(false), (std::set<Outcome>{{2, 0}, {2, 1}}));
}

TEST(MemoryOrderTest, ReadModifyWrites_LoseNothing) {
  expect_clean(explore(
      [] {
        base::Atomic<int> count = 0;
        base::Thread other([&] { count.fetch_add(1, relaxed); });
        count.fetch_add(1, relaxed);
        other.join();
        ASYNC_CHECK(count.load(relaxed) == 2, "an addition was lost");
      },
      everything()));
}

// A compare-exchange that fails is a load: it may give an old value, but never fail against the expected one.
TEST(MemoryOrderTest, FailedCompareExchange_MayReadAnOldValue) {
  std::set<int> seen;
  expect_clean(explore(
      [&] {
        base::Atomic<int> x = 0;
        base::Thread writer([&] {
          x.store(1, relaxed);
          x.store(2, relaxed);
        });
        int expected = 7;
        (void)x.compare_exchange_strong(expected, 8, relaxed, relaxed);
        writer.join();
        seen.insert(expected);
      },
      everything()));
  EXPECT_EQ(seen, (std::set<int>{0, 1, 2}));
}

TEST(MemoryOrderTest, FailedCompareExchange_NeverReadsWhatWasExpected) {
  expect_clean(explore(
      [] {
        base::Atomic<int> x = 0;
        base::Thread writer([&] {
          x.store(1, relaxed);
          x.store(2, relaxed);
        });
        int expected = 1;
        if (!x.compare_exchange_strong(expected, 8, relaxed, relaxed)) {
          ASYNC_CHECK(expected != 1, "it failed against the expected value");
        }
        writer.join();
      },
      everything()));
}

TEST(MemoryOrderTest, Join_MakesEverythingKnown) {
  expect_clean(explore(
      [] {
        base::Atomic<int> x = 0;
        Cell<int> plain = 0;
        base::Thread writer([&] {
          x.store(1, relaxed);
          plain.write(1);
        });
        writer.join();
        ASYNC_CHECK(x.load(relaxed) == 1 && plain.read() == 1, "what a joined thread did is old");
      },
      everything()));
}

}  // namespace
}  // namespace async::explorer

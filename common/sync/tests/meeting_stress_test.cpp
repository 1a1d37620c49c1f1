// meeting_stress_test.cpp -- threads notify, and meet at a barrier, while others give up.
//
// Suite `slow`; of most use under ThreadSanitizer: what the primitives protect is plain memory. Rounds are
// bounded, totals are checked, and nothing waits for time: a lost wake would wait for ever, so each test has
// a deadline.
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/child.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/notify.hpp"
#include "common/sync/tests/in_threads.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

// Every message is announced by a notify_one(); waiters come and go. Can one lie there, and all sleep?
TEST(SyncStressTest, NotifyOne_IsNotLostWithAWaiterThatGivesUp) {
  const Deadline deadline("a message lies there, and everybody sleeps");
  Notify notify;
  base::Atomic<int> messages = 0, taken = 0;
  constexpr int kMessages = kRounds;
  const auto take_one = [&] {
    int seen = messages.load();
    while (seen > 0 && !messages.compare_exchange_weak(seen, seen - 1)) {
    }
    return seen > 0;
  };
  in_threads(kThreads, [&](unsigned index) {
    if (index < 2) {
      for (int i = 0; i < kMessages / 2; ++i) {
        ++messages;
        notify.notify_one();
        while (messages.load() != 0) base::yield_thread();  // no later notification makes up for a lost one
      }
      return;
    }
    Random random(index);
    while (taken.load() < kMessages) {
      if (take_one()) {
        if (++taken == kMessages) notify.notify_waiters();
        notify.notify_one();  // there may be more of them than notifications that were kept
        continue;
      }
      // Who gives up does not look: if it was notified, that has gone to the other one, or is kept.
      for (bool was_notified = false; !was_notified;) {
        detail::Child<Notify::Notified> asks(std::in_place, [&] { return notify.notified(); });
        if (taken.load() == kMessages) break;
        was_notified = ends(asks, random);
      }
    }
  });
  EXPECT_EQ(taken.load(), kMessages);
}

TEST(SyncStressTest, NotifyWaiters_ReachesEveryFutureThatWasMadeBefore) {
  const Deadline deadline("a future that existed was not notified");
  constexpr int kWaiting = kThreads - 1;
  Notify notify;
  base::Atomic<int> made = 0, rounds = 0;
  in_threads(kThreads, [&](unsigned index) {
    Random random(index + 1);
    for (int i = 0; i < kRounds; ++i) {
      if (index == 0) {
        while (made.load() < (i + 1) * kWaiting) base::yield_thread();
        notify.notify_waiters();
        ++rounds;
        continue;
      }
      {
        detail::Child<Notify::Notified> asks(std::in_place, [&] { return notify.notified(); });
        ++made;
        (void)ends(asks, random);
      }
      while (rounds.load() <= i) base::yield_thread();  // the next future is made after this notification
    }
  });
}

// Each writes its own plain int before a meeting, and reads the others' after it.
TEST(SyncStressTest, Barrier_OrdersWhatWasDoneBeforeWithWhatIsDoneAfter_OneLeaderEachTime) {
  const Deadline deadline("the barrier never opened");
  Barrier barrier(kThreads);
  std::vector<int> said(kThreads, -1);
  base::Atomic<int> leaders = 0;
  in_threads(kThreads, [&](unsigned index) {
    for (int i = 0; i < kRounds; ++i) {
      said[index] = i;
      if (block_on(barrier.wait()).is_leader()) ++leaders;
      for (const int each : said) ASYNC_CHECK(each == i, "somebody went through before all had arrived");
      block_on(barrier.wait());
    }
  });
  EXPECT_EQ(leaders.load(), kRounds);
}

// Two meet; a third one arrives for a moment and gives up, again and again. If it completes a meeting in its
// only poll, it is the leader. Whenever two of the three are there, they go on.
TEST(SyncStressTest, Barrier_WhileOneArrivesAndGivesUp_OpensForTheOthers) {
  const Deadline deadline("the barrier never opened");
  Barrier barrier(2);
  base::Atomic<int> at_work = 2, leaders = 0, through = 0;
  in_threads(3, [&](unsigned index) {
    Context nobody(Waker::noop());
    while (index == 2 && at_work.load() != 0) {
      auto wait = barrier.wait();
      if (wait.poll(nobody).is_ready()) ++leaders;
    }
    if (index == 2) return;
    for (int i = 0; i < kRounds; ++i) {
      if (block_on(barrier.wait()).is_leader()) ++leaders;
      ++through;
    }
    --at_work;
  });
  EXPECT_EQ(through.load(), 2 * kRounds);
  EXPECT_GE(2 * leaders.load(), 2 * kRounds) << "some meeting had more than two";
  EXPECT_LE(leaders.load(), 2 * kRounds) << "some meeting had more than one leader";
}

}  // namespace

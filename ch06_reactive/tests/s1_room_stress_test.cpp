// s1_room_stress_test.cpp -- threads that change one room at the same time; observers on several threads.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s1_observers.hpp"
#include "ch06_reactive/s1_room.hpp"

namespace ch06 {
namespace {

TEST(RoomStressTest, NoUpdateOfFourThreads_IsLost) {
  const Deadline deadline("no thread ever came between another one's load and its compare-exchange");
  constexpr int kThreads = 4, kUpdates = 4000, kRounds = 20;
  base::Atomic<int> decisions = 0;  // one for each update, and one more for each compare-exchange that failed
  for (int updates = 0; updates < kRounds * kThreads * kUpdates || decisions == updates;) {
    RoomSubject subject;
    base::Atomic<int> missing = kThreads;
    {
      std::vector<base::Thread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          --missing;
          while (missing > 0) base::yield_thread();  // all begin together
          for (int n = 0; n < kUpdates; ++n) {
            subject.update([&decisions, i, n](Room room) {
              ++decisions;
              if (n % 16 == 0) base::yield_thread();  // where there is one processor, too
              if (i % 2 == 0) ++room.temp;
              if (i % 2 == 1) --room.desired_temp;
              return room;
            });
          }
        });
      }
    }
    updates += kThreads * kUpdates;
    ASSERT_EQ(subject.load().temp, 2090 + kThreads / 2 * kUpdates);
    ASSERT_EQ(subject.load().desired_temp, 2100 - kThreads / 2 * kUpdates);
  }
}

// However decisions and wishes interleave: each switch that is made changes the heater, so their number says whether it
// is on. By a plain store two thermostats make the same switch, and a stale one undoes the other's.
TEST(RoomStressTest, EverySwitch_IsMadeOnce) {
  const Deadline deadline("a thread that switches the heater never ended");
  RoomSubject subject;
  base::Atomic<bool> over = false;
  base::Atomic<int> switches = 0;
  const auto switch_until_over = [&] {
    while (!over) switches += switch_heater(subject, [] { base::yield_thread(); });
  };
  for (int batch = 0; batch < 8; ++batch) {
    over = false;
    {
      const base::Thread one(switch_until_over), two(switch_until_over);
      for (const int goal = switches + 10; switches < goal;) {
        subject.update([](Room room) {
          room.desired_temp = room.desired_temp == 2000 ? 2200 : 2000;
          return room;
        });
      }
      over = true;
    }
    EXPECT_EQ(switches % 2 == 1, subject.load().heat_on) << batch;
  }
}

// Each change is seen, on whatever threads the observers run, also one that comes while they are about to wait for it.
TEST(RoomStressTest, Observers_SeeTheLastChange) {
  const Deadline deadline("an observer missed the last change");
  constexpr int kObservers = 3, kChanges = 5000;
  const auto room = std::make_shared<RoomSubject>();
  const Runtime runtime = Builder::new_multi_thread().worker_threads(kObservers).build();
  base::Atomic<int> has_been_seen = 0;
  std::vector<JoinHandle<>> observers;
  for (int i = 0; i < kObservers; ++i) {
    observers.push_back(runtime.spawn(
        [&has_been_seen](SharedRoom observed) -> Async<> {
          for (Room seen; seen.temp != kChanges; ++has_been_seen) {
            seen = co_await observed->changed_from(seen);
          }
        },
        room));
  }
  for (int n = 1; n <= kChanges; ++n) {
    room->update([n](Room changed) {
      changed.temp = static_cast<std::int16_t>(n);
      return changed;
    });
    while (has_been_seen < n * kObservers) base::yield_thread();
  }
  for (auto& observer : observers) EXPECT_TRUE(block_on(observer));
}

}  // namespace
}  // namespace ch06

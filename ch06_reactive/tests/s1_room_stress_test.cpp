// s1_room_stress_test.cpp -- threads that change one room at the same time; observers on several threads.
#include <gtest/gtest.h>
#include <vector>

#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s1_observers.hpp"
#include "ch06_reactive/s1_room.hpp"

namespace ch06 {
namespace {

TEST(RoomStressTest, NoUpdateOfFourThreads_IsLost) {
  const Deadline deadline("a thread that changes the room never ended");
  RoomSubject subject(Room{});
  {
    std::vector<base::Thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&subject, i] {
        for (int n = 0; n < 4000; ++n) {
          subject.update([i](Room room) {
            if (i % 2 == 0) ++room.temp;
            if (i % 2 == 1) --room.desired_temp;
            return room;
          });
        }
      });
    }
  }
  EXPECT_EQ(subject.load().temp, 2090 + 8000);
  EXPECT_EQ(subject.load().desired_temp, 2100 - 8000);
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

// The last change is always seen, on whatever threads the observers run.
TEST(RoomStressTest, Observers_SeeTheLastChange) {
  const Deadline deadline("an observer missed the last change");
  const auto room = std::make_shared<RoomSubject>();
  const Runtime runtime = Builder::new_multi_thread().worker_threads(3).build();
  constexpr int kLast = 2090 + 5000;
  std::vector<JoinHandle<>> observers;
  for (int i = 0; i < 3; ++i) {
    observers.push_back(runtime.spawn(
        [](SharedRoom observed) -> Async<> {
          Room seen = observed->load();
          while (seen.temp != kLast) seen = co_await observed->changed_from(seen);
        },
        room));
  }
  for (int n = 0; n < 5000; ++n) {
    room->update([](Room changed) {
      ++changed.temp;
      return changed;
    });
  }
  for (auto& observer : observers) EXPECT_TRUE(block_on(observer));
}

}  // namespace
}  // namespace ch06

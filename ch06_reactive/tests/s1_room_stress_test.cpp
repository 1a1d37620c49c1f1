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

// However decisions and wishes interleave: a switch is right for the very room that it was made in.
TEST(RoomStressTest, EverySwitch_FitsTheRoomItWasMadeIn) {
  const Deadline deadline("a thread that switches the heater never ended");
  RoomSubject subject;
  base::Atomic<bool> over = false;
  base::Thread wishes([&] {
    for (int n = 0; n < 20'000; ++n) {
      subject.update([n](Room room) {
        room.desired_temp = static_cast<std::int16_t>(n % 2 == 0 ? 2000 : 2200);
        return room;
      });
    }
    over = true;
  });
  {
    std::vector<base::Thread> thermostats;
    for (int i = 0; i < 2; ++i) {
      thermostats.emplace_back([&] {
        while (!over) switch_heater(subject, [] {});
      });
    }
  }
  switch_heater(subject, [] {});
  EXPECT_EQ(subject.load().heat_on, subject.load().desired_temp == 2200);
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

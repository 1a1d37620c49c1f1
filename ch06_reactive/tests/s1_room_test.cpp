// s1_room_test.cpp -- three subjects in one word: loads, compare-exchange, and who hears of a change.
#include "ch06_reactive/s1_room.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <sstream>

#include "common/executor/manual_executor.hpp"
#include "common/future/tests/counting_waker.hpp"

namespace ch06 {
namespace {

Room room_of(int temp, int desired_temp, bool heat_on) {
  Room room;
  room.temp = static_cast<std::int16_t>(temp);
  room.desired_temp = static_cast<std::int16_t>(desired_temp);
  room.heat_on = heat_on;
  return room;
}

TEST(RoomSubjectTest, EveryRoom_ComesOutOfTheWordAsItWentIn) {
  using Limits = std::numeric_limits<std::int16_t>;
  for (const int temp : {int{Limits::min()}, -1, 0, 2090, int{Limits::max()}}) {
    for (const int desired : {int{Limits::min()}, -1, 2100, int{Limits::max()}}) {
      for (const bool heat_on : {false, true}) {
        const Room room = room_of(temp, desired, heat_on);
        EXPECT_EQ(RoomSubject(room).load(), room);
      }
    }
  }
}

TEST(RoomSubjectTest, StaleCompareExchange_FailsAndSaysWhatTheRoomIs) {
  RoomSubject subject;
  Room seen = subject.load();
  subject.update([](Room room) {
    room.temp = 2050;
    return room;
  });
  Room next = seen;
  next.heat_on = true;
  EXPECT_FALSE(subject.compare_exchange(seen, next));
  EXPECT_EQ(seen, room_of(2050, 2100, false));
  EXPECT_EQ(subject.load(), seen);
}

// Read this one first.
// Question: an observer waits, and the room changes three times before it has its turn. How often is it woken and
// polled, and what does it see?
// Predict, then break in `RoomSubject::changed_from`.
TEST(RoomSubjectTest, ThreeChangesBeforeItsTurn_AreOneForTheObserver) {
  RoomSubject subject;
  ManualExecutor executor;
  std::vector<Room> seen;
  auto observer = executor.spawn([&]() -> Async<> {
    Room room = subject.load();
    for (;;) {
      room = co_await subject.changed_from(room);
      seen.push_back(room);
    }
  });
  executor.step();
  EXPECT_EQ(executor.queued(), 0u);
  for (int i = 0; i < 3; ++i) {
    subject.update([](Room room) {
      ++room.temp;
      return room;
    });
    EXPECT_EQ(executor.queued(), 1u);
  }
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  EXPECT_EQ(seen, std::vector{room_of(2093, 2100, false)});
  observer.abort();
}

TEST(RoomSubjectTest, ChangeBeforeTheFirstPoll_IsNotMissed) {
  RoomSubject subject;
  const Room before = subject.load();
  auto changed = subject.changed_from(before);
  subject.update([](Room room) {
    room.heat_on = true;
    return room;
  });
  CountingTask task;
  ASSERT_TRUE(task.poll(changed).is_ready());
}

TEST(RoomSubjectTest, ChangeAndBackAgain_IsNone) {
  RoomSubject subject;
  CountingTask task;
  auto changed = subject.changed_from(subject.load());
  ASSERT_TRUE(task.poll(changed).is_pending());
  for (const bool heat_on : {true, false}) {
    subject.update([heat_on](Room room) {
      room.heat_on = heat_on;
      return room;
    });
  }
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(changed).is_pending());
}

TEST(RoomSubjectTest, UpdateToTheSameRoom_WakesNobody) {
  RoomSubject subject;
  CountingTask task;
  auto changed = subject.changed_from(subject.load());
  ASSERT_TRUE(task.poll(changed).is_pending());
  subject.update([](Room room) { return room; });
  EXPECT_EQ(task.take_wakes(), 0u);
}

TEST(RoomSubjectTest, DroppedObserver_LeavesNothingBehind) {
  RoomSubject subject;
  CountingTask task;
  {
    auto changed = subject.changed_from(subject.load());
    ASSERT_TRUE(task.poll(changed).is_pending());
    EXPECT_EQ(task.kept_wakers(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
}

TEST(RoomTest, IsPrintedWithTheBooksWords) {
  std::ostringstream text;
  text << room_of(2093, 2100, true);
  EXPECT_EQ(text.str(), "Temperature: 20.93  Desired Temp: 21  Heater On: true");
}

}  // namespace
}  // namespace ch06

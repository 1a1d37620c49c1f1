// driver_test.cpp -- Driver: what ends its wait: a timer, an event, wake_up before and during; real, scaled, paused.
#include "common/runtime/driver.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <optional>

#include "common/base/thread.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/udp_socket.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

class DriverTest : public testing::TestWithParam<bool> {
 protected:
  const Deadline deadline{"a driver waits for ever"};
  CountingTask task;

  static Driver::Enabled enabled() { return {.io = GetParam(), .time = true}; }
};
INSTANTIATE_TEST_SUITE_P(WithAndWithoutIo, DriverTest, testing::Bool());

// Registers a sleep of `time`; a longer one, if this thread was so slow that it was over at its first poll.
void begin_to_sleep(std::optional<Sleep>& sleep, CountingTask& task, Clock& clock, Duration time) {
  do {
    sleep.emplace(clock, later(clock.now(), time));
    time *= 2;
  } while (task.poll(*sleep).is_ready());
}

TEST_P(DriverTest, OneThreadAtATime_HasIt) {
  Driver driver(enabled());
  EXPECT_TRUE(driver.try_take());
  EXPECT_FALSE(driver.try_take());
  driver.give_back();
  EXPECT_TRUE(driver.try_take());
  EXPECT_EQ(driver.reactor() != nullptr, GetParam());
  EXPECT_FALSE(driver.is_paused());
}

TEST_P(DriverTest, WakeUpBeforeTheWait_EndsIt) {
  Driver driver(enabled());
  driver.wake_up();
  driver.wait();
}

TEST_P(DriverTest, WakeUpDuringTheWait_EndsIt) {
  Driver driver(enabled());
  base::Parker waits;
  const base::Thread other([&] {
    waits.park();
    driver.wake_up();
  });
  waits.unpark();
  driver.wait();
}

TEST_P(DriverTest, Wait_FiresTheTimerThatIsDue_AndNoOther) {
  Driver driver(enabled());
  CountingTask later_task;
  Sleep late(driver.clock(), later(driver.clock().now(), 1h));
  EXPECT_TRUE(later_task.poll(late).is_pending());
  std::optional<Sleep> soon;
  begin_to_sleep(soon, task, driver.clock(), 2ms);
  while (task.take_wakes() == 0) driver.wait();
  EXPECT_TRUE(task.poll(*soon).is_ready());
  EXPECT_EQ(later_task.take_wakes(), 0u);
}

TEST_P(DriverTest, Look_FiresWhatIsDue_WithoutWaiting) {
  Driver driver(enabled());
  driver.look();
  std::optional<Sleep> soon;
  begin_to_sleep(soon, task, driver.clock(), 1us);
  while (task.take_wakes() == 0) driver.look();
  EXPECT_TRUE(task.poll(*soon).is_ready());
}

// Question: the driver waits for a timer that is an hour off, or for nothing. Who tells it of an earlier one?
TEST_P(DriverTest, ATimerThatIsRegisteredWhileItWaits_IsFiredInTime) {
  for (const bool has_another : {false, true}) {
    Driver driver(enabled());
    CountingTask other_task;
    Sleep late(driver.clock(), later(driver.clock().now(), 1h));
    if (has_another) {
      EXPECT_TRUE(other_task.poll(late).is_pending());
    }
    Sleep soon(driver.clock(), later(driver.clock().now(), 5ms));
    base::Parker waits;
    const base::Thread other([&] {
      waits.park();
      // So slow was this thread: its time is over, and nothing was registered.
      if (task.poll(soon).is_ready()) driver.wake_up();
    });
    waits.unpark();
    driver.wait();
    while (!soon.is_elapsed()) driver.wait();
  }
}

TEST(DriverIoTest, AnEvent_EndsTheWait) {
  const Deadline deadline("the driver does not see the datagram");
  Driver driver({.io = true, .time = true});
  const CurrentReactor current(driver.reactor());
  auto receiver = UdpSocket::bind("127.0.0.1:0");
  auto sender = UdpSocket::bind("127.0.0.1:0");
  ASSERT_TRUE(receiver.has_value() && sender.has_value());
  std::array<std::byte, 4> bytes{};
  CountingTask task;
  auto receives = receiver->recv_from(bytes);
  EXPECT_TRUE(task.poll(receives).is_pending());
  driver.look();
  EXPECT_EQ(task.take_wakes(), 0u);
  const base::Thread other([&] {
    const std::array<std::byte, 4> datagram{};
    CountingTask sends;
    auto send = sender->send_to(datagram, receiver->local_address().value());
    EXPECT_TRUE(sends.poll(send).is_ready());
  });
  while (task.take_wakes() == 0) driver.wait();
  EXPECT_TRUE(task.poll(receives).is_ready());
}

TEST(DriverClockTest, UnderAScaledClock_TimeRunsFaster) {
  const Deadline deadline("scaled time stands still");
  const SystemClock fast(1000);
  Driver driver({.io = false, .time = true});
  CountingTask task;
  std::optional<Sleep> sleep;
  begin_to_sleep(sleep, task, driver.clock(), 2s);  // 2 ms
  while (task.take_wakes() == 0) driver.wait();
  EXPECT_GE(fast.now(), sleep->deadline());
}

// The thread is the only one that takes part: when the driver makes it wait, the clock moves.
TEST(DriverClockTest, UnderAPausedClock_TheWaitMovesTheClock) {
  for (const bool io : {false, true}) {
    PausedClock paused;
    Driver driver({.io = io, .time = true});
    EXPECT_TRUE(driver.is_paused());
    EXPECT_EQ(&driver.clock(), &paused);
    auto task = std::make_unique<CountingTask>();
    Sleep sleep(driver.clock(), later(now(), 1h));
    EXPECT_TRUE(task->poll(sleep).is_pending());
    // In a runtime the woken task's worker unparks itself; here the stall does, once the timer was fired.
    paused.on_stall([&] { driver.wake_up(); });
    driver.wait();
    EXPECT_EQ(task->take_wakes(), 1u);
    EXPECT_EQ(now(), Instant(1h));
    sleep.cancel();
  }
}

TEST(DriverClockTest, WithoutTime_ItTellsTheTimeOfTheClockUnderIt) {
  PausedClock paused;
  Driver driver({.io = false, .time = false});
  paused.advance(5s);
  EXPECT_EQ(driver.clock().now(), Instant(5s));
  EXPECT_TRUE(driver.is_paused());
}

}  // namespace

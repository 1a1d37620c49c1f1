// s6_driver_test.cpp -- Driver: an event between try and wait, dropped waits, three executors.
#include "ch04_networking/s6_driver.hpp"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <span>
#include <string>

#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/executor.hpp"
#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

class DriverTest : public ::testing::Test {
 protected:
  Socket add(base::Descriptor descriptor) { return Socket::add(driver, std::move(descriptor)).value(); }
  void write_there(std::string_view text = "x") {
    ASSERT_EQ(try_write(sockets.there.get(), text).value(), text.size());
  }

  // Returns when the driver has dealt with every event that was there before: it takes them in their order.
  void let_the_driver_catch_up() {
    const Connected other;
    Socket last = add(base::Descriptor(::dup(other.here.get())));
    std::array<char, 1> byte;
    CountingTask watcher;
    auto read = last.read(byte);
    ASSERT_TRUE(watcher.poll(read).is_pending());
    ASSERT_TRUE(try_write(other.there.get(), "x"));
    while (watcher.take_wakes() == 0) base::yield_thread();
  }

  const Deadline deadline{"an event of a socket did not wake its task"};
  Connected sockets;
  Driver driver;
  std::array<char, 64> buffer{};
  CountingTask task;
};

// Question: nothing is there, then something is. How many polls, and who wakes the task?
// Predict; then compare with ServerFutureTest.WouldBlock. Break in `Driver::wake_told`.
TEST_F(DriverTest, Read_IsWokenOnce_ByTheEvent) {
  Socket socket = add(std::move(sockets.here));
  auto read = socket.read(buffer);
  EXPECT_TRUE(task.poll(read).is_pending());
  EXPECT_EQ(task.take_wakes(), 0u) << "it does not wake itself";
  EXPECT_EQ(task.kept_wakers(), 1u);
  write_there("dingo");
  let_the_driver_catch_up();
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(task.poll(read).value().value(), 5u);
}

TEST_F(DriverTest, WhatIsThere_IsReadWithoutWaiting) {
  write_there("dingo");
  Socket socket = add(std::move(sockets.here));
  auto read = socket.read(buffer);
  EXPECT_EQ(task.poll(read).value().value(), 5u);
}

// Question: the call would block, and the event comes before the waker is there. Who wakes the task now?
// Predict how often the call is tried. Break in `Driver::wait`.
TEST_F(DriverTest, EventBetweenTheTryAndTheWait_IsNotLost) {
  Socket socket = add(std::move(sockets.here));
  int tries = 0;
  auto operation = socket.when_readable([&](int fd) -> Tried<std::size_t> {
    if (++tries == 1) {
      write_there("dingo");
      let_the_driver_catch_up();
      return std::nullopt;  // as it was before
    }
    return try_read(fd, buffer);
  });
  EXPECT_EQ(task.poll(operation).value().value(), 5u);
  EXPECT_EQ(tries, 2);
}

// Question: the same, but the operation waited before, for another task, whose waker is there. Who is woken?
// Predict what becomes of a driver that keeps it. Break in `Driver::clear`.
TEST_F(DriverTest, WakerOfAnEarlierPoll_DoesNotTakeTheEvent) {
  Socket socket = add(std::move(sockets.here));
  CountingTask before;
  int tries = 0;
  auto operation = socket.when_readable([&](int fd) -> Tried<std::size_t> {
    if (++tries == 1) return std::nullopt;
    if (tries == 2) {
      write_there("dingo");
      let_the_driver_catch_up();
      return std::nullopt;
    }
    return try_read(fd, buffer);
  });
  EXPECT_TRUE(before.poll(operation).is_pending());
  EXPECT_EQ(task.poll(operation).value().value(), 5u);
  EXPECT_EQ(before.take_wakes(), 0u);
}

TEST_F(DriverTest, DroppedRead_HasTakenNothing) {
  Socket socket = add(std::move(sockets.here));
  {
    auto dropped = socket.read(buffer);
    EXPECT_TRUE(task.poll(dropped).is_pending());
    write_there("dingo");
    let_the_driver_catch_up();
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  auto read = socket.read(buffer);
  EXPECT_EQ(task.poll(read).value().value(), 5u);
}

TEST_F(DriverTest, DroppedWait_LeavesNoWaker) {
  Socket socket = add(std::move(sockets.here));
  {
    auto dropped = socket.read(buffer);
    EXPECT_TRUE(task.poll(dropped).is_pending());
    EXPECT_EQ(task.kept_wakers(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  write_there();
  let_the_driver_catch_up();
  EXPECT_EQ(task.take_wakes(), 0u);
}

TEST_F(DriverTest, NewestWaker_IsTheOneThatIsWoken) {
  Socket socket = add(std::move(sockets.here));
  CountingTask older;
  auto read = socket.read(buffer);
  EXPECT_TRUE(older.poll(read).is_pending());
  EXPECT_TRUE(task.poll(read).is_pending());
  EXPECT_EQ(older.kept_wakers(), 0u);
  write_there();
  let_the_driver_catch_up();
  EXPECT_EQ(older.take_wakes(), 0u);
  EXPECT_EQ(task.take_wakes(), 1u);
}

TEST_F(DriverTest, ReaderAndWriter_WaitAtTheSameTime) {
  Socket socket = add(std::move(sockets.here));
  while (try_write(socket.fd(), std::string(4096, 'x'))->has_value()) continue;
  CountingTask writer;
  auto read = socket.read(buffer);
  auto write = socket.write("more");
  EXPECT_TRUE(task.poll(read).is_pending());
  EXPECT_TRUE(writer.poll(write).is_pending());
  (void)read_now(sockets.there.get());
  let_the_driver_catch_up();
  EXPECT_EQ(writer.take_wakes(), 1u);
  EXPECT_EQ(writer.poll(write).value().value(), 4u);
  write_there("dingo");
  let_the_driver_catch_up();
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(task.poll(read).value().value(), 5u);
}

TEST_F(DriverTest, OperationAndSocketThatGo_LeaveNothingBehind) {
  {
    Socket socket = add(std::move(sockets.here));
    auto read = socket.read(buffer);
    EXPECT_TRUE(task.poll(read).is_pending());
    EXPECT_EQ(task.kept_wakers(), 1u);
    EXPECT_EQ(driver.sockets(), 1u);
  }
  EXPECT_EQ(driver.sockets(), 0u);
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_EQ(task.take_wakes(), 0u);
}

// A second number for the same open socket keeps it in epoll when the first one is closed.
TEST_F(DriverTest, SocketThatGoes_IsDeregistered_NotOnlyClosed) {
  const base::Descriptor kept(::dup(sockets.here.get()));
  const int number = sockets.here.get();
  {
    const Socket socket = add(std::move(sockets.here));
  }
  EXPECT_TRUE(Socket::add(driver, base::Descriptor(::dup2(kept.get(), number))));
}

TEST_F(DriverTest, WhatCannotBePolled_IsNotAdded) {
  const auto added = Socket::add(driver, base::Descriptor(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)));
  EXPECT_TRUE(added.error().is(std::errc::operation_not_permitted));
  EXPECT_EQ(driver.sockets(), 0u);
}

TEST_F(DriverTest, NobodyListens_ConnectSaysSoWithTheAddress) {
  const NobodyListens nobody;
  const auto socket = block_on(Socket::connect(driver, nobody.address));
  EXPECT_EQ(socket.error().message(), "connect to " + nobody.address.to_string() + ": Connection refused");
}

TEST_F(DriverTest, OperationIsMoved_BeforeItsFirstPoll) {
  write_there("dingo");
  Socket socket = add(std::move(sockets.here));
  auto read = socket.read(buffer);
  auto moved = std::move(read);
  EXPECT_EQ(task.poll(moved).value().value(), 5u);
}

TEST(DriverDeathTest, OperationThatIsMovedWhileItWaits_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Driver driver;
        Connected both;
        Socket socket = Socket::add(driver, std::move(both.here)).value();
        char byte = 0;
        CountingTask task;
        auto read = socket.read(std::span(&byte, 1));
        (void)task.poll(read);
        const auto moved = std::move(read);
      },
      "an operation is moved before its first poll");
}

TEST(DriverDeathTest, DriverBeforeItsSockets_StopsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        std::optional<Driver> early(std::in_place);
        const Connected both;
        Socket socket = Socket::add(*early, base::Descriptor(::dup(both.here.get()))).value();
        early.reset();
      },
      "a driver is destroyed after its sockets");
}

constexpr std::size_t kMuch = 3'000'000;  // more than the system keeps

Async<std::size_t> send_much(Driver& driver, SocketAddress to) {
  auto socket = co_await Socket::connect(driver, to);
  const std::string text(kMuch, 'm');
  const auto sent = co_await socket->write_all(text);
  co_return sent ? text.size() : 0;
}

Async<std::size_t> receive_much(Driver& driver, base::Descriptor listener) {
  auto listening = Socket::add(driver, std::move(listener));
  auto accepted = co_await listening->accept();
  auto socket = Socket::add(driver, *std::move(accepted));
  std::array<char, 10'000> part;
  std::size_t total = 0;
  for (;;) {
    const auto count = co_await socket->read(part);
    if (!count || *count == 0) co_return total;
    total += *count;
  }
}

// Question: which line of Driver or Socket names an executor?
// Predict in which threads the two tasks run in each of the three. Break in `SocketOperation::poll`.
TEST(DriverExecutorsTest, SameSockets_OnThreeExecutors) {
  const Deadline deadline("a sender and a receiver wait for each other");
  {
    Driver driver;
    Listening one;
    const auto [received, sent] =
        block_on(join(receive_much(driver, std::move(one.listener)), send_much(driver, one.address)));
    EXPECT_EQ(received, kMuch);
    EXPECT_EQ(sent, kMuch);
  }
  {
    Driver driver;
    Listening two;
    Executor executor = Runtime().with_high_num(1).with_low_num(1).run();
    auto receiving = executor.spawn_task(receive_much(driver, std::move(two.listener)));
    auto sending = executor.spawn_task(send_much(driver, two.address), Priority::high);
    EXPECT_EQ(block_on(receiving), kMuch);
    EXPECT_EQ(block_on(sending), kMuch);
  }
  {
    Driver driver;
    Listening three;
    const async::Runtime runtime = Builder::new_multi_thread().worker_threads(2).build();
    auto receiving = runtime.spawn(receive_much(driver, std::move(three.listener)));
    auto sending = runtime.spawn(send_much(driver, three.address));
    EXPECT_EQ(runtime.block_on(std::move(receiving)).value(), kMuch);
    EXPECT_EQ(runtime.block_on(std::move(sending)).value(), kMuch);
  }
}

}  // namespace
}  // namespace ch04::tests

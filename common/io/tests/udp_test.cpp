// udp_test.cpp -- UDP and Unix datagrams: messages whole, to anybody or to one; what a full or missing peer does.
#include <array>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/words.hpp"
#include "common/io/udp_socket.hpp"
#include "common/io/unix_datagram.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Buffer = std::array<std::byte, 2000>;

TEST(UdpTest, SendTo_AndRecvFrom_OnTheProgramsReactor) {
  const Deadline deadline("a message on loopback comes");
  auto a = UdpSocket::bind("127.0.0.1:0").value();
  auto b = UdpSocket::bind("127.0.0.1:0").value();
  Buffer buffer;
  const auto [got, sent] = block_on(join([&] { return b.recv_from(buffer); },
                                         [&] { return a.send_to("ping", b.local_address().value()); }));
  EXPECT_EQ(sent.value(), 4u);
  EXPECT_EQ(got.value().second, a.local_address().value());
  EXPECT_EQ(text_of(std::span(buffer).first(got.value().first)), "ping");
}

TEST(UdpTest, Connected_TakesFromThatOneAlone) {
  HandTurned hand;
  auto a = UdpSocket::bind("127.0.0.1:0").value();
  auto b = UdpSocket::bind("127.0.0.1:0").value();
  auto stranger = UdpSocket::bind("127.0.0.1:0").value();
  ASSERT_TRUE(a.connect(b.local_address().value()));
  EXPECT_EQ(a.peer_address().value(), b.local_address().value());
  EXPECT_EQ(block_on(stranger.send_to("no", a.local_address().value())).value(), 2u);
  EXPECT_EQ(block_on(b.send_to("yes", a.local_address().value())).value(), 3u);
  EXPECT_EQ(block_on(a.send("to b")).value(), 4u);
  Buffer buffer;
  auto got =
      hand.executor.spawn([&]() -> Async<IoResult<std::size_t>> { co_return co_await a.recv(buffer); });
  EXPECT_EQ(hand.run(got).value(), 3u);
  auto at_b =
      hand.executor.spawn([&]() -> Async<IoResult<std::size_t>> { co_return co_await b.recv(buffer); });
  EXPECT_EQ(hand.run(at_b).value(), 4u);
}

TEST(UdpTest, AShortBuffer_CutsTheMessage_AndAnEmptyOneIsAMessage) {
  HandTurned hand;
  auto a = UdpSocket::bind("127.0.0.1:0").value();
  const auto self = a.local_address().value();
  for (const auto* text : {"a long one", "", "x"}) ASSERT_TRUE(block_on(a.send_to(text, self)));
  std::array<std::byte, 4> buffer;
  for (const std::size_t size : {4u, 0u, 1u}) {
    auto got = hand.executor.spawn([&]() -> Async<std::size_t> {
      const auto received = co_await a.recv_from(buffer);
      co_return received.value().first;
    });
    EXPECT_EQ(hand.run(got), size);
  }
}

TEST(UdpTest, NobodyAtTheOtherEnd_IsToldOnce_AndTheSocketGoesOn) {
  HandTurned hand;
  auto a = UdpSocket::bind("127.0.0.1:0").value();
  // It takes messages from itself alone, and keeps the port from other programs.
  auto deaf = UdpSocket::bind("127.0.0.1:0").value();
  const auto nobody = deaf.local_address().value();
  ASSERT_TRUE(deaf.connect(nobody));
  ASSERT_TRUE(a.connect(nobody));
  Buffer buffer;
  CountingTask task;
  hand.settle();
  auto receives = a.recv(buffer);
  EXPECT_TRUE(task.poll(receives).is_pending());
  EXPECT_EQ(block_on(a.send("anybody?")).value(), 8u);
  hand.run_until([&] { return task.take_wakes() != 0; });
  auto answer = task.poll(receives);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value().error().is(std::errc::connection_refused));
  auto again = a.recv(buffer);
  EXPECT_TRUE(task.poll(again).is_pending()) << "an error event that was dealt with is over";
}

TEST(UdpTest, AMessageThatIsTooLong_IsAnError) {
  HandTurned hand;
  auto a = UdpSocket::bind("127.0.0.1:0").value();
  const std::string huge(70000, 'x');
  EXPECT_TRUE(block_on(a.send_to(huge, a.local_address().value())).error().is(std::errc::message_size));
}

TEST(UnixDatagramTest, APair_AndAPath) {
  HandTurned hand;
  auto [a, b] = UnixDatagram::pair().value();
  EXPECT_EQ(block_on(a.send("one")).value(), 3u);
  EXPECT_EQ(block_on(a.send("three")).value(), 5u);
  Buffer buffer;
  EXPECT_EQ(block_on(b.recv(buffer)).value(), 3u);
  EXPECT_EQ(block_on(b.recv(buffer)).value(), 5u);

  const auto path = path_of("datagram");
  auto bound = UnixDatagram::bind(path).value();
  auto sender = UnixDatagram::unbound().value();
  EXPECT_EQ(block_on(sender.send_to("hi", UnixAddress::of_path(path).value())).value(), 2u);
  const auto got = block_on(bound.recv_from(buffer));
  EXPECT_EQ(got.value().first, 2u);
  EXPECT_EQ(got.value().second, UnixAddress());
  EXPECT_EQ(bound.local_address().value().path(), path);
  EXPECT_TRUE(UnixDatagram::bind(path).error().is(std::errc::address_in_use));
  ::unlink(path.c_str());
  EXPECT_TRUE(block_on(sender.send_to("hi", UnixAddress::of_path(path).value()))
                  .error()
                  .is(std::errc::no_such_file_or_directory));
}

// Question: the receiver's queue is full of other senders' messages. Does the system tell this one when it
// has room?
TEST(UnixDatagramTest, AFullReceiver_MakesTheSenderWait_AndLoseNothing) {
  PausedClock clock;
  HandTurned hand;
  const auto path = path_of("full");
  auto receiver = UnixDatagram::bind(path).value();
  const auto address = receiver.local_address().value();
  auto other = UnixDatagram::unbound().value();
  auto sender = UnixDatagram::unbound().value();
  hand.settle();
  CountingTask task;
  std::size_t sent = 0;
  for (;;) {
    auto sends = other.send_to("x", address);
    auto answer = task.poll(sends);
    if (answer.is_pending()) break;
    ASSERT_TRUE(answer.value());
    ++sent;
  }
  auto last = sender.send_to("last", address);
  EXPECT_TRUE(task.poll(last).is_pending());
  (void)task.take_wakes();
  Buffer buffer;
  for (std::size_t i = 0; i < sent; ++i) EXPECT_EQ(block_on(receiver.recv(buffer)).value(), 1u);
  clock.advance(5ms);  // there is no event: it looks again after a while
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_TRUE(task.poll(last).is_ready());
  EXPECT_EQ(block_on(receiver.recv(buffer)).value(), 4u);
  ::unlink(path.c_str());
}

TEST(UnixDatagramTest, AConnectedSender_IsWokenByTheReceiversRead) {
  HandTurned hand;
  auto [a, b] = UnixDatagram::pair().value();
  hand.settle();
  CountingTask task;
  std::size_t sent = 0;
  for (;;) {
    auto sends = a.send("x");
    auto answer = task.poll(sends);
    if (answer.is_pending()) break;
    ASSERT_TRUE(answer.value());
    ++sent;
  }
  ASSERT_GT(sent, 0u);
  auto last = a.send("last");
  EXPECT_TRUE(task.poll(last).is_pending());
  (void)task.take_wakes();
  Buffer buffer;
  for (std::size_t i = 0; i < sent; ++i) ASSERT_EQ(block_on(b.recv(buffer)).value(), 1u);
  hand.run_until([&] { return task.take_wakes() != 0; });
  EXPECT_TRUE(task.poll(last).is_ready());
}

}  // namespace

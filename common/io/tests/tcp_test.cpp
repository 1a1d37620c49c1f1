// tcp_test.cpp -- TCP: who connects to whom, who accepts, and what a failure says; a thousand connections.
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/tcp_ends.hpp"
#include "common/io/tests/words.hpp"

namespace {

using namespace async;

static_assert(std::is_nothrow_move_constructible_v<TcpStream> && !std::is_copy_constructible_v<TcpStream>);
static_assert(std::is_nothrow_move_constructible_v<TcpListener>);

TEST(TcpTest, AnEcho_OnTheProgramsReactor) {
  const Deadline deadline("the echo never came");
  auto listening = tcp_listener();
  auto client = [&]() -> Async<std::string> {
    auto stream = co_await TcpStream::connect(address_of(listening).to_string());
    EXPECT_EQ(stream->peer_address().value(), address_of(listening));
    auto written = co_await stream->write_all("hello");
    EXPECT_TRUE(written);
    EXPECT_TRUE(stream->shutdown());
    std::string all;
    const auto count = co_await stream->read_to_string(all);
    EXPECT_EQ(count.value(), 5u);
    co_return all;
  };
  auto server = [&]() -> Async<std::size_t> {
    auto accepted = co_await listening.accept();
    EXPECT_EQ(accepted->first.peer_address().value(), accepted->second);
    co_return co_await tcp_echo(std::move(accepted->first));
  };
  auto both = join(client(), server());
  const auto [text, count] = block_on(both);
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(count, 5u);
}

TEST(TcpTest, ARefusedConnection_SaysByWhom) {
  const Deadline deadline("a refusal is an answer");
  const ClosedPort closed;
  const auto address = closed.address();
  const auto stream = block_on(TcpStream::connect(address));
  ASSERT_FALSE(stream);
  EXPECT_TRUE(stream.error().is(std::errc::connection_refused));
  EXPECT_EQ(stream.error().message(), "connect to " + address.to_string() + ": Connection refused");
  EXPECT_TRUE(block_on(TcpStream::connect("nowhere")).error().is(IoErrc::bad_address));
}

TEST(TcpTest, AnAddressInUse_CannotBeBoundTwice) {
  auto first = tcp_listener();
  const auto second = TcpListener::bind(address_of(first));
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().is(std::errc::address_in_use));
  EXPECT_EQ(second.error().message(),
            "listen on " + address_of(first).to_string() + ": Address already in use");
}

TEST(TcpTest, Ipv6_WorksAsWell) {
  HandTurned hand;
  auto listening = TcpListener::bind("[::1]:0");
  if (!listening) GTEST_SKIP() << listening.error().message();
  auto connects = hand.executor.spawn(TcpStream::connect(listening->local_address().value()));
  EXPECT_TRUE(hand.run(connects).value().peer_address().value().is_ipv6());
}

TEST(TcpTest, Options_AreSetAndRead) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  EXPECT_FALSE(near.nodelay().value());
  EXPECT_TRUE(near.set_nodelay(true));
  EXPECT_TRUE(near.nodelay().value());
  EXPECT_EQ(near.local_address().value(), far.peer_address().value());
  EXPECT_EQ(near.peer_address().value(), far.local_address().value());
}

TEST(TcpTest, AConnectThatIsDropped_LeavesNothing) {
  HandTurned hand;
  auto listening = tcp_listener();
  hand.settle();
  const auto before = hand.reactor->sources();
  {
    CountingTask task;
    auto connects = TcpStream::connect(address_of(listening));
    (void)task.poll(connects);
  }
  EXPECT_EQ(hand.reactor->sources(), before);
  hand.settle();
  // The listener may or may not have seen it; the next one is served.
  auto again = hand.executor.spawn(TcpStream::connect(address_of(listening)));
  EXPECT_TRUE(hand.run(again));
}

TEST(TcpTest, SeveralAccepts_ShareOneListener_AndADroppedOneTakesNothing) {
  HandTurned hand;
  auto listening = tcp_listener();
  const auto address = address_of(listening);
  CountingTask task;
  std::optional<TcpStream> client;
  {
    auto dropped = listening.accept();
    EXPECT_TRUE(task.poll(dropped).is_pending());
    auto connects = hand.executor.spawn(TcpStream::connect(address));
    client.emplace(hand.run(connects).value());
    EXPECT_EQ(hand.until_woken(task), 1u);
  }
  const auto accepting = [&]() -> Async<SocketAddress> {
    auto accepted = co_await listening.accept();
    co_return accepted.value().second;
  };
  auto first = hand.executor.spawn(accepting);
  auto second = hand.executor.spawn(accepting);
  EXPECT_EQ(hand.run(first), client->local_address().value());
  hand.settle();
  EXPECT_FALSE(second.is_finished());
  auto connects = hand.executor.spawn(TcpStream::connect(address));
  EXPECT_TRUE(hand.run(connects));
  hand.run(second);
}

TEST(TcpTest, AThousandConnections_AreAllServed) {
  HandTurned hand;
  auto listening = tcp_listener();
  const auto address = address_of(listening);
  constexpr std::size_t kMany = 1000;
  auto serves = hand.executor.spawn([&]() -> Async<> {
    for (std::size_t i = 0; i < kMany; ++i) {
      auto accepted = co_await listening.accept();
      auto served = hand.executor.spawn(tcp_echo(std::move(accepted.value().first)));
    }
  });
  std::vector<JoinHandle<std::size_t>> clients;
  const auto client = [&](std::size_t number) -> Async<std::size_t> {
    auto stream = co_await TcpStream::connect(address);
    const std::string text = "message " + std::to_string(number);
    const auto sent = co_await stream.value().write_all(text);
    EXPECT_TRUE(sent);
    std::vector<std::byte> answer(text.size());
    const auto got = co_await stream->read_exact(answer);
    EXPECT_TRUE(got);
    EXPECT_EQ(text_of(answer), text);
    co_return number;
  };
  for (std::size_t i = 0; i < kMany; ++i) clients.push_back(hand.executor.spawn(client, i));
  std::size_t sum = 0;
  for (auto& each : clients) sum += hand.run(each);
  EXPECT_EQ(sum, kMany * (kMany - 1) / 2);
  hand.run(serves);
}

}  // namespace

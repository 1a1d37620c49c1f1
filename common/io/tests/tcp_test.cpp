// tcp_test.cpp -- TCP: an echo, parts of messages, ends and resets, halves, a thousand connections.
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/join_all.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/io/tcp_stream.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/words.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/timeout.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;
using Bytes = std::vector<std::byte>;

static_assert(std::is_nothrow_move_constructible_v<TcpStream> && !std::is_copy_constructible_v<TcpStream>);
static_assert(std::is_nothrow_move_constructible_v<TcpListener>);

TcpListener listener() { return TcpListener::bind("127.0.0.1:0").value(); }
SocketAddress address_of(const TcpListener& of) { return of.local_address().value(); }

// Two ends of a connection, with the current reactor.
Async<std::pair<TcpStream, TcpStream>> connected() {
  auto listening = listener();
  auto [client, accepted] =
      co_await join(TcpStream::connect(address_of(listening)), [&] { return listening.accept(); });
  co_return std::pair(std::move(client.value()), std::move(accepted.value().first));
}
std::pair<TcpStream, TcpStream> connect_by(HandTurned& hand) {
  auto both = hand.executor.spawn(connected());
  auto ends = hand.run(both);
  hand.settle();
  return ends;
}
void shrink_buffer(const TcpStream& writer) {
  const int small = 16 * 1024;
  ASSERT_EQ(::setsockopt(writer.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
}
Bytes pattern(std::size_t size) {
  Bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::byte>(i * 31 + i / 251);
  return made;
}

Async<std::size_t> echo(TcpStream stream) {
  std::array<std::byte, 1024> buffer;
  std::size_t total = 0;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    if (!count || *count == 0) co_return total;
    const auto sent = co_await stream.write_all(std::span(buffer).first(*count));
    if (!sent) co_return total;
    total += *count;
  }
}

TEST(TcpTest, AnEcho_OnTheProgramsReactor) {
  const Deadline deadline("the echo never came");
  auto listening = listener();
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
    co_return co_await echo(std::move(accepted->first));
  };
  auto both = join(client(), server());
  const auto [text, count] = block_on(both);
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(count, 5u);
}

TEST(TcpTest, ARefusedConnection_SaysByWhom) {
  const Deadline deadline("a refusal is an answer");
  std::optional<TcpListener> closed(listener());
  const auto address = address_of(*closed);
  closed.reset();
  const auto stream = block_on(TcpStream::connect(address));
  ASSERT_FALSE(stream);
  EXPECT_TRUE(stream.error().is(std::errc::connection_refused));
  EXPECT_EQ(stream.error().message(), "connect to " + address.to_string() + ": Connection refused");
  EXPECT_TRUE(block_on(TcpStream::connect("nowhere")).error().is(IoErrc::bad_address));
}

TEST(TcpTest, AnAddressInUse_CannotBeBoundTwice) {
  auto first = listener();
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

// Question: 4 MB into a buffer of some KB. How often is the writer polled, if nobody reads? And who goes on
// when?
TEST(TcpTest, WriteAll_WaitsWhileThePeerDoesNotRead_AndLosesNothing) {
  HandTurned hand;
  auto [writer, reader] = connect_by(hand);
  shrink_buffer(writer);
  const Bytes sent = pattern(512 << 10);
  CountingTask task;
  auto writes = writer.write_all(sent);
  // (Loopback may take the first parts further at once: then an event follows.)
  while (task.poll(writes).is_pending() && (hand.look(), task.take_wakes() != 0)) {
  }
  EXPECT_EQ(hand.look(), 0u) << "nobody reads: nothing more happens";

  Bytes got;
  bool done = false;
  std::array<std::byte, 1500> part;
  CountingTask reading;
  while (got.size() < sent.size()) {
    auto reads = reader.read(part);
    auto answer = reading.poll(reads);
    if (answer.is_ready()) {
      got.insert(got.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(answer.value().value()));
    } else if (hand.reactor->turn(std::nullopt); task.take_wakes() != 0 && !done) {
      auto written = task.poll(writes);
      done = written.is_ready();
      if (done) {
        EXPECT_TRUE(written.value());
      }
    }
  }
  EXPECT_TRUE(got == sent);
  EXPECT_TRUE(done);
}

TEST(TcpTest, Write_GivesWhatFits_AndSaysHowMuch) {
  HandTurned hand;
  auto [writer, reader] = connect_by(hand);
  shrink_buffer(writer);
  const Bytes sent = pattern(4 << 20);
  CountingTask task;
  auto first = writer.write(sent);
  auto answer = task.poll(first);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_GT(answer.value().value(), 0u);
  EXPECT_LT(answer.value().value(), sent.size());
  hand.run_until([&] {
    auto nothing = writer.write(std::span<const std::byte>());
    return task.poll(nothing).is_ready();
  });
}

TEST(TcpTest, ReadExact_AcrossSegments_AndAnEarlyEndIsAnError) {
  HandTurned hand;
  auto [writer, reader] = connect_by(hand);
  ASSERT_TRUE(writer.set_nodelay(true));
  std::array<std::byte, 6> buffer;
  CountingTask task;
  {
    auto exact = reader.read_exact(buffer);
    for (const auto* part : {"ab", "cd", "ef"}) {
      EXPECT_TRUE(task.poll(exact).is_pending());
      ASSERT_TRUE(block_on(writer.write_all(part)));
      hand.look();
      EXPECT_EQ(task.take_wakes(), 1u) << part;
    }
    auto answer = task.poll(exact);
    ASSERT_TRUE(answer.is_ready());
    EXPECT_TRUE(answer.value());
    EXPECT_EQ(text_of(buffer), "abcdef");
  }
  ASSERT_TRUE(block_on(writer.write_all("xyz")));
  ASSERT_TRUE(writer.shutdown());
  auto reads =
      hand.executor.spawn([&]() -> Async<IoResult<void>> { co_return co_await reader.read_exact(buffer); });
  const auto answer = hand.run(reads);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(IoErrc::unexpected_end));
}

// Question: the last bytes and the end come together, in one event. The read of the bytes was short. Who
// tells of the end?
TEST(TcpTest, BytesAndTheEndInOneEvent_AreReadOneAfterTheOther) {
  HandTurned hand;
  auto [writer, reader] = connect_by(hand);
  std::array<std::byte, 64> buffer;
  CountingTask task;
  auto waits = reader.read(buffer);
  EXPECT_TRUE(task.poll(waits).is_pending());
  ASSERT_TRUE(block_on(writer.write_all("bye")));
  ASSERT_TRUE(writer.shutdown());
  hand.look();
  EXPECT_EQ(task.take_wakes(), 1u);
  auto bytes = task.poll(waits);
  ASSERT_TRUE(bytes.is_ready());
  EXPECT_EQ(bytes.value().value(), 3u);
  auto end = reader.read(buffer);
  auto ended = task.poll(end);
  ASSERT_TRUE(ended.is_ready()) << "no event will come: it has been";
  EXPECT_EQ(ended.value().value(), 0u);
  // Half closed: the other direction goes on.
  ASSERT_TRUE(block_on(reader.write_all("still here")));
  auto reads =
      hand.executor.spawn([&]() -> Async<IoResult<std::size_t>> { co_return co_await writer.read(buffer); });
  EXPECT_EQ(hand.run(reads).value(), 10u);
}

TEST(TcpTest, APeerThatResets_IsAnErrorAndNoSignal) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  std::array<std::byte, 8> buffer;
  CountingTask task;
  auto waits = near.read(buffer);
  EXPECT_TRUE(task.poll(waits).is_pending());
  ASSERT_TRUE(far.set_reset_on_close(true));
  {
    TcpStream closed = std::move(far);
  }
  hand.look();
  EXPECT_EQ(task.take_wakes(), 1u);
  auto answer = task.poll(waits);
  ASSERT_TRUE(answer.is_ready());
  EXPECT_TRUE(answer.value().error().is(std::errc::connection_reset));
  EXPECT_EQ(answer.value().error().message(), "read: Connection reset by peer");
  const auto written = block_on(near.write_all("x"));  // SIGPIPE would end this program
  EXPECT_TRUE(written.error().is(std::errc::broken_pipe));
}

TEST(TcpTest, APeek_LeavesTheBytes) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  ASSERT_TRUE(block_on(far.write_all("hi")));
  std::array<std::byte, 8> buffer;
  auto peeks = hand.executor.spawn([&]() -> Async<std::size_t> {
    const auto seen = co_await near.peek(buffer);
    const auto again = co_await near.peek(buffer);
    const auto read = co_await near.read(buffer);
    co_return seen.value() * 100 + again.value() * 10 + read.value();
  });
  EXPECT_EQ(hand.run(peeks), 222u);
}

TEST(TcpTest, ADroppedRead_LosesNoByte) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  auto reads = hand.executor.spawn([&]() -> Async<std::string> {
    std::string all;
    std::array<std::byte, 4> part;
    for (int lost = 0; all.size() < 26;) {
      auto won = co_await select([&] { return near.read(part); }, yield_now());
      if (won.index() == 0) {
        all += text_of(std::span(part).first(std::get<0>(won).value()));
      } else if (++lost % 3 == 0) {
        const char letter = static_cast<char>('a' + lost / 3 - 1);
        if (letter <= 'z' && ::send(far.fd(), &letter, 1, 0) != 1) ADD_FAILURE();
      }
    }
    co_return all;
  });
  while (!reads.is_finished()) {  // it never stalls
    hand.executor.step();
    hand.look();
  }
  EXPECT_EQ(block_on(reads).value(), "abcdefghijklmnopqrstuvwxyz");
}

TEST(TcpTest, OwnedHalves_GoToTwoTasks_AndTheWritersEndIsThePeersEnd) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  auto [reader, writer] = std::move(near).into_split();
  auto writes = hand.executor.spawn(
      [](OwnedWriteHalf<TcpStream> half) -> Async<> {
        const auto written = co_await half.write_all("from the writer");
        EXPECT_TRUE(written);
      },
      std::move(writer));
  auto far_reads = hand.executor.spawn(
      [](TcpStream stream) -> Async<std::string> {
        std::string all;
        const auto count = co_await stream.read_to_string(all);
        EXPECT_TRUE(count);
        const auto answered = co_await stream.write_all("and back");
        EXPECT_TRUE(answered);
        co_return all;
      },
      std::move(far));
  auto reads = hand.executor.spawn(
      [](OwnedReadHalf<TcpStream> half) -> Async<std::string> {
        std::string all;
        const auto count = co_await half.read_to_string(all);
        EXPECT_TRUE(count);
        co_return all;
      },
      std::move(reader));
  EXPECT_EQ(hand.run(far_reads), "from the writer");
  EXPECT_EQ(hand.run(reads), "and back");
  hand.run(writes);
}

TEST(TcpTest, Reunited_IsTheStreamAgain_AndStrangersAreGivenBack) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  auto [reader, writer] = std::move(near).into_split();
  auto [far_reader, far_writer] = std::move(far).into_split();
  auto refused = std::move(reader).reunite(std::move(far_writer));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "these two are not the halves of one stream");
  auto whole = std::move(refused.error().read).reunite(std::move(writer));
  ASSERT_TRUE(whole);
  auto other = std::move(far_reader).reunite(std::move(refused.error().write));
  ASSERT_TRUE(other);
  ASSERT_TRUE(block_on(whole->write_all("x")));
  std::array<std::byte, 8> buffer;
  auto reads =
      hand.executor.spawn([&]() -> Async<IoResult<std::size_t>> { co_return co_await other->read(buffer); });
  EXPECT_EQ(hand.run(reads).value(), 1u) << "no end was sent when the halves came together";
}

TEST(TcpTest, BorrowedHalves_ReadAndWriteAtOnce) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  auto echoes = hand.executor.spawn(echo(std::move(far)));
  auto both = hand.executor.spawn([&]() -> Async<std::string> {
    auto [reader, writer] = near.split();
    std::array<std::byte, 4> buffer;
    const auto [read, written] =
        co_await join([&] { return reader.read_exact(buffer); }, [&] { return writer.write_all("ping"); });
    EXPECT_TRUE(read && written);
    EXPECT_TRUE(writer.shutdown());
    co_return text_of(buffer);
  });
  EXPECT_EQ(hand.run(both), "ping");
  EXPECT_EQ(hand.run(echoes), 4u);
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
  auto listening = listener();
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
  auto listening = listener();
  const auto address = address_of(listening);
  CountingTask task;
  std::optional<TcpStream> client;
  {
    auto dropped = listening.accept();
    EXPECT_TRUE(task.poll(dropped).is_pending());
    auto connects = hand.executor.spawn(TcpStream::connect(address));
    client.emplace(hand.run(connects).value());
    EXPECT_EQ(task.take_wakes(), 1u);
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
  auto listening = listener();
  const auto address = address_of(listening);
  constexpr std::size_t kMany = 1000;
  auto serves = hand.executor.spawn([&]() -> Async<> {
    for (std::size_t i = 0; i < kMany; ++i) {
      auto accepted = co_await listening.accept();
      auto served = hand.executor.spawn(echo(std::move(accepted.value().first)));
    }
  });
  std::vector<JoinHandle<std::size_t>> clients;
  const auto client = [&](std::size_t number) -> Async<std::size_t> {
    auto stream = co_await TcpStream::connect(address);
    const std::string text = "message " + std::to_string(number);
    const auto sent = co_await stream.value().write_all(text);
    EXPECT_TRUE(sent);
    Bytes answer(text.size());
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

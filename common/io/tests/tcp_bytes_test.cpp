// tcp_bytes_test.cpp -- TCP: parts of messages, ends and resets; and no byte is lost by who is dropped.
#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/select.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/tcp_ends.hpp"
#include "common/io/tests/words.hpp"

namespace {

using namespace async;
using Bytes = std::vector<std::byte>;

void shrink_buffer(const TcpStream& writer) {
  const int small = 16 * 1024;
  ASSERT_EQ(::setsockopt(writer.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
}
Bytes pattern(std::size_t size) {
  Bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::byte>(i * 31 + i / 251);
  return made;
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
  // (Loopback may take the first parts further, at once or later: then an event follows.)
  do {
    ASSERT_TRUE(task.poll(writes).is_pending());
  } while (hand.look(), task.take_wakes() != 0);

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
    std::array<std::byte, 4096> part;  // so that there is room in any case
    while (::recv(reader.fd(), part.data(), part.size(), MSG_DONTWAIT) > 0) {
    }
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
      EXPECT_EQ(hand.until_woken(task), 1u) << part;
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
  until_delivered(writer);
  EXPECT_EQ(hand.until_woken(task), 1u);
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

// Question: a read got fewer bytes than it asked for. Does the next one ask the system?
TEST(TcpTest, AShortRead_HasEmptiedTheSystem_SoTheNextOneWaitsForAnEvent) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  std::array<std::byte, 64> buffer;
  CountingTask task;
  ASSERT_TRUE(block_on(far.write_all("hi")));
  until_delivered(far);
  hand.look();
  auto first = near.read(buffer);
  EXPECT_EQ(task.poll(first).value().value(), 2u);
  ASSERT_TRUE(block_on(far.write_all("x")));
  auto next = near.read(buffer);
  EXPECT_TRUE(task.poll(next).is_pending()) << "the byte is there, but no turn has told of it";
  until_delivered(far);
  EXPECT_EQ(hand.until_woken(task), 1u);
  EXPECT_TRUE(task.poll(next).is_ready());
}

// Question: "abc", an out-of-band byte, "def", all in one event. A read stops where that byte stood, and is short.
// Who tells of "def"? Break in `AtomicReadiness::was_short`.
TEST(TcpTest, AnOutOfBandByte_DoesNotHideWhatLiesBehindIt) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  std::array<std::byte, 64> buffer;
  CountingTask task;
  {
    auto waits = near.read(buffer);
    EXPECT_TRUE(task.poll(waits).is_pending());
  }
  ASSERT_EQ(::send(far.fd(), "abc", 3, 0), 3);
  ASSERT_EQ(::send(far.fd(), "!", 1, MSG_OOB), 1);
  ASSERT_EQ(::send(far.fd(), "def", 3, 0), 3);
  until_delivered(far);
  while (hand.look() == 0) {
  }
  for (const auto* part : {"abc", "def"}) {
    auto reads = near.read(buffer);
    auto answer = task.poll(reads);
    ASSERT_TRUE(answer.is_ready()) << part << ": no event will come, it has been";
    EXPECT_EQ(text_of(std::span(buffer).first(answer.value().value())), part);
  }
  auto waits = near.read(buffer);
  EXPECT_TRUE(task.poll(waits).is_pending());
  ASSERT_TRUE(block_on(far.write_all("more")));
  until_delivered(far);
  EXPECT_EQ(hand.until_woken(task), 1u);
  EXPECT_TRUE(task.poll(waits).is_ready());
}

// As of a message whose length says 0.
TEST(TcpTest, ReadExactAndWriteAll_OfNothing_WaitForNothing) {
  HandTurned hand;
  auto [near, far] = connect_by(hand);
  shrink_buffer(near);
  std::array<std::byte, 8> buffer;
  CountingTask task;
  const Bytes much = pattern(4 << 20);
  auto waits = near.read(buffer);
  EXPECT_TRUE(task.poll(waits).is_pending());
  for (;;) {
    auto fills = near.write(much);
    if (task.poll(fills).is_pending()) break;
  }
  auto reads = near.read_exact(std::span<std::byte>());
  auto writes = near.write_all("");
  EXPECT_TRUE(task.poll(reads).is_ready());
  EXPECT_TRUE(task.poll(writes).is_ready());
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
  EXPECT_EQ(hand.until_woken(task), 1u);
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

}  // namespace

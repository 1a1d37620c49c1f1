// tcp_halves_test.cpp -- the halves of a TCP stream: one reads while the other writes, in one task or in two.
#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/tcp_ends.hpp"
#include "common/io/tests/words.hpp"

namespace {

using namespace async;

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
  auto echoes = hand.executor.spawn(tcp_echo(std::move(far)));
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

}  // namespace

// unix_stream_test.cpp -- Unix streams: a pair, a path, partial writes, a listener whose queue is full.
#include "common/io/unix_stream.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <gtest/gtest.h>
#include <optional>
#include <span>
#include <string>
#include <sys/socket.h>
#include <sys/uio.h>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/join.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/words.hpp"

namespace {

using namespace async;

TEST(UnixStreamTest, APath_IsConnectedToAndAccepted_OnTheProgramsReactor) {
  const Deadline deadline("the connection never came");
  const auto path = path_of("stream");
  auto listening = UnixListener::bind(path).value();
  EXPECT_EQ(listening.local_address().value().path(), path);
  EXPECT_EQ(UnixListener::bind(path).error().message(), "listen on " + path + ": Address already in use");
  auto [client, accepted] = block_on(join(UnixStream::connect(path), [&] { return listening.accept(); }));
  ::unlink(path.c_str());
  EXPECT_EQ(client.value().peer_address().value().path(), path);
  EXPECT_EQ(accepted.value().second, UnixAddress());
  ASSERT_TRUE(block_on(client->write_all("hello")));
  ASSERT_TRUE(client->shutdown());
  std::string all;
  EXPECT_EQ(block_on(accepted->first.read_to_string(all)).value(), 5u);
  EXPECT_EQ(all, "hello");
  EXPECT_EQ(block_on(UnixStream::connect(path)).error().message(),
            "connect to " + path + ": No such file or directory");
  EXPECT_TRUE(block_on(UnixStream::connect("")).error().is(std::errc::invalid_argument));
}

// Question: how often is the writer polled for 1 MB, if the reader takes 64 KB at a time?
TEST(UnixStreamTest, AWriterThatWaits_IsWokenByTheReader_AndNeverForNothing) {
  HandTurned hand;
  auto [near, far] = UnixStream::pair().value();
  hand.settle();
  std::vector<std::byte> sent(1 << 20);
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::byte>(i / 7);
  CountingTask task;
  auto writes = near.write_all(sent);
  std::vector<std::byte> got;
  std::array<std::byte, 65536> part;
  std::size_t polls = 1;
  bool done = task.poll(writes).is_ready();
  EXPECT_FALSE(done);
  while (got.size() < sent.size()) {
    const auto count = ::recv(far.fd(), part.data(), part.size(), 0);
    ASSERT_GT(count, 0) << "the writer sleeps although there is room, or was polled too late";
    got.insert(got.end(), part.begin(), part.begin() + count);
    hand.look();
    if (task.take_wakes() != 0) {
      ++polls;
      const std::size_t room = got.size();
      done = task.poll(writes).is_ready();
      ASSERT_EQ(room, got.size());
    }
  }
  EXPECT_TRUE(done);
  EXPECT_TRUE(got == sent);
  EXPECT_LE(polls, 1 + sent.size() / 1024);
}

TEST(UnixStreamTest, ReadToEnd_KeepsWhatCame_AlsoIfItIsDropped) {
  HandTurned hand;
  auto [near, far] = UnixStream::pair().value();
  std::vector<std::byte> into;
  CountingTask task;
  {
    auto reads = near.read_to_end(into);
    EXPECT_TRUE(task.poll(reads).is_pending());
    ASSERT_TRUE(block_on(far.write_all("abc")));
    hand.look();
    EXPECT_TRUE(task.poll(reads).is_pending());
  }
  EXPECT_EQ(into.size(), 3u);
  ASSERT_TRUE(block_on(far.write_all("de")));
  {
    UnixStream closed = std::move(far);
  }
  auto rest = hand.executor.spawn(
      [&]() -> Async<IoResult<std::size_t>> { co_return co_await near.read_to_end(into); });
  EXPECT_EQ(hand.run(rest).value(), 2u);
  EXPECT_EQ(into.size(), 5u);
}

// Three bytes, and a descriptor with them.
void send_descriptor(const UnixStream& over, int descriptor) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> control{};
  iovec bytes{const_cast<char*>("abc"), 3};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  ASSERT_EQ(::sendmsg(over.fd(), &message, 0), 3);
}

// Question: the system gives no more in one read than what came with a descriptor. Who tells of the bytes behind it?
TEST(UnixStreamTest, BytesThatCameWithADescriptor_DoNotHideWhatLiesBehindThem) {
  HandTurned hand;
  auto [near, far] = UnixStream::pair().value();
  hand.settle();
  std::array<std::byte, 64> buffer;
  CountingTask task;
  {
    auto waits = near.read(buffer);
    EXPECT_TRUE(task.poll(waits).is_pending());
  }
  send_descriptor(far, STDERR_FILENO);
  ASSERT_EQ(::send(far.fd(), "def", 3, 0), 3);
  hand.look();
  for (const auto* part : {"abc", "def"}) {
    auto reads = near.read(buffer);
    auto answer = task.poll(reads);
    ASSERT_TRUE(answer.is_ready()) << part << ": no event will come, it has been";
    EXPECT_EQ(text_of(std::span(buffer).first(answer.value().value())), part);
  }
}

TEST(UnixStreamTest, AFullListener_MakesConnectWait) {
  const Deadline deadline("connect never came through");
  HandTurned hand;
  const auto path = path_of("full");
  auto listening = UnixListener::bind(path).value();
  ASSERT_EQ(::listen(listening.fd(), 0), 0);  // a queue of one
  std::vector<UnixStream> clients;
  std::vector<JoinHandle<IoResult<UnixStream>>> connecting;
  for (int i = 0; i < 4; ++i) connecting.push_back(hand.executor.spawn(UnixStream::connect(path)));
  hand.settle();
  EXPECT_FALSE(connecting.back().is_finished());
  auto accepts = hand.executor.spawn([&]() -> Async<> {
    for (int i = 0; i < 4; ++i) {
      auto accepted = co_await listening.accept();
      EXPECT_TRUE(accepted);
    }
  });
  for (auto& each : connecting) {
    // Some wait by the clock, whose thread does not end this turn: so look again and again.
    while (!each.is_finished()) {
      hand.executor.run_until_stalled();
      hand.reactor->turn(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(block_on(each).value());
  }
  hand.settle();
  EXPECT_TRUE(accepts.is_finished());
  ::unlink(path.c_str());
}

}  // namespace

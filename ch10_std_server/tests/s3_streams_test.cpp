// s3_streams_test.cpp -- bytes through a socket that takes only a few of them at a time.
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <string>

#include "common/base/thread.hpp"

#include "ch10_std_server/s3_drain.hpp"
#include "ch10_std_server/s3_receiver.hpp"
#include "ch10_std_server/s3_sender.hpp"
#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/frames.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {
namespace {

class StreamsTest : public BothExecutors {};
ON_BOTH_EXECUTORS(StreamsTest);

// No part of it looks like another part, so that bytes which are sent twice, or lost, show.
std::string long_text(std::size_t size) {
  std::string text;
  std::uint64_t state = 88172645463325252u;
  while (text.size() < size) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    text.append(reinterpret_cast<const char*>(&state), sizeof state);
  }
  return text;
}

Async<TcpSender::Output> send_all(Executor& executor, Socket& socket, std::string_view text) {
  auto sent = co_await TcpSender(executor, socket, bytes_of(text));
  ::shutdown(socket.descriptor.get(), SHUT_WR);
  co_return sent;
}

Async<std::string> receive_all(Executor& executor, Socket& socket) {
  std::string all;
  std::array<std::byte, 1'009> chunk;  // no multiple of what is sent
  for (;;) {
    const auto size = co_await TcpReceiver(executor, socket, chunk);
    if (!size) co_return "error: " + size.error().message();
    if (*size == 0) co_return all;
    all.append(reinterpret_cast<const char*>(chunk.data()), *size);
  }
}

// The book's fault: after a part was taken, the next try begins at byte 0 again.
TEST_P(StreamsTest, TwoMegabytesThroughATinyBuffer_ArriveOnceEach) {
  const std::string text = long_text(2'000'000);
  auto pair = unix_pair();
  Socket sends(std::move(pair.ours)), receives(std::move(pair.theirs));
  auto received = executor->spawn(receive_all(*executor, receives));
  auto sent = executor->spawn(send_all(*executor, sends, text));
  ASSERT_TRUE(run());
  EXPECT_TRUE(sent.wait().has_value());
  EXPECT_TRUE(received.wait() == text) << "other bytes than were sent";  // not EXPECT_EQ: nobody reads that
}

// By hand: the socket takes a part of the text, the sender is pending, the test reads, the sender goes on.
TEST_P(StreamsTest, SenderWhoseBytesAreTakenInParts_GoesOnWhereItStopped) {
  const std::string text = long_text(100'000);
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  TcpSender sender(*executor, socket, bytes_of(text));
  Context cx(Waker::noop());
  std::string received;
  int pending = 0;
  for (;;) {
    const auto sent = sender.poll(cx);
    received += read_available(pair.theirs).bytes;
    if (sent.is_ready()) break;
    ASSERT_LT(++pending, 100'000);
  }
  EXPECT_GT(pending, 1) << "the socket took all at once: this tests nothing";
  EXPECT_TRUE(received == text);
}

TEST_P(StreamsTest, SenderOfNothing_IsReadyAtOnce) {
  auto pair = unix_pair();
  fill(pair.ours);
  Socket socket(std::move(pair.ours));
  TcpSender sender(*executor, socket, {});
  Context cx(Waker::noop());
  EXPECT_TRUE(sender.poll(cx).is_ready());
}

TEST_P(StreamsTest, Receiver_GivesWhatThereIsAndThenTheEnd) {
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  std::array<std::byte, 8> buffer;
  Context cx(Waker::noop());
  const auto receive = [&] { return TcpReceiver(*executor, socket, buffer).poll(cx); };
  EXPECT_TRUE(receive().is_pending());
  write_now(pair.theirs, "hello");
  EXPECT_EQ(receive().value().value(), 5u);
  EXPECT_TRUE(receive().is_pending());
  write_now(pair.theirs, "0123456789");
  EXPECT_EQ(receive().value().value(), 8u);
  pair.theirs.reset();
  EXPECT_EQ(receive().value().value(), 2u);  // what was sent before the end is not lost
  EXPECT_EQ(receive().value().value(), 0u);
}

// Two connected TCP sockets, because only TCP has a reset.
SocketPair tcp_pair() {
  const Listener listener;
  Descriptor ours(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(listener.port);
  if (::connect(ours.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) fail("connect");
  Descriptor theirs = listener.accept();
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
  return {std::move(ours), std::move(theirs)};
}

TEST_P(StreamsTest, PeerThatResets_IsAnErrorAndNoSignal) {
  const std::string text = long_text(20'000'000);  // more than all buffers hold
  auto pair = tcp_pair();
  Socket receives(std::move(pair.ours));
  auto received = executor->spawn(receive_all(*executor, receives));
  executor->poll();
  reset(pair.theirs);
  ASSERT_TRUE(run());
  EXPECT_EQ(received.wait(), "error: Connection reset by peer");

  auto other = tcp_pair();
  Socket sends(std::move(other.ours));
  auto sent = executor->spawn(send_all(*executor, sends, text));
  executor->poll();
  reset(other.theirs);
  ASSERT_TRUE(run());
  const auto result = sent.wait();
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(result.error() == std::errc::connection_reset || result.error() == std::errc::broken_pipe)
      << result.error().message();
}

// Sending to a socket whose other end is closed raises SIGPIPE, which ends a program that does not say otherwise.
TEST_P(StreamsTest, PeerThatIsGone_IsAnErrorAndNoSignal) {
  auto pair = unix_pair();
  pair.theirs.reset();
  Socket socket(std::move(pair.ours));
  TcpSender sender(*executor, socket, bytes_of("hello"));
  Context cx(Waker::noop());
  EXPECT_EQ(sender.poll(cx).value().error(), std::errc::broken_pipe);
}

Async<void> drain(Executor& executor, Socket& socket) { co_await TcpDrain(executor, socket); }

TEST_P(StreamsTest, Drain_ReadsOnUntilThePeerEnds) {
  auto pair = unix_pair();
  Socket drained(std::move(pair.ours)), sends(std::move(pair.theirs));
  const std::string text = long_text(500'000);
  executor->spawn(drain(*executor, drained));
  auto sent = executor->spawn(send_all(*executor, sends, text));
  ASSERT_TRUE(run());
  EXPECT_TRUE(sent.wait().has_value());
}

// A flood must not keep the other tasks waiting: the drain lets them have their turn.
TEST_P(StreamsTest, DrainUnderAFlood_LetsTheOthersRun) {
  auto pair = unix_pair();
  const int large = 4'000'000;
  ::setsockopt(pair.theirs.get(), SOL_SOCKET, SO_SNDBUF, &large, sizeof large);
  ASSERT_GT(fill(pair.theirs), 16u * 4'096) << "the buffer is too small for this test";
  Socket drained(std::move(pair.ours));
  Context cx(Waker::noop());
  TcpDrain future(*executor, drained);
  EXPECT_TRUE(future.poll(cx).is_pending());
  EXPECT_FALSE(read_available(drained.descriptor).bytes.empty()) << "it read everything in one poll";
}

async::base::Atomic<int> interruptions = 0;

// A signal handler without SA_RESTART: every call that blocks ends with EINTR.
class InterruptsTest : public BothExecutors {
 protected:
  void SetUp() override {
    struct sigaction action{};
    action.sa_handler = [](int) { ++interruptions; };
    ::sigaction(SIGUSR1, &action, &before_);
  }
  void TearDown() override { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_{};
};
ON_BOTH_EXECUTORS(InterruptsTest);

TEST_P(InterruptsTest, SignalsDuringATransfer_HarmNothing) {
  const std::string text = long_text(1'000'000);
  const int before = interruptions;
  const auto deadline = Clock::now() + kDeadline;
  // A transfer may be over before the first signal: until one was hit.
  while (interruptions == before && Clock::now() < deadline) {
    auto pair = unix_pair();
    Socket sends(std::move(pair.ours)), receives(std::move(pair.theirs));
    auto received = executor->spawn(receive_all(*executor, receives));
    auto sent = executor->spawn(send_all(*executor, sends, text));
    {
      async::base::Thread runs([&] { run(); });
      while (!sent.is_finished() || !received.is_finished()) {
        ::pthread_kill(runs.native_handle(), SIGUSR1);
        ::sched_yield();
      }
    }
    EXPECT_TRUE(sent.wait().has_value());
    EXPECT_TRUE(received.wait() == text);
  }
  EXPECT_GT(interruptions, before);
}

// A thread sleeps in epoll, and signals come. Predict: what does park() do, and what the loop around it?
TEST_P(InterruptsTest, SignalsDuringThePark_AreSleptThroughOrEndIt_AndTheBytesStillArrive) {
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  auto received = executor->spawn(receive_all(*executor, socket));
  const int before = interruptions;
  async::base::Thread runs([&] { run(); });
  while (interruptions < before + 20) {
    ::pthread_kill(runs.native_handle(), SIGUSR1);
    ::sched_yield();
  }
  write_now(pair.theirs, "still here");
  pair.theirs.reset();
  EXPECT_EQ(received.wait(), "still here");
}

}  // namespace
}  // namespace ch10::tests

// https_stream_test.cpp -- CustomStream over a socket: one face for plain and TLS; what waits, what is lost.
#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <string>
#include <tuple>

#include "common/future/join.hpp"

#include "ch04_networking/https/custom_stream.hpp"
#include "ch04_networking/https/https_error.hpp"
#include "ch04_networking/tests/https_stream_pair.hpp"

namespace ch04 {
namespace {

std::string many_words(std::size_t size, unsigned seed) {
  std::string words(size, ' ');
  for (char& each : words) each = static_cast<char>('a' + (seed = seed * 1103515245 + 12345) / 65536 % 26);
  return words;
}

class EitherStreamTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      pair.connect_tls();
    } else {
      pair.connect_plain();
    }
  }
  StreamPair pair;
};

INSTANTIATE_TEST_SUITE_P(PlainAndTls, EitherStreamTest, testing::Bool(),
                         [](const auto& is_tls) { return is_tls.param ? "Tls" : "Plain"; });

TEST_P(EitherStreamTest, WordsAndTheEnd_GoBothWays) {
  auto asking = pair.hand.executor.spawn([this] { return write_and_end(*pair.client, "ping"); });
  auto serving = pair.hand.executor.spawn([this] { return read_all(*pair.server); });
  EXPECT_TRUE(pair.hand.run(asking));
  EXPECT_EQ(pair.hand.run(serving).value(), "ping");
  // One way has ended; the other has not.
  auto answering = pair.hand.executor.spawn([this] { return write_and_end(*pair.server, "pong"); });
  auto reading = pair.hand.executor.spawn([this] { return read_all(*pair.client); });
  EXPECT_TRUE(pair.hand.run(answering));
  EXPECT_EQ(pair.hand.run(reading).value(), "pong");
}

// Reads and writes at the same time, in one task.
Async<IoResult<std::string>> talk(CustomStream& stream, std::string words) {
  auto [written, read] = co_await join(write_and_end(stream, std::move(words)), read_all(stream));
  if (!written) co_return std::unexpected(written.error());
  co_return std::move(read);
}

// Question: both sides write a megabyte into sockets that hold a few kilobytes. Who reads?
// Predict: each task, while its write waits: both wait for one socket. Break in `TlsStream::poll_until_done`.
TEST_P(EitherStreamTest, BothWriteMoreThanTheSystemTakes_AndReadMeanwhile) {
  pair.shrink_buffers();
  const std::string from_client = many_words(1'000'000, 1);
  const std::string from_server = many_words(1'000'000, 2);
  auto serving = pair.hand.executor.spawn([&, this] { return talk(*pair.server, from_server); });
  auto asking = pair.hand.executor.spawn([&, this] { return talk(*pair.client, from_client); });
  EXPECT_TRUE(pair.hand.run(asking).value() == from_server);
  EXPECT_TRUE(pair.hand.run(serving).value() == from_client);
}

TEST_P(EitherStreamTest, ReadThatWasGivenUp_HasTakenNothing) {
  {
    std::array<std::byte, 100> gone;
    auto given_up = pair.hand.executor.spawn([&, this] { return pair.client->read(gone); });
    pair.hand.settle();
    given_up.abort();
    pair.hand.settle();
  }
  auto answering = pair.hand.executor.spawn([this] { return write_and_end(*pair.server, "pong"); });
  auto reading = pair.hand.executor.spawn([this] { return read_all(*pair.client); });
  EXPECT_TRUE(pair.hand.run(answering));
  EXPECT_EQ(pair.hand.run(reading).value(), "pong");
}

// As often as it is given up, always from where it stood.
Async<std::string> read_impatiently(CustomStream& stream) {
  std::string all;
  for (bool ended = false; !ended;) {
    std::array<std::byte, 700> buffer;
    bool is_second = false;
    const auto twice = [&](Context& cx) -> Poll<void> {
      auto count = stream.poll_read(cx, buffer);
      if (count.is_ready()) {
        ended = !count.value() || *count.value() == 0;
        if (!ended) all.append(reinterpret_cast<const char*>(buffer.data()), *count.value());
        return Ready();
      }
      if (is_second) return Ready();  // another buffer next time
      is_second = true;
      return Pending();
    };
    co_await poll_fn(twice);
  }
  co_return all;
}

TEST_P(EitherStreamTest, ReadsThatAreGivenUpAllTheTime_LoseNothing) {
  pair.shrink_buffers();
  const std::string words = many_words(300'000, 3);
  auto answering = pair.hand.executor.spawn([&, this] { return write_and_end(*pair.server, words); });
  auto reading = pair.hand.executor.spawn([this] { return read_impatiently(*pair.client); });
  EXPECT_TRUE(pair.hand.run(reading) == words);
  EXPECT_TRUE(pair.hand.run(answering));
}

// Question: the other side is gone, and the system has a signal for that. Why does the program go on?
// Predict: the write says so, and no SIGPIPE is raised. Break in `SocketBytes::write`.
TEST_P(EitherStreamTest, WriteToWhoIsGone_IsAnErrorAndNoSignal) {
  struct sigaction before{};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &before), 0);
  ASSERT_EQ(before.sa_handler, SIG_DFL) << "an ignored signal would prove nothing";
  (void)pair.server->tcp().set_reset_on_close(true);
  pair.server.reset();
  auto writing = pair.hand.executor.spawn([this]() -> Async<IoError> {
    for (;;) {
      const auto written = co_await pair.client->write_all("ping");
      if (!written) co_return written.error();
    }
  });
  const IoError error = pair.hand.run(writing);
  EXPECT_TRUE(error.is(std::errc::broken_pipe) || error.is(std::errc::connection_reset)) << error.message();
  auto shutting_down = pair.hand.executor.spawn([this] { return pair.client->shutdown(); });
  EXPECT_FALSE(pair.hand.run(shutting_down));
}

TEST(TlsStreamTest, EndWithoutCloseNotify_IsAnError) {
  StreamPair pair;
  pair.connect_tls();
  auto reading = pair.hand.executor.spawn([&] { return read_all(*pair.client); });
  pair.hand.settle();
  EXPECT_FALSE(reading.is_finished());
  pair.server.reset();
  EXPECT_TRUE(pair.hand.run(reading).error().is(IoErrc::unexpected_end));
}

TEST(TlsStreamTest, Shutdown_EndsTheTcpConnectionToo) {
  StreamPair pair;
  pair.connect_tls();
  auto ending = pair.hand.executor.spawn([&] { return pair.client->shutdown(); });
  auto reading = pair.hand.executor.spawn([&] { return read_all(*pair.server); });
  EXPECT_TRUE(pair.hand.run(ending));
  EXPECT_EQ(pair.hand.run(reading).value(), "") << "close_notify";
  std::array<std::byte, 8> buffer;
  auto below = pair.hand.executor.spawn([&] { return pair.server->tcp().read(buffer); });
  EXPECT_EQ(pair.hand.run(below).value(), 0u) << "and nothing below it";
}

TEST(TlsStreamTest, EndInTheHandshake_IsAnError) {
  StreamPair pair;
  pair.connect_plain();
  auto connecting =
      pair.hand.executor.spawn(TlsStream::connect(std::move(pair.client->tcp()), test_client(), "localhost"));
  pair.hand.settle();
  EXPECT_FALSE(connecting.is_finished());
  pair.server.reset();
  EXPECT_FALSE(pair.hand.run(connecting));
}

TEST(TlsStreamTest, HandshakeThatIsDropped_ClosesTheConnection) {
  StreamPair pair;
  pair.connect_plain();
  {
    auto connecting = pair.hand.executor.spawn(
        TlsStream::connect(std::move(pair.client->tcp()), test_client(), "localhost"));
    pair.hand.settle();
    connecting.abort();
    pair.hand.settle();
  }
  auto reading = pair.hand.executor.spawn([&] { return read_all(*pair.server); });
  EXPECT_FALSE(pair.hand.run(reading).value().empty()) << "its hello, and then the end";
}

// Question: before its reply the server wants a new handshake. The client only reads. Who sends its part?
// Predict: the read itself. (That both write meanwhile, TLS 1.2 allows, but OpenSSL does not.) Break in
// `TlsStream::poll_until_done`.
TEST(TlsStreamTest, Renegotiation_IsAnsweredByARead) {
  TlsConfig client = test_client();
  client.limit_to_tls_1_2();
  StreamPair pair;
  pair.connect_tls(client);
  pair.shrink_buffers();
  ASSERT_EQ(SSL_renegotiate(pair.server->tls().engine().handle()), 1);
  const std::string words = many_words(200'000, 5);
  auto answering = pair.hand.executor.spawn([&] { return write_and_end(*pair.server, words); });
  auto reading = pair.hand.executor.spawn([&] { return read_all(*pair.client); });
  const auto read = pair.hand.run(reading);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_TRUE(*read == words);
  EXPECT_TRUE(pair.hand.run(answering));
  EXPECT_EQ(SSL_num_renegotiations(pair.client->tls().engine().handle()), 1);
}

TEST(TlsStreamTest, NewKeys_InTheMiddleOfBothWays_LoseNothing) {
  StreamPair pair;
  pair.connect_tls();
  pair.shrink_buffers();
  ASSERT_EQ(SSL_key_update(pair.server->tls().engine().handle(), SSL_KEY_UPDATE_REQUESTED), 1);
  const std::string words = many_words(200'000, 6);
  auto serving = pair.hand.executor.spawn([&] { return talk(*pair.server, words); });
  auto asking = pair.hand.executor.spawn([&] { return talk(*pair.client, words); });
  EXPECT_TRUE(pair.hand.run(asking).value() == words);
  EXPECT_TRUE(pair.hand.run(serving).value() == words);
}

// Question: how much of what is written may wait in memory, encrypted, for a peer that does not read?
// Predict: one record, whatever the writer would like. Break in `TlsStream::poll_write`.
TEST(TlsStreamTest, PeerThatDoesNotRead_StopsTheWriter) {
  StreamPair pair;
  pair.connect_tls();
  pair.shrink_buffers();
  auto writing = pair.hand.executor.spawn([&] { return pair.client->write_all(many_words(2'000'000, 7)); });
  pair.hand.settle();
  EXPECT_FALSE(writing.is_finished());
  EXPECT_GT(pair.client->tls().engine().outgoing().size(), 0u);
  EXPECT_LE(pair.client->tls().engine().outgoing().size(), 17u * 1024);
}

}  // namespace
}  // namespace ch04

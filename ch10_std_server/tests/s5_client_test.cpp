// s5_client_test.cpp -- ch10_client as a program, against good servers and bad ones, and the book's.
#include "ch10_std_server/s5_client.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <gtest/gtest.h>

#include "common/base/sanitizers.hpp"
#include "common/base/thread.hpp"

#include "ch10_std_server/tests/hostile_client.hpp"
#include "ch10_std_server/tests/program.hpp"

namespace ch10::tests {
namespace {

constexpr std::size_t kMany = ASYNC_UNDER_THREAD_SANITIZER || ASYNC_UNDER_ADDRESS_SANITIZER ? 1'000 : 4'000;

// As many as this system lets the server have open.
std::size_t many_requests() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(kMany, limit.rlim_max - 100);
}

class ClientProgram : public Program {
 public:
  explicit ClientProgram(std::uint16_t port, Words options = {})
      : Program(command(port, std::move(options))) {}

  [[nodiscard]] std::string last_line() const {
    const std::string text = out.substr(0, out.size() - (out.ends_with('\n') ? 1 : 0));
    return text.substr(text.rfind('\n') + 1);
  }
  struct Result {
    int exit_code;
    unsigned long ok, failed;
    double seconds;
  };
  Result result() {
    const int code = exit_code();
    const std::string line = last_line();
    Result read{code, 0, 0, 0};
    std::sscanf(line.c_str(), "%lu ok, %lu failed in %lf s", &read.ok, &read.failed, &read.seconds);
    // Printed once more, it must be the same: three decimals, no more, no less.
    std::array<char, 100> again{};
    std::snprintf(again.data(), again.size(), "%lu ok, %lu failed in %.3f s", read.ok, read.failed,
                  read.seconds);
    EXPECT_EQ(line, again.data()) << "not the last line that was promised\n" << err;
    return read;
  }

 private:
  static Words command(std::uint16_t port, Words options) {
    Words words{CH10_CLIENT, "--port", std::to_string(port)};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
};

// A server of the test: does with each of `count` connections what it is told to, one after the other.
class FakeServer {
 public:
  FakeServer(int count, std::function<void(Descriptor)> with_each)
      : thread_([this, count, with_each = std::move(with_each)] {
          for (int i = 0; i < count; ++i) {
            Descriptor connection(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!connection) return;  // the test is over
            const timeval deadline{.tv_sec = kDeadline.count(), .tv_usec = 0};
            ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
            with_each(std::move(connection));
          }
        }) {}
  ~FakeServer() { ::shutdown(listener_.descriptor.get(), SHUT_RDWR); }  // ends an accept()
  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  // Returns once it has dealt with all its connections: from then on the test may look at what they left.
  void finish() { thread_.join(); }

 private:
  Listener listener_;
  async::base::Thread thread_;
};

// Reads one whole message, as a blocking server would.
std::string read_message(const Descriptor& connection, std::size_t size) {
  std::string message;
  std::array<char, 64> chunk;
  while (message.size() < size) {
    const std::size_t missing = std::min(chunk.size(), size - message.size());
    const ssize_t read = ::recv(connection.get(), chunk.data(), missing, 0);
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) break;
    message.append(chunk.data(), static_cast<std::size_t>(read));
  }
  return message;
}

class ClientTest : public ::testing::TestWithParam<ExecutorKind> {};
ON_BOTH_EXECUTORS(ClientTest);

TEST_P(ClientTest, FourThousandRequestsAtOnce_AreAllAnswered) {
  const auto requests = many_requests();
  ServerProgram server({"--executor", word(GetParam()), "--work-ms", "50", "--quiet"});
  ClientProgram client(server.port(), {"--requests", std::to_string(requests), "--quiet"});
  const auto result = client.result();
  EXPECT_EQ(result.ok, requests) << client.err;
  EXPECT_EQ(result.failed, 0u);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_GE(result.seconds, 0.05);
  EXPECT_EQ(client.out, client.last_line() + "\n") << "--quiet: the last line alone";
}

TEST(ClientProgramTest, EachReply_IsALine) {
  ServerProgram server({"--work-ms", "0", "--quiet"});
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    ClientProgram client(server.port(), {"--requests", "3", "--host", host});
    EXPECT_EQ(client.result().ok, 3u);
    EXPECT_TRUE(
        client.out.starts_with("Waiting for result...\nResult: Hello, client!\nResult: Hello, client!\n"))
        << client.out;
  }
}

TEST(ClientProgramTest, Defaults_AreThoseOfTheHelp) {
  const ClientOptions defaults;
  EXPECT_EQ(defaults.host, "127.0.0.1");
  EXPECT_EQ(defaults.port, 7878);
  EXPECT_EQ(defaults.requests, 4000u);
  EXPECT_EQ(defaults.timeout, std::chrono::seconds(30));
  Program help({CH10_CLIENT, "--help"});
  EXPECT_EQ(help.exit_code(), 0);
  for (const auto* said : {"(127.0.0.1)", "(7878)", "(4000)", "(30000)"}) {
    EXPECT_NE(help.out.find(said), std::string::npos) << said << " in " << help.out;
  }
}

// The shell allows 24 open files, and more to whoever asks: the client has to ask.
TEST(ClientProgramTest, SoftLimitOfDescriptors_IsRaised) {
  ServerProgram server({"--work-ms", "0", "--quiet"});
  Program client({"/bin/sh", "-c", "ulimit -Sn 24; exec \"$@\"", "sh", CH10_CLIENT, "--port",
                  std::to_string(server.port()), "--requests", "100", "--quiet"});
  EXPECT_EQ(client.exit_code(), 0);
  EXPECT_TRUE(client.out.starts_with("100 ok, 0 failed in ")) << client.out << client.err;
}

TEST(ClientProgramTest, NoServer_IsSaidForEachAndTheExitCodeIs1) {
  const DeafPort nobody;
  ClientProgram client(nobody.port, {"--requests", "3"});
  const auto result = client.result();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.ok, 0u);
  EXPECT_EQ(result.failed, 3u);
  EXPECT_NE(client.err.find("connect: Connection refused"), std::string::npos) << client.err;
}

// The kernel accepts, the server never looks.
TEST(ClientProgramTest, ServerThatNeverAnswers_FailsAfterTheTimeout) {
  const Listener never_accepts;
  ClientProgram client(never_accepts.port, {"--requests", "5", "--timeout-ms", "100"});
  const auto result = client.result();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.failed, 5u);
  EXPECT_GE(result.seconds, 0.1);
  EXPECT_NE(client.err.find("no reply in time"), std::string::npos) << client.err;
}

// A queue that is full: the handshake itself does not end. Predict: does one slow connect hold up the others?
TEST(ClientProgramTest, ServerWhoseQueueIsFull_FailsAfterTheTimeout) {
  const Listener full(1);
  ClientProgram client(full.port, {"--requests", "20", "--timeout-ms", "100"});
  const auto result = client.result();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.failed, 20u);
}

TEST(ClientProgramTest, AnswerOfOneIsLate_TheOtherIsCounted) {
  // The second time: where this machine stood still for a second, both were late.
  for (const std::string timeout_ms : {"1000", "15000"}) {
    int number = 0;
    std::vector<Descriptor> kept;
    FakeServer server(2, [&](Descriptor connection) {
      read_message(connection, 26);
      if (++number == 1) {
        kept.push_back(std::move(connection));  // never answered
        return;
      }
      ::shutdown(connection.get(), SHUT_RD);
      (void)!::send(connection.get(), kGoodReply.data(), kGoodReply.size(), MSG_NOSIGNAL);
      ::shutdown(connection.get(), SHUT_WR);
      kept.push_back(std::move(connection));
    });
    ClientProgram client(server.port(), {"--requests", "2", "--timeout-ms", timeout_ms});
    const auto result = client.result();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.ok + result.failed, 2u);
    if (result.ok == 1) return;
  }
  ADD_FAILURE() << "the answer that came in time was not counted";
}

struct BadReply {
  std::string reply;
  std::string_view says;
};

TEST(ClientProgramTest, WrongReply_CountsAsFailed) {
  for (const BadReply& bad : {
           BadReply{"", "the server closed the connection without a reply"},
           BadReply{"Hello, client", "the reply is not the one expected"},
           BadReply{"Hello, client!!", "the reply is not the one expected"},
           BadReply{"Hello, stranger!", "the reply is not the one expected"},
           BadReply{"\xff\xfe", "the reply is not valid UTF-8"},
           BadReply{std::string(70'000, 'x'), "the reply has no end"},
       }) {
    SCOPED_TRACE(bad.says);
    FakeServer server(1, [&](Descriptor connection) {
      read_message(connection, 26);
      (void)!::send(connection.get(), bad.reply.data(), bad.reply.size(), MSG_NOSIGNAL);
    });
    ClientProgram client(server.port(), {"--requests", "1"});
    const auto result = client.result();
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.failed, 1u);
    EXPECT_NE(client.err.find(bad.says), std::string::npos) << client.err;
  }
}

TEST(ClientProgramTest, ServerThatResets_CountsAsFailed) {
  FakeServer server(3, [](Descriptor connection) { reset(connection); });
  ClientProgram client(server.port(), {"--requests", "3"});
  const auto result = client.result();
  EXPECT_EQ(result.failed, 3u);
  EXPECT_EQ(result.exit_code, 1);
}

// The reply comes in single bytes.
TEST(ClientProgramTest, ReplyInPieces_IsOneReply) {
  FakeServer server(1, [](Descriptor connection) {
    const int yes = 1;
    ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    read_message(connection, 26);
    for (const char byte : kGoodReply) write_now(connection, {&byte, 1});
  });
  ClientProgram client(server.port(), {"--requests", "1"});
  EXPECT_EQ(client.result().ok, 1u);
}

// What the client sends, byte for byte: the number of the request in all three fields, as the book's client.
TEST(ClientProgramTest, Request_IsOneFrame) {
  std::string message;
  FakeServer server(1, [&](Descriptor connection) {
    message = read_message(connection, 26);
    write_now(connection, kGoodReply);
  });
  ClientProgram client(server.port(), {"--requests", "1"});
  EXPECT_EQ(client.result().ok, 1u);
  server.finish();
  EXPECT_EQ(message, std::string("\0\0\0\0"
                                 "\0\0"
                                 "\x10\0\0\0"
                                 "Hello, server! 0",
                                 26));
}

// The book's server: reads until nothing more is there, works, replies, and closes with whatever is unread.
TEST(ClientProgramTest, TheBooksServer_AnswersOurClient) {
  constexpr int kRequests = 50;
  FakeServer server(kRequests, [](Descriptor connection) {
    pollfd readable{connection.get(), POLLIN, 0};
    ::poll(&readable, 1, 20'000);
    EXPECT_TRUE(read_available(connection).bytes.size() >= 26) << "the message came in pieces";
    ::usleep(1'000);  // its work
    write_now(connection, kGoodReply);
  });
  ClientProgram client(server.port(), {"--requests", std::to_string(kRequests)});
  const auto result = client.result();
  EXPECT_EQ(result.ok, static_cast<unsigned long>(kRequests)) << client.err;
  EXPECT_EQ(result.exit_code, 0);
}

}  // namespace
}  // namespace ch10::tests

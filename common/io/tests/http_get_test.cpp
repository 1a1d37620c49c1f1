// http_get_test.cpp -- a request and its reply: over a stream that gives what the test wants, and over TCP.
#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/yield_now.hpp"
#include "common/io/http.hpp"
#include "common/io/http/get.hpp"
#include "common/io/tcp_listener.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/io/tests/tcp_ends.hpp"

namespace {

using namespace async;
using http::Errc;

// Gives the parts, one at each read, and then its end, or an error.
class ScriptedStream {
 public:
  explicit ScriptedStream(std::deque<std::string> parts, std::error_code end = {})
      : parts_(std::move(parts)), end_(end) {}

  Async<IoResult<std::size_t>> read(std::span<std::byte> into) {
    if (!parts_.empty() && parts_.front() == kNotYet) {
      parts_.pop_front();
      co_await yield_now();
    }
    if (parts_.empty() && end_) co_return async::detail::io_failure(end_, "read");
    if (parts_.empty()) co_return std::size_t{0};
    const std::string part = parts_.front();
    EXPECT_LE(part.size(), into.size());
    std::ranges::copy(std::as_bytes(std::span(part)), into.begin());
    parts_.pop_front();
    co_return part.size();
  }
  Async<IoResult<void>> write_all(std::string_view text) {
    written += text;
    co_return IoResult<void>();
  }

  static constexpr std::string_view kNotYet = "";  // the read behind it waits once
  std::string written;

 private:
  std::deque<std::string> parts_;
  std::error_code end_;
};

http::Request a_request() { return http::Request::get(http::Url::parse("http://h/x").value()); }

IoResult<http::Response> reply_to(ScriptedStream stream) {
  return block_on(http::exchange(stream, a_request()));
}

TEST(HttpExchangeTest, RequestIsSent_ReplyComesInAnyParts) {
  ScriptedStream stream({"HTTP/1.", "1 200 OK\r", "\nContent-Length: 5\r\n", "\r\nhe", "llo"});
  const auto reply = block_on(http::exchange(stream, a_request()));
  EXPECT_EQ(reply.value().body, "hello");
  EXPECT_EQ(stream.written, a_request().to_text());
}

TEST(HttpExchangeTest, InterimReplies_ArePassedOver_ButNotForEver) {
  const std::string interim = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n";
  const std::string reply = "HTTP/1.1 204 None\r\n\r\n";
  EXPECT_EQ(reply_to(ScriptedStream({interim + interim + reply})).value().status, 204);
  std::deque<std::string> eight(8, interim);
  eight.push_back(reply);
  EXPECT_EQ(reply_to(ScriptedStream(eight)).value().status, 204);
  EXPECT_EQ(reply_to(ScriptedStream(std::deque<std::string>(9, interim))).error().code(),
            Errc::too_many_interim);
  EXPECT_EQ(reply_to(ScriptedStream({"HTTP/1.1 101 Other\r\n\r\n"})).error().code(), Errc::unasked_upgrade);
}

TEST(HttpExchangeTest, ItsEnd_IsToldByWhereItWas) {
  EXPECT_EQ(reply_to(ScriptedStream({})).error().code(), Errc::no_reply);
  EXPECT_EQ(reply_to(ScriptedStream({"HTTP/1.1 200 OK\r\nA:"})).error().code(), Errc::ended_in_head);
  EXPECT_EQ(reply_to(ScriptedStream({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1"})).error().code(),
            Errc::ended_in_body);
  EXPECT_EQ(reply_to(ScriptedStream({"HTTP/1.1 200 OK\r\n\r\n12"})).value().body, "12");
  const auto reset = std::make_error_code(std::errc::connection_reset);
  EXPECT_EQ(reply_to(ScriptedStream({"HTTP/1.1 200 OK\r\n\r\n12"}, reset)).error().code(), reset)
      << "a reset is no end";
}

TEST(HttpMessageReaderTest, MessagesInOnePart_ComeOneAfterTheOther) {
  ScriptedStream stream({"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HT", "TP/1.1\r\n\r\n"});
  http::MessageReader<http::Request, ScriptedStream> requests(stream);
  for (const char* target : {"/1", "/2", "/3"}) EXPECT_EQ(block_on(requests.next()).value()->target, target);
  EXPECT_EQ(block_on(requests.next()).value().has_value(), false) << "ended between two";
}

// Question: a timeout drops next() in the middle of a message. What does the next one read?
// Predict: who has the half that came? Break in `MessageReader::next`.
TEST(HttpMessageReaderTest, Dropped_LosesNothing) {
  ScriptedStream stream({"GET /1 HTTP/1.1\r\nA: 1\r\n", "", "B: 2\r\n\r\n"});
  http::MessageReader<http::Request, ScriptedStream> requests(stream);
  {
    CountingTask task;
    auto dropped = requests.next();
    EXPECT_TRUE(task.poll(dropped).is_pending());
  }
  const auto request = block_on(requests.next());
  EXPECT_EQ(request.value()->target, "/1");
  EXPECT_EQ(request.value()->fields.size(), 2u);
}

// ---- over TCP ------------------------------------------------------------------------------------------

// Accepts one connection, reads the head of the request, says what it has to say and closes.
Async<std::string> answer_once(TcpListener& listener, std::string reply) {
  auto accepted = co_await listener.accept();
  TcpStream stream = std::move(accepted->first);
  std::string request;
  std::array<std::byte, 256> part;
  while (!request.ends_with("\r\n\r\n")) {
    const auto count = co_await stream.read(part);
    if (!count || *count == 0) co_return "closed";
    request.append(reinterpret_cast<const char*>(part.data()), *count);
  }
  const auto sent = co_await stream.write_all(reply);
  EXPECT_TRUE(sent);
  co_return request;
}

class HttpGetTest : public ::testing::Test {
 protected:
  HandTurned hand;
  TcpListener listener = TcpListener::bind("127.0.0.1:0").value();
  const std::string authority = listener.local_address().value().to_string();
  const std::string url = "http://" + authority + "/posts/1";
};

TEST_F(HttpGetTest, Reply_IsThatOfTheServer) {
  auto server =
      hand.executor.spawn(answer_once(listener, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"));
  auto getting = hand.executor.spawn(http::get(url));
  const auto reply = hand.run(getting);
  EXPECT_EQ(reply.value().status, 404);
  EXPECT_EQ(reply.value().body, "none");
  EXPECT_FALSE(reply.value().is_success());
  EXPECT_EQ(hand.run(server),
            "GET /posts/1 HTTP/1.1\r\nHost: " + authority + "\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

TEST_F(HttpGetTest, MegabyteInChunks_IsWhole) {
  std::string reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string sent;
  for (int i = 0; sent.size() < (1u << 20); ++i) {
    const std::string part(static_cast<std::size_t>(i % 1000 + 1), static_cast<char>('a' + i % 26));
    char size[16];
    std::snprintf(size, sizeof size, "%zx", part.size());
    sent += part;
    reply += size + ("\r\n" + part) + "\r\n";
  }
  auto server = hand.executor.spawn(answer_once(listener, reply + "0\r\n\r\n"));
  auto getting = hand.executor.spawn(http::get(url));
  EXPECT_TRUE(hand.run(getting).value().body == sent);
  hand.run(server);
}

TEST_F(HttpGetTest, ReplyCutInTheMiddle_IsAnErrorWithTheUrl) {
  auto server =
      hand.executor.spawn(answer_once(listener, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhel"));
  auto getting = hand.executor.spawn(http::get(url));
  EXPECT_EQ(hand.run(getting).error().message(),
            "GET " + url + ": the stream ended in the middle of the body");
  hand.run(server);
}

TEST_F(HttpGetTest, HeadersWithoutEnd_AreCutOffByTheLimit) {
  std::string endless = "HTTP/1.1 200 OK\r\n";
  while (endless.size() < 100'000) endless += "X: y\r\n";
  auto server = hand.executor.spawn([&]() -> Async<> {
    auto accepted = co_await listener.accept();
    (void)co_await accepted->first.write_all(endless);
    std::array<std::byte, 256> part;
    for (;;) {  // until the client has gone: it waits for nothing
      const auto count = co_await accepted->first.read(part);
      if (!count || *count == 0) co_return;
    }
  });
  auto getting = hand.executor.spawn(http::get(url));
  EXPECT_EQ(hand.run(getting).error().code(), Errc::too_many_fields);
  hand.run(server);
}

TEST_F(HttpGetTest, NobodyListens_IsAnErrorWithTheAddress) {
  const ClosedPort closed;
  const std::string nobody = closed.address().to_string();
  auto getting = hand.executor.spawn(http::get("http://" + nobody + "/"));
  EXPECT_EQ(hand.run(getting).error().message(),
            "GET http://" + nobody + "/: connect to " + nobody + ": Connection refused");
}

TEST_F(HttpGetTest, Dropped_ClosesTheConnection) {
  bool has_begun = false;
  auto server = hand.executor.spawn([&]() -> Async<bool> {
    auto accepted = co_await listener.accept();
    std::array<std::byte, 4096> part;
    for (;;) {
      const auto count = co_await accepted->first.read(part);
      has_begun = true;
      if (!count || *count == 0) co_return true;
    }
  });
  {
    auto getting = hand.executor.spawn(http::get(url));
    hand.run_until([&] { return has_begun; });
    EXPECT_FALSE(server.is_finished()) << "the request has come, and waits for its reply";
    getting.abort();
  }
  EXPECT_TRUE(hand.run(server));
  EXPECT_EQ(hand.reactor->sources(), 1u) << "the listener";
}

TEST_F(HttpGetTest, OfSeveralAddresses_TheFirstThatAnswersIsTaken) {
  const auto taken = listener.local_address().value();
  const ClosedPort closed;
  const auto nobody = closed.address();

  auto connecting = hand.executor.spawn(http::detail::connect_to_one_of(std::vector{nobody, taken, nobody}));
  const auto stream = hand.run(connecting);
  ASSERT_TRUE(stream) << stream.error().message();
  EXPECT_EQ(stream->peer_address().value(), taken);

  auto in_vain = hand.executor.spawn(http::detail::connect_to_one_of(std::vector{nobody, nobody}));
  EXPECT_EQ(hand.run(in_vain).error().message(), "connect to " + nobody.to_string() + ": Connection refused");
}

TEST(HttpGetErrorTest, WrongUrl_IsToldAtOnce) {
  EXPECT_EQ(block_on(http::get("https://localhost/")).error().code(), Errc::unsupported_scheme);
  EXPECT_EQ(block_on(http::get("localhost")).error().code(), Errc::bad_url);
}

TEST(HttpGetErrorTest, HostThatCannotBe_IsToldByItsName) {
  const Deadline deadline("the lookup of a name that cannot be has no answer");
  const std::string host(300, 'a');  // longer than a name can be: nobody has to be asked
  const auto reply = block_on(http::get("http://" + host + "/"));
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().message().starts_with("GET http://" + host + "/: look up \"" + host + "\": "))
      << reply.error().message();
}

TEST(NameLookupTest, AnAddress_NeedsNoLookup) {
  EXPECT_EQ(block_on(look_up("127.0.0.1", 80)).value(), std::vector{SocketAddress::loopback(80)});
  EXPECT_EQ(block_on(look_up("::1", 81)).value().front().to_string(), "[::1]:81");
}

// Nobody is asked: neither a file of the system's nor a server.
TEST(NameLookupTest, ThisComputer_HasItsTwoAddresses) {
  for (const char* name : {"localhost", "LocalHost", "localhost.", "a.site.localhost"}) {
    auto lookup = look_up(name, 82);
    Context cx(Waker::noop());
    auto found = lookup.poll(cx);
    ASSERT_TRUE(found.is_ready()) << name;
    std::string texts;
    for (const SocketAddress& address : found.value().value()) texts += address.to_string() + " ";
    EXPECT_EQ(texts, "[::1]:82 127.0.0.1:82 ") << name;
  }
  EXPECT_FALSE(async::detail::is_this_computer("notlocalhost"));
  EXPECT_FALSE(async::detail::is_this_computer("localhost.example"));
  EXPECT_FALSE(async::detail::is_this_computer(""));
}

}  // namespace

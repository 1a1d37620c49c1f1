// mock_server_test.cpp -- MockServer: what it answers, what it counts, what it says, and that it ends.
#include "common/testing/mock_server.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/io/http.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/testing/async_test.hpp"
#include "common/time/paused_clock.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Sends the text as it is, and reads all that comes until the server closes.
Async<std::string> raw(SocketAddress server, std::string text) {
  auto stream = co_await TcpStream::connect(server);
  (void)co_await stream->write_all(text);
  std::string reply;
  (void)co_await stream->read_to_string(reply);
  co_return reply;
}

Async<http::Response> got(std::string url) {
  auto reply = co_await http::get(std::move(url));
  co_return reply.value();
}

// A server on the test's runtime, and one on its own thread: they are to behave in the same way.
enum class Where { here, own_thread };

class MockServerTest : public ::testing::TestWithParam<Where> {
 protected:
  // Runs a test's body with a server.
  template <class Body>
  void with_server(Body body) {
    const auto outcome = run_async(
        [&]() -> Async<> {
          std::unique_ptr<MockServer> server = GetParam() == Where::here
                                                   ? std::make_unique<MockServer>(Handle::current())
                                                   : std::make_unique<MockServer>();
          co_await body(*server);
        },
        {.real_time = GetParam() == Where::own_thread});
    EXPECT_TRUE(outcome.is_finished()) << outcome.message();
  }
};

INSTANTIATE_TEST_SUITE_P(Where, MockServerTest, ::testing::Values(Where::here, Where::own_thread),
                         [](const auto& where) { return where.param == Where::here ? "Here" : "OwnThread"; });

TEST_P(MockServerTest, TheAnswer_IsAsItWasTold_AndTheCallsAreCounted) {
  with_server([](MockServer& server) -> Async<> {
    const Mock mock = server.mock("GET", "/my-endpoint")
                          .match_query(Query::all_of({{"param1", "value1"}, {"param2", "value2"}}))
                          .with_status(201)
                          .with_header("X-Colour", "blue")
                          .with_body("world")
                          .expect(5)
                          .create();
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(mock.calls(), static_cast<std::size_t>(i));
      const auto reply = co_await got(server.url() + "/my-endpoint?param1=value1&param2=value2");
      EXPECT_EQ(reply.status, 201);
      EXPECT_EQ(reply.reason, "Created");
      EXPECT_EQ(reply.body, "world");
      const std::string* const colour = reply.fields.find("X-Colour");
      CO_ASSERT_TRUE(colour != nullptr);
      EXPECT_EQ(*colour, "blue");
    }
    mock.verify();
    mock.assert_called(5);
    EXPECT_THAT(server.unmatched(), IsEmpty());
  });
}

TEST_P(MockServerTest, WhatFitsNoMock_Gets501_AndIsTold) {
  with_server([](MockServer& server) -> Async<> {
    const Mock mock = server.mock("GET", "/a").match_query(Query::all_of({{"x", "1"}})).create();
    for (const char* const target : {"/b", "/a", "/a?x=2"}) {
      const auto reply = co_await got(server.url() + target);
      EXPECT_EQ(reply.status, 501);
      EXPECT_THAT(reply.body, HasSubstr("no mock for GET /"));
    }
    const std::string posted = co_await raw(server.address(), "POST /a?x=1 HTTP/1.0\r\n\r\n");
    EXPECT_THAT(posted, HasSubstr("501 Not Implemented"));
    EXPECT_THAT(server.unmatched(), ElementsAre("GET /b", "GET /a", "GET /a?x=2", "POST /a?x=1"));
    EXPECT_EQ(mock.calls(), 0u);
    EXPECT_NONFATAL_FAILURE(mock.verify(),
                            "expected: 1 call of GET /a with all of x=1\n  came:     no call\n"
                            "  fits no mock: GET /b\n  fits no mock: GET /a\n  fits no mock: GET /a?x=2\n"
                            "  fits no mock: POST /a?x=1\n");
  });
}

TEST_P(MockServerTest, TwoMocksOfOnePath_AreTwoAnswers_AndTheLastOneGoesOn) {
  with_server([](MockServer& server) -> Async<> {
    const Mock broken = server.mock("GET", "/a").with_status(503).expect(2).create();
    const Mock well = server.mock("GET", "/a").with_body("well").create();
    std::vector<int> statuses;
    for (int i = 0; i < 5; ++i) {
      const auto reply = co_await got(server.url() + "/a");
      statuses.push_back(reply.status);
    }
    EXPECT_THAT(statuses, ElementsAre(503, 503, 200, 200, 200));
    broken.verify();
    well.assert_called(3);
  });
}

TEST_P(MockServerTest, AnyOf_FitsEither) {
  with_server([](MockServer& server) -> Async<> {
    const Mock mock = server.mock("GET", "/a").match_query(Query::any_of({{"p", "1"}, {"p", "2"}})).create();
    for (const char* const target : {"/a?p=1", "/a?q=9&p=2", "/a?p=3"})
      (void)co_await got(server.url() + target);
    mock.assert_called(2);
  });
}

TEST_P(MockServerTest, OneConnection_ServesManyRequests_AndClosesWhenAsked) {
  with_server([](MockServer& server) -> Async<> {
    const Mock mock = server.mock("GET", "/a").with_body("x").expect(2).create();
    const std::string keep = "GET /a HTTP/1.1\r\n\r\n";
    const std::string replies =
        co_await raw(server.address(), keep + "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(replies,
              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
    mock.verify();
  });
}

TEST_P(MockServerTest, Head_IsToldTheLengthAlone) {
  with_server([](MockServer& server) -> Async<> {
    const Mock mock = server.mock("HEAD", "/a").with_body("world").create();
    const std::string reply = co_await raw(server.address(), "HEAD /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(reply, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n");
    mock.verify();
  });
}

TEST_P(MockServerTest, WhatIsNoHttp_Gets400_AndIsTold) {
  with_server([](MockServer& server) -> Async<> {
    const std::string reply = co_await raw(server.address(), "how do you do?\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("400 Bad Request"));
    EXPECT_THAT(server.unmatched(), ElementsAre(HasSubstr("no HTTP: read an HTTP message: the first line")));
  });
}

// Question: one client has sent half a request, another one nothing at all. Who is kept waiting?
// Predict: the third one? The end of the server? Break in `serve_connection`.
TEST_P(MockServerTest, ClientsThatNeverFinish_HoldUpNobody) {
  std::optional<TcpStream> silent, half;
  with_server([&](MockServer& server) -> Async<> {
    auto first = co_await TcpStream::connect(server.address());
    silent = std::move(*first);
    auto second = co_await TcpStream::connect(server.address());
    half = std::move(*second);
    (void)co_await half->write_all("GET /a HTTP/1.1\r\nContent-Le");
    const Mock mock = server.mock("GET", "/a").create();
    const auto reply = co_await got(server.url() + "/a");
    EXPECT_EQ(reply.status, 200);
    mock.verify();
  });
}

TEST_P(MockServerTest, AtItsEnd_ConnectionsAreClosed_AndAMockIsStillThere) {
  std::optional<Mock> mock;
  std::optional<TcpStream> waits;
  const auto outcome = run_async(
      [&]() -> Async<> {
        auto server = GetParam() == Where::here ? std::make_unique<MockServer>(Handle::current())
                                                : std::make_unique<MockServer>();
        mock = server->mock("GET", "/a").expect(0).create();
        auto stream = co_await TcpStream::connect(server->address());
        waits = std::move(*stream);
        (void)co_await waits->write_all("GET /other HTTP/1.1\r\n\r\n");
        std::array<std::byte, 12> begun{};
        (void)co_await waits->read_exact(begun);
        server.reset();
        std::string rest;
        (void)co_await waits->read_to_string(rest);  // ends, because the server is gone
      },
      {.real_time = true});
  EXPECT_TRUE(outcome.is_finished()) << outcome.message();
  mock->verify();
}

// ---- one that is on its own thread, without any runtime here ----

TEST(MockServerEndTest, AServerThatNobodyAsked_Ends) {
  const Deadline deadline("a mock server does not end");
  const MockServer server;
  EXPECT_THAT(server.url(), ::testing::StartsWith("http://127.0.0.1:"));
}

TEST(MockServerEndTest, OnAPausedClock_AServersThreadTakesNoPart) {
  const Deadline deadline("a mock server stops the clock");
  PausedClock clock;
  const MockServer server;
  EXPECT_EQ(now(), Instant());
}

TEST(MockServerEndTest, AServer_MayOutliveItsRuntime) {
  std::optional<MockServer> server;
  {
    const Runtime runtime = Builder::new_current_thread().enable_all().build();
    server.emplace(runtime.handle());
  }
  EXPECT_THAT(server->unmatched(), IsEmpty());
}

TEST(MockServerFailureTest, Verify_FailsAtItsOwnLine_WithWhatCameInstead) {
  MockServer server;
  const Mock one = server.mock("GET", "/a").expect(3).create();
  const Mock other = server.mock("POST", "/b").match_query(Query::any_of({{"x", "1"}})).create();
  EXPECT_NONFATAL_FAILURE(
      one.verify(),
      "expected: 3 calls of GET /a\n  came:     no call\n"
      "  and:      no call of POST /b with any of x=1\n  nothing came that fits no mock\n");
  EXPECT_NONFATAL_FAILURE(one.assert_called(1), "expected: 1 call of GET /a\n");
  one.assert_called(0);
  ::testing::TestPartResultArray failures;
  int line = 0;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    line = __LINE__ + 1;
    one.verify();
  }
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.GetTestPartResult(0).line_number(), line);
}

TEST(MockServerFailureTest, AMockThatCannotBe_IsRefused) {
  MockServer server;
  EXPECT_THROW((void)server.mock("GET IT", "/"), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "a"), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "/a?x=1"), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "/").with_status(42), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "/").with_header("two words", "x"), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "/").with_header("content-length", "7"), std::invalid_argument);
  EXPECT_THROW((void)server.mock("GET", "/").with_status(204).with_body("x").create(), std::invalid_argument);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

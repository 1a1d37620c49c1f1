// s6_mock_server_test.cpp -- row 11.6: a client against a server that counts, and a scripted reply.
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "common/demo/println.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/testing/async_test.hpp"
#include "common/testing/mock_server.hpp"
#include "common/testing/scripted_stream.hpp"
#include "common/time/timeout.hpp"

#include "ch11_testing/s6_endpoint.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Return;

class MockConfiguration : public Configuration {
 public:
  explicit MockConfiguration(const MockServer& server) {
    EXPECT_CALL(*this, server_url()).WillRepeatedly(Return(server.url()));
  }
  MOCK_METHOD(std::string, server_url, (), (const, override));
};

MockBuilder the_books_mock(MockServer& server) {
  return server.mock("GET", "/my-endpoint")
      .match_query(Query::all_of({{"param1", "value1"}, {"param2", "value2"}}))
      .with_status(201)
      .with_body("world")
      .expect(5);
}

// The book's test: five tasks ask, a server on its own thread answers and counts.
TEST(EndpointTest, FiveTasks_AreFiveCalls_EachGets201AndWorld) {
  const Deadline deadline("the server does not answer");
  MockServer server;
  const Mock mock = the_books_mock(server).create();
  const MockConfiguration configuration(server);
  const Runtime runtime = Builder::new_current_thread().enable_io().enable_time().build();

  std::vector<JoinHandle<IoResult<http::Response>>> handles;
  for (int i = 0; i < 5; ++i) handles.push_back(runtime.spawn([&] { return ask_endpoint(configuration); }));
  for (auto& handle : handles) {
    const auto reply = runtime.block_on(handle).value();
    ASSERT_TRUE(reply.has_value()) << reply.error().message();
    EXPECT_EQ(reply->status, 201);
    EXPECT_EQ(reply->body, "world");
    demo::println(reply->status, " ", reply->body);
  }

  mock.verify();
}

// What the last line above says when a call is missing: it is caught here, and printed.
TEST(EndpointTest, AMissingCall_FailsWithWhatCameInstead) {
  const Deadline deadline("the server does not answer");
  MockServer server;
  const Mock mock = the_books_mock(server).create();
  const Runtime runtime = Builder::new_current_thread().enable_all().build();
  const std::string url = server.url() + "/my-endpoint?param1=value1";
  for (int i = 0; i < 4; ++i) (void)runtime.block_on(http::get(url + "&param2=value2"));
  (void)runtime.block_on(http::get(url));

  ::testing::TestPartResultArray failures;
  {
    const ::testing::ScopedFakeTestPartResultReporter caught(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    mock.verify();
  }
  ASSERT_EQ(failures.size(), 1);
  const std::string message = failures.GetTestPartResult(0).message();
  EXPECT_THAT(message, HasSubstr("came:     4 calls"));
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) {
    if (line != "Failed") demo::println(line);
  }
}

// Question: client and server are tasks of one runtime, and its clock is paused. Who waits for whom, and for
// how long?
// Predict: does the timeout of a second run out? Break in `Driver::wait_paused`.
ASYNC_TEST(EndpointTest, OnTheTestsOwnRuntime_NoTimePasses) {
  MockServer server(Handle::current());
  const Mock mock = the_books_mock(server).expect(1).create();
  const MockConfiguration configuration(server);
  const auto reply = co_await timeout(1s, ask_endpoint(configuration));
  CO_ASSERT_TRUE(reply.has_value()) << "timed out";
  CO_ASSERT_TRUE(reply->has_value());
  EXPECT_EQ((*reply)->status, 201);
  EXPECT_EQ(now(), Instant(0s));
  mock.verify();
}

TEST(EndpointTest, WhereNobodyListens_TheErrorSaysWhere) {
  const Deadline deadline("nobody refuses");
  const Runtime runtime = Builder::new_current_thread().enable_all().build();
  const auto reply = runtime.block_on(http::get("http://127.0.0.1:1/"));
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().message(), HasSubstr("connect to 127.0.0.1:1: Connection refused"));
}

// ---- where each byte matters: no server does these, and no socket is needed ----

Async<IoResult<http::Response>> ask(ScriptedStream& stream) {
  http::Request request;
  request.method = "GET";
  request.target = "/";
  const auto reply = co_await http::exchange(stream, std::move(request));
  co_return reply;
}

Script asked() {
  Script script;
  script.write("GET / HTTP/1.1\r\n\r\n");
  return script;
}

ASYNC_TEST(ScriptedReplyTest, ByteByByte_IsTheSameReply) {
  auto script = asked();
  for (const char each : std::string("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nworld")) {
    script.wait(1s).read(std::string(1, each));
  }
  auto stream = script.play();
  const auto reply = co_await ask(stream);
  CO_ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "world");
  demo::println(reply->body, ", after ", now().time_since_epoch() / 1s, " s");
}

ASYNC_TEST(ScriptedReplyTest, HalfAReply_IsAnError) {
  auto stream = asked().read("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nwor").play();
  const auto reply = co_await ask(stream);
  CO_ASSERT_FALSE(reply.has_value());
  demo::println(reply.error().message());
}

ASYNC_TEST(ScriptedReplyTest, AResetInTheMiddle_IsPassedOn) {
  auto stream = asked().read("HTTP/1.1 2").read_error(std::errc::connection_reset).play();
  const auto reply = co_await ask(stream);
  CO_ASSERT_FALSE(reply.has_value());
  EXPECT_TRUE(reply.error().is(std::errc::connection_reset));
  demo::println(reply.error().message());
}

ASYNC_TEST(ScriptedReplyTest, AServerThatIsSilent_IsLeftAfterTheTimeout) {
  auto stream = asked().wait(24h).read_error(std::errc::timed_out).play();
  const auto reply = co_await timeout(3s, ask(stream));
  EXPECT_FALSE(reply.has_value());
  EXPECT_EQ(now(), Instant(3s));
  // The script wants to be played to its end.
  std::string rest;
  const auto end = co_await stream.read_to_string(rest);
  EXPECT_FALSE(end.has_value());
}

}  // namespace
}  // namespace ch11

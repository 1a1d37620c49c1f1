// scripted_stream_test.cpp -- ScriptedStream: each step in its turn; what differs fails and says so.
#include "common/testing/scripted_stream.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/future/join.hpp"
#include "common/io/http/get.hpp"
#include "common/testing/async_test.hpp"
#include "common/testing/expect_poll.hpp"
#include "common/testing/stepped.hpp"
#include "common/time/timeout.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace {

using namespace std::chrono_literals;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ASYNC_TEST(ScriptedStreamTest, AMessageInParts_IsReadInParts) {
  auto stream = Script().read("abcd").read("ef").play();
  std::array<std::byte, 3> buffer{};
  std::vector<std::string> parts;
  for (;;) {
    const auto count = co_await stream.read(buffer);
    CO_ASSERT_TRUE(count.has_value());
    if (*count == 0) break;
    parts.push_back(text_of(std::span(buffer).first(*count)));
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"abc", "d", "ef"}));
  EXPECT_TRUE(stream.is_over());
}

ASYNC_TEST(ScriptedStreamTest, APartialWrite_TakesWhatTheStepHas) {
  auto stream = Script().write("ab").write("cd").play();
  const auto first = co_await stream.write("abcd");
  CO_ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first, 2u);
  const auto rest = co_await stream.write_all("cd");
  EXPECT_TRUE(rest.has_value());
}

ASYNC_TEST(ScriptedStreamTest, AStep_MayBeWrittenInSeveralWrites) {
  auto stream = Script().write("abcd").play();
  for (const std::string part : {"a", "bc", "d"}) {
    const auto count = co_await stream.write(part);
    EXPECT_EQ(count.value_or(0), part.size());
  }
}

ASYNC_TEST(ScriptedStreamTest, Errors_HaveTheirTurnToo) {
  auto stream =
      Script().read("a").read_error(std::errc::connection_reset).write_error(std::errc::broken_pipe).play();
  std::array<std::byte, 3> buffer{};
  const auto read = co_await stream.read_exact(buffer);
  CO_ASSERT_FALSE(read.has_value());
  EXPECT_TRUE(read.error().is(std::errc::connection_reset)) << read.error().message();
  const auto written = co_await stream.write("x");
  CO_ASSERT_FALSE(written.has_value());
  EXPECT_TRUE(written.error().is(std::errc::broken_pipe)) << written.error().message();
}

ASYNC_TEST(ScriptedStreamTest, AWait_GoesByTheClock_FromItsTurnOn) {
  auto stream = Script().wait(2s).read("a").wait(3s).wait(1s).write("b").play();
  co_await sleep(1s);
  std::string text;
  std::array<std::byte, 1> buffer{};
  const auto read = co_await stream.read(buffer);
  EXPECT_TRUE(read.has_value());
  EXPECT_EQ(now(), Instant(3s)) << "it began with the read";
  const auto written = co_await stream.write("b");
  EXPECT_TRUE(written.has_value());
  EXPECT_EQ(now(), Instant(7s));
}

ASYNC_TEST(ScriptedStreamTest, TheEnd_IsNoErrorForAReader_ButForReadExact) {
  auto stream = Script().read("ab").play();
  std::array<std::byte, 3> buffer{};
  const auto read = co_await stream.read_exact(buffer);
  CO_ASSERT_FALSE(read.has_value());
  EXPECT_TRUE(read.error().is(IoErrc::unexpected_end));
  const auto count = co_await stream.read(buffer);
  EXPECT_EQ(count.value_or(9), 0u);
  std::string text;
  const auto rest = co_await stream.read_to_string(text);
  EXPECT_EQ(rest.value_or(9), 0u);
}

// Question: a read stands before a write in the code, but behind it in the script. Who wakes it?
// Predict: how many polls does it need? Break in `ScriptState::write`.
TEST(ScriptedStreamTurnTest, ARead_WaitsUntilTheWriteBeforeItWasDone) {
  auto stream = Script().write("ping").read("pong").play();
  std::array<std::byte, 4> buffer{};
  Stepped reading(stream.read(buffer));
  EXPECT_PENDING(reading.poll());
  EXPECT_EQ(reading.kept_wakers(), 1u);
  Stepped half(stream.write("pi"));
  EXPECT_READY(half.poll());
  EXPECT_FALSE(reading.is_woken()) << "the step is not over";
  Stepped rest(stream.write_all("ng"));
  EXPECT_READY(rest.poll());
  EXPECT_TRUE(reading.is_woken());
  EXPECT_READY(reading.poll());
  EXPECT_EQ(text_of(buffer), "pong");
}

ASYNC_TEST(ScriptedStreamTest, ReaderAndWriter_InTwoTasks_OnTwoWorkers, .workers = 2) {
  auto stream = Script().write("a").read("1").wait(1s).write("b").read("2").play();
  auto writer = spawn([&]() -> Async<bool> {
    const auto a = co_await stream.write_all("a");
    const auto b = co_await stream.write_all("b");
    co_return a&& b;
  });
  std::string text;
  const auto count = co_await stream.read_to_string(text);
  const auto wrote = co_await writer;
  EXPECT_EQ(count.value_or(0), 2u);
  EXPECT_EQ(text, "12");
  EXPECT_TRUE(wrote.value());
}

ASYNC_TEST(ScriptedStreamTest, ACancelledRead_HasTakenNothing) {
  auto stream = Script().wait(10s).read("a").play();
  std::array<std::byte, 1> buffer{};
  const auto in_time = co_await timeout(1s, stream.read(buffer));
  EXPECT_FALSE(in_time.has_value());
  const auto count = co_await stream.read(buffer);
  EXPECT_EQ(count.value_or(0), 1u);
  EXPECT_EQ(now(), Instant(10s));
}

// The reply comes in the most unlucky parts.
ASYNC_TEST(ScriptedStreamTest, OurHttpClient_PlaysAgainstIt) {
  const auto url = http::Url::parse("http://host/x");
  const http::Request request = http::Request::get(*url);
  Script script;
  script.write(request.to_text());
  for (const char c : std::string("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"))
    script.read(std::string(1, c));
  auto stream = script.play();
  const auto reply = co_await http::exchange(stream, request);
  CO_ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "yes");
}

// ---- what fails ----

TEST(ScriptedStreamFailureTest, OtherBytes_FailWithBoth_AndOnce) {
  EXPECT_NONFATAL_FAILURE(
      {
        auto stream = Script().read("x").write("GET /a").play();
        std::vector<std::byte> buffer(1);
        (void)Stepped(stream.read(buffer)).poll();
        for (int i = 0; i < 2; ++i)
          EXPECT_FALSE(Stepped(stream.write_all("PUT /a")).poll().value().has_value());
      },
      "a scripted stream: other bytes were written than the script has\n"
      "  expected: step 2 of 2: write(\"GET /a\")\n"
      "  came:     a write of \"PUT /a\"");
}

TEST(ScriptedStreamFailureTest, AWriteBehindTheEnd_Fails) {
  EXPECT_NONFATAL_FAILURE(
      {
        auto stream = Script().write("a").play();
        (void)Stepped(stream.write_all("ab")).poll();
      },
      "the script is over\n  expected: nothing: all 1 steps were played\n  came:     a write of \"b\"");
}

TEST(ScriptedStreamFailureTest, AnUnfinishedScript_FailsWithItsNextStep) {
  EXPECT_NONFATAL_FAILURE((void)Script().read("hello").wait(1s).play(),
                          "the script is not over\n  expected: step 1 of 2: read(\"hello\")\n"
                          "  came:     the stream was destroyed");
  EXPECT_NONFATAL_FAILURE((void)Script().wait(1500ms).play(), "step 1 of 1: wait of 1500 ms");
  EXPECT_NONFATAL_FAILURE((void)Script().read_error(std::errc::timed_out).play(),
                          "read_error: Connection timed out");
}

TEST(ScriptedStreamFailureTest, AFailure_IsReportedWhereTheScriptIsPlayed) {
  ::testing::TestPartResultArray failures;
  int line = 0;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    line = __LINE__ + 1;
    (void)Script().read("a").play();
  }
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.GetTestPartResult(0).line_number(), line);
}

TEST(ScriptedStreamFailureTest, AStepOfNothing_IsRefused) {
  EXPECT_THROW((void)Script().read(""), std::invalid_argument);
  EXPECT_THROW((void)Script().write(""), std::invalid_argument);
  EXPECT_THROW((void)Script().wait(0s), std::invalid_argument);
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR

// s8_delayed_fetch_test.cpp -- the longer one counts, the shorter prints first; what is no such JSON.
#include "ch01_processes_threads/s8_delayed_fetch.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/captured_lines.hpp"
#include "common/future/join.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"
#include "common/time/system_clock.hpp"

#include "ch01_processes_threads/s2_delay_server.hpp"

namespace ch01 {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

Async<std::size_t> lines_after(Duration delay, const demo::CapturedLines& printed) {
  co_await sleep(delay);
  co_return printed.lines().size();
}

// Read this one first.
// Question: five seconds and one second, joined. When is it over, and what has been printed when the five
// are over?
// Predict: how often does the clock jump? Break in `calculate_last_login`.
TEST(DelayedFetchTest, Total_IsTheLongerOne_AndTheLoginIsPrintedFirst) {
  const demo::CapturedLines printed;
  const PausedClock clock;
  const auto root = [&]() -> Async<std::size_t> {
    const auto both = co_await join(lines_after(5s, printed), calculate_last_login());
    co_return std::get<0>(both);
  };
  EXPECT_EQ(run_async_main(root, RuntimeFlavor::current_thread), 1u);
  EXPECT_EQ(now(), Instant(5s));
  EXPECT_EQ(printed.lines(), Lines{"Logged in 2 days ago"});
}

TEST(DelayedFetchTest, Fetch_IsJoinedWithTheLogin_OverASocketToo) {
  const Deadline deadline("the reply never came");
  const demo::CapturedLines printed;
  SystemClock clock(50);
  const CurrentClock current(clock);
  const auto root = [&]() -> Async<> {
    const DelayServer server;
    const std::string url = server.url("/delay/5");
    const Instant start = now();
    const auto [posts, login] = co_await join(fetch_data(url), calculate_last_login());
    EXPECT_GE(now() - start, 5s);
    EXPECT_EQ(posts.value().url, url);
    EXPECT_EQ(posts.value().args, "{}");
  };
  run_async_main(root, RuntimeFlavor::current_thread);
  EXPECT_EQ(printed.lines(), Lines{"Logged in 2 days ago"});
}

TEST(DelayedFetchTest, ReplyThatIsNoSuchJson_IsAnErrorInWords) {
  const Deadline deadline("the reply never came");
  const auto root = []() -> Async<> {
    const DelayServer server(Duration::zero());
    const auto post = co_await fetch_data(server.url("/posts/1"));
    EXPECT_NE(post.error().find("url is missing"), std::string::npos) << post.error();
    const auto missing = co_await fetch_data(server.url("/nothing"));
    EXPECT_NE(missing.error().find("Status: 404"), std::string::npos);
  };
  run_async_main(root, RuntimeFlavor::current_thread);
}

TEST(ResponseTest, MembersAreFound_WhateverStandsBesideThem) {
  const auto response = parse_response(
      " {\"origin\" : [1, -2.5e3, {\"url\": \"no\"}, [], {}, true ,false,null, \"a\\\"]\\u00e4\"], "
      "\"\\uD83d\": 1,\n"
      "\"args\":{\"a\": [\"b\"]} , \"url\":\"http:\\/\\/h\\\\x\\t\"} \r\n");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->url, "http://h\\x\t");
  EXPECT_EQ(response->args, "{\"a\": [\"b\"]}");
  EXPECT_EQ(to_text(*parse_response("{\"args\": {}, \"url\": \"u\"}")), "Response { url: \"u\", args: {} }");
}

TEST(ResponseTest, AnyPrefix_IsRefused) {
  const std::string whole = "{\"a\": [1, {\"b\": null}], \"args\": {}, \"url\": \"x\\n\"}";
  EXPECT_TRUE(parse_response(whole));
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_FALSE(parse_response(whole.substr(0, i))) << i;
}

TEST(ResponseTest, WhatIsWrong_IsTold) {
  const auto error = [](const std::string& json) { return parse_response(json).error(); };
  EXPECT_NE(error("").find("begins with { (at byte 0)"), std::string::npos) << error("");
  EXPECT_NE(error("{}").find("url is missing"), std::string::npos);
  EXPECT_NE(error("{\"url\": \"x\"}").find("args is missing"), std::string::npos);
  EXPECT_NE(error("{\"url\": 5}").find("url must be a string without \\u"), std::string::npos);
  EXPECT_NE(error("{\"url\": \"x\", \"args\": {}} x").find("more than one"), std::string::npos);
  for (const char* wrong : {"{\"args\": }", "{\"args\": x}", "{\"args\": {]}", "{\"args\": [1,]}",
                            "{\"args\": {},}", "{args: {}}", "{\"args\" {}}", "[1]", "{\"u\\x\": 1}",
                            "{\"u\\u12\": 1}", "{\"u\\u123g\": 1}", "{\"url\": \"\\u0041\"}"}) {
    EXPECT_FALSE(parse_response(wrong)) << wrong;
  }
  const std::string deep = "{\"args\": " + std::string(100'000, '[');
  EXPECT_FALSE(parse_response(deep)) << "and the stack is not used up";
}

}  // namespace
}  // namespace ch01

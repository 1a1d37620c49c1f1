// s2_delay_server_test.cpp -- what the demos' server answers, and whom it makes wait.
#include "ch01_processes_threads/s2_delay_server.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/io/http.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch01 {
namespace {

using namespace std::chrono_literals;

// Waits for nothing; remembers for how long it should have waited.
struct Delays {
  std::vector<Duration> asked;

  DelayServer::Hold hold() {
    return [this](Duration delay) -> Async<> {
      asked.push_back(delay);
      co_return;
    };
  }
};

// "200 OK: body" or what was wrong.
Async<std::string> answer(std::string url) {
  const auto reply = co_await http::get(url);
  if (!reply) co_return reply.error().message();
  co_return std::to_string(reply->status) + " " + reply->reason + ": " + reply->body;
}

std::string answer_to(const std::string& target, Delays& delays) {
  const Deadline deadline("the delay server does not answer");
  const auto root = [&]() -> Async<std::string> {
    const DelayServer server(140ms, delays.hold());
    co_return co_await answer(server.url(target));
  };
  return run_async_main(root, RuntimeFlavor::current_thread);
}

TEST(DelayServerTest, Post_ComesAfterTheServersOwnDelay) {
  Delays delays;
  EXPECT_EQ(answer_to("/posts/1", delays), "200 OK: {\"id\": 1, \"title\": \"waiting is no work\"}");
  EXPECT_EQ(delays.asked, std::vector<Duration>{140ms});
}

TEST(DelayServerTest, Delay_IsTheOneThatWasAskedFor) {
  Delays delays;
  const auto reply = answer_to("/delay/5", delays);
  EXPECT_TRUE(reply.starts_with("200 OK: {\"args\": {}, \"url\": \"http://127.0.0.1:")) << reply;
  EXPECT_TRUE(reply.ends_with("/delay/5\"}")) << reply;
  EXPECT_EQ(delays.asked, std::vector<Duration>{5s});
}

TEST(DelayServerTest, AnythingElse_IsRefusedAtOnce) {
  Delays delays;
  for (const char* target : {"/", "/posts/2", "/delay/", "/delay/x", "/delay/-1", "/delay/3601", "/delay/5s",
                             "/delay/99999999999"}) {
    EXPECT_TRUE(answer_to(target, delays).starts_with("404 Not Found: there are ")) << target;
  }
  EXPECT_TRUE(delays.asked.empty());
}

// Writes the text, and reads to the end.
Async<std::string> said_to(std::string text) {
  const DelayServer server;
  auto stream = co_await TcpStream::connect(SocketAddress::loopback(server.port()));
  (void)co_await stream->write_all(text);
  (void)stream->shutdown();
  std::string all;
  const auto read = co_await stream->read_to_string(all);
  EXPECT_TRUE(read);
  co_return all.substr(0, all.find('\r'));
}

TEST(DelayServerTest, WhatIsNoGet_IsToldSo) {
  const Deadline deadline("the delay server does not answer");
  const auto reply = [](const char* text) {
    return run_async_main(said_to(text), RuntimeFlavor::current_thread);
  };
  EXPECT_EQ(reply("POST /posts/1 HTTP/1.1\r\n\r\n"), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(reply("nonsense\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(reply("GET /posts/1 HT"), "HTTP/1.1 400 Bad Request") << "cut in the middle";
  EXPECT_EQ(reply(""), "") << "closed without a word";
}

TEST(DelayServerTest, ItsEnd_ClosesItsPort) {
  const Deadline deadline("connecting to nobody never ended");
  const auto root = []() -> Async<std::string> {
    std::string url;
    {
      const DelayServer server;
      url = server.url("/posts/1");
    }
    co_return co_await answer(url);
  };
  const auto error = run_async_main(root, RuntimeFlavor::current_thread);
  EXPECT_TRUE(error.ends_with("Connection refused") || error.ends_with("Connection reset by peer")) << error;
}

}  // namespace
}  // namespace ch01

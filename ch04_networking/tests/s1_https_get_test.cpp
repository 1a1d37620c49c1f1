// s1_https_get_test.cpp -- a GET through Beast: replies of every kind, and what it costs.
#include "ch04_networking/s1_https_get.hpp"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "common/executor/blocking_pool.hpp"

#include "ch04_networking/https/census.hpp"
#include "ch04_networking/tests/connected.hpp"
#include "ch04_networking/tests/https_one_page_site.hpp"
#include "ch04_networking/tests/https_tls_pair.hpp"

namespace ch04 {
namespace {

// Question: Beast knows nothing of our executor, our sockets, our TLS. Which three things of ours does it
// call?
// Predict: the executor for handlers, the stream for bytes, and the token for what to return. Break in
// `AsioFuture::poll`, `AsioStream::poll_read` and `async_result::initiate`.
TEST(HttpsGetTest, StatusHeadersAndBody_ComeOverBothSchemes) {
  OnePageSite site(page("X-One: 1\r\nContent-Length: 5\r\n\r\nHello"));
  for (const bool tls : {false, true}) {
    const auto reply = site.get(tls);
    ASSERT_TRUE(reply) << reply.error().message();
    EXPECT_EQ(reply->status, 200u);
    EXPECT_EQ(reply->reason, "OK");
    EXPECT_EQ(reply->body, "Hello");
    EXPECT_EQ(reply->headers.front(), (std::pair<std::string, std::string>("X-One", "1")));
  }
}

TEST(HttpsGetTest, ChunkedBody_IsPutTogether) {
  OnePageSite site(
      page("Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n6\r\n there\r\n0\r\n\r\n", Ending::never));
  EXPECT_EQ(site.get(false).value().body, "Hello there");
  EXPECT_EQ(site.get(true).value().body, "Hello there");
}

TEST(HttpsGetTest, BodyWithoutALength_EndsWithTheStream) {
  OnePageSite site(page("\r\nHello"));
  EXPECT_EQ(site.get(false).value().body, "Hello");
  EXPECT_EQ(site.get(true).value().body, "Hello");
}

TEST(HttpsGetTest, LargeBody_ComesInManyReads) {
  const std::string large(3'000'000, 'x');
  OnePageSite site{ScriptedReply(ok_reply(large))};
  EXPECT_TRUE(site.get(false).value().body == large);
  EXPECT_TRUE(site.get(true).value().body == large);
}

TEST(HttpsGetTest, OtherStatus_IsAReplyToo) {
  OnePageSite site(ScriptedReply("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(site.get(true).value().status, 404u);
}

// Question: a server says "100 Continue", then "103 Early Hints", then 200. Which of the three is the reply?
// Predict. Break in `exchange`.
TEST(HttpsGetTest, WhatComesBeforeTheReply_IsPassedOver) {
  OnePageSite site(ScriptedReply(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok_reply("Hello")));
  for (const bool tls : {false, true}) {
    const auto reply = site.get(tls);
    ASSERT_TRUE(reply) << reply.error().message();
    EXPECT_EQ(reply->status, 200u);
    EXPECT_EQ(reply->body, "Hello");
    EXPECT_EQ(reply->headers.front().first, "Content-Type") << "and none of the others'";
  }
}

// Reads the request, replies, and says how the client has ended.
Async<IoResult<std::size_t>> serve_and_see_the_end(TcpListener listener) {
  auto accepted = co_await listener.accept();
  if (!accepted) co_return std::unexpected(accepted.error());
  auto stream = co_await TlsStream::accept(std::move(accepted->first), test_server());
  if (!stream) co_return std::unexpected(stream.error());
  CustomStream client(std::move(*stream));
  std::array<std::byte, 1000> buffer;
  (void)co_await client.read(buffer);
  std::string reply = ok_reply("Hello");
  (void)co_await client.write_all(std::move(reply));
  for (;;) {
    const auto count = co_await client.read(buffer);
    if (!count || *count == 0) co_return count;
  }
}

TEST(HttpsGetTest, ConnectionEnds_WithTheClientsCloseNotify) {
  const Deadline deadline("the client never ended");
  Executor executor = Runtime().with_low_num(2).with_high_num(1).run();
  auto listener = TcpListener::bind(SocketAddress::loopback(0)).value();
  const std::string uri = "https://127.0.0.1:" + std::to_string(listener.local_address()->port()) + "/";
  auto serving = executor.spawn_task(serve_and_see_the_end(std::move(listener)));
  const CustomConnector connector(test_client());
  const auto reply = block_on(executor.spawn_task(https_get(uri, connector)));
  EXPECT_TRUE(reply) << reply.error().message();
  const auto end = block_on(serving);
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_EQ(*end, 0u);
}

TEST(HttpsGetTest, SixtyAtOnce_AreAllRight) {
  const Deadline deadline("one of sixty replies never came");
  Executor executor = Runtime().with_low_num(2).with_high_num(1).run();
  const Site site(executor, Script{{"/", page("Content-Length: 5\r\n\r\nHello")}});
  std::vector<Task<IoResult<HttpReply>>> all;
  for (int i = 0; i < 60; ++i)
    all.push_back(
        executor.spawn_task(https_get(i % 2 == 0 ? site.https("/") : site.http("/"), site.connector())));
  int right = 0;
  for (auto& task : all) right += block_on(task).value().body == "Hello" ? 1 : 0;
  EXPECT_EQ(right, 60);
}

// Question: which threads and loops has Asio in this process, while Beast waits for a reply?
// Predict: none. Count them with `ls /proc/PID/task /proc/PID/fd`. Break in `Census::now`.
TEST(HttpsGetTest, NotOneThreadOrLoop_IsAsios) {
  const Deadline deadline("the reply never came");
  std::optional<Census> while_waiting;
  Executor executor = Runtime().with_low_num(2).with_high_num(1).run();
  const Site site(executor, Script{{"/", ScriptedReply([&] {
                                      while_waiting = Census::now();
                                      return ok_reply("counted");
                                    })}});
  // What our own runtime needs is there: the reactor with its thread, and the clock's for the time limit.
  ASSERT_TRUE(block_on(executor.spawn_task(https_get(site.http("/", "127.0.0.1"), site.connector()))));
  const Census before = Census::now();
  EXPECT_EQ(before.epolls, 1u);
  EXPECT_EQ(before.eventfds, 1u);
  for (const std::string& uri : {site.http("/", "127.0.0.1"), site.https("/", "127.0.0.1")}) {
    while_waiting.reset();
    ASSERT_TRUE(block_on(executor.spawn_task(https_get(uri, site.connector()))));
    EXPECT_LE(while_waiting->threads, before.threads) << uri;
    EXPECT_EQ(while_waiting->epolls, 1u) << uri;
    EXPECT_EQ(while_waiting->eventfds, 1u) << uri;
    EXPECT_EQ(while_waiting->timerfds, 0u) << uri;
    EXPECT_EQ(while_waiting->others, before.others) << uri;
  }
}

// Question: getaddrinfo blocks. Whose thread?
// Predict: one of the blocking pool's; for what is an address already, nobody's. Break in `ask_system`.
TEST(HttpsGetTest, NameLookup_RunsOnTheBlockingPool) {
  BlockingPool pool(BlockingPool::Options{});
  const BlockingPool::Current mine(&pool);
  const CustomConnector connector(test_client());
  const tests::NobodyListens nobody;
  const Uri address = Uri::parse(nobody.uri("127.0.0.1")).value();
  EXPECT_FALSE(block_on(connector.connect(address)));
  EXPECT_EQ(pool.threads(), 0u);
  const Uri name = Uri::parse("http://no..such..host/").value();
  EXPECT_FALSE(block_on(connector.connect(name)));
  EXPECT_EQ(pool.threads(), 1u);
}

}  // namespace
}  // namespace ch04

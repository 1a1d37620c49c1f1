// s6_http_server_test.cpp -- HttpServer: order, deadlines, ends of connections, and no descriptors left.
#include "ch04_networking/s6_http_server.hpp"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>

#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/executor.hpp"
#include "ch04_networking/tests/connected.hpp"
#include "ch04_networking/tests/http_exchange.hpp"

namespace ch04::tests {
namespace {

using namespace std::chrono_literals;

class HttpServerTest : public ::testing::Test {
 protected:
  // Must come first in a test.
  void serve(HttpServer::Limits limits = HttpServer::Limits()) {
    server.emplace(HttpServer::Settings{
        .spawn = [this](Async<> connection) { executor->spawn_task(std::move(connection)).detach(); },
        .limits = limits});
    executor.emplace(PriorityExecutor::Threads{.high = 1, .low = 2});
    serving.emplace(
        executor->spawn_task(server->serve(Socket::add(driver, std::move(listening.listener)).value())));
  }
  std::string ask(std::string bytes) {
    return block_on(exchange(driver, listening.address, std::move(bytes)));
  }

  const Deadline deadline{"an answer of the HTTP server never came"};
  Listening listening;
  Driver driver;
  std::optional<HttpServer> server;
  std::optional<Executor> executor;
  std::optional<Task<IoResult<void>>> serving;
};

TEST_F(HttpServerTest, Get_IsAnsweredAsCurlExpectsIt) {
  serve();
  EXPECT_EQ(ask(get("/", kClose)),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 21\r\n"
            "Connection: close\r\n\r\nHello from chapter 4\n");
}

TEST_F(HttpServerTest, Head_HasTheSameHeadAndNoBody) {
  serve();
  EXPECT_EQ(ask("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 21\r\n"
            "Connection: close\r\n\r\n");
}

TEST_F(HttpServerTest, UnknownTargetAndMethod_AreToldApart) {
  serve();
  EXPECT_TRUE(ask(get("/x", kClose)).starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(ask("PUT / HTTP/1.1\r\nHost: a\r\n\r\n")
                  .starts_with("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n"));
  EXPECT_TRUE(ask("GET / HTTP/3.0\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 505 "));
}

TEST_F(HttpServerTest, OneConnection_ServesMany_AndAVersion10OnlyOne) {
  serve();
  EXPECT_EQ(bodies(ask(get("/echo/one") + get("/nowhere") + get("/echo/two", kClose) + get("/echo/three"))),
            "one there is nothing at /nowhere two");
  EXPECT_EQ(bodies(ask("GET /echo/one HTTP/1.0\r\n\r\nGET /echo/two HTTP/1.0\r\n\r\n")), "one");
  EXPECT_EQ(server->connections(), 2u);
}

// Question: ten thousand requests come before one answer is read. In which order do the answers come?
// Predict how many writes that are. Break in `HttpServer::answer`.
TEST_F(HttpServerTest, RequestsThatWereSentAhead_AreAnsweredInTheirOrder) {
  serve();
  std::string requests, expected;
  for (int i = 0; i < 10'000; ++i) {
    const bool is_last = i == 9'999;
    requests += get("/echo/" + std::to_string(i), is_last ? kClose : "");
    expected += (i == 0 ? "" : " ") + std::to_string(i);
  }
  // Somebody has to read meanwhile, or both sides wait for room.
  base::Thread client([&] {
    const base::Descriptor socket = start_connecting(listening.address).value();
    os::Poll poll;
    os::Events events(1);
    ASSERT_TRUE(
        poll.register_fd(socket.get(), os::Token(1), os::Interest::readable() | os::Interest::writable()));
    std::string answers;
    std::string_view rest = requests;
    for (bool ended = false; !ended;) {
      poll.poll(events, std::nullopt);
      if (!try_finish_connecting(socket.get())->has_value()) continue;
      for (bool goes_on = true; goes_on && !rest.empty();) {
        const auto sent = try_write(socket.get(), rest).value();
        goes_on = sent.has_value();
        rest.remove_prefix(sent.value_or(0));
      }
      std::array<char, 4096> buffer;
      for (;;) {
        const auto count = try_read(socket.get(), buffer).value();
        ended = count == 0u;
        if (!count || ended) break;
        answers.append(buffer.data(), *count);
      }
    }
    EXPECT_TRUE(bodies(answers) == expected);
  });
  client.join();
  EXPECT_EQ(server->requests(), 10'000u);
}

// Short requests with long answers: what does not fit into one write is not left until more requests come.
TEST_F(HttpServerTest, MoreAnswersThanOneWriteHolds_AllCome) {
  serve();
  std::string requests;
  for (int i = 0; i < 640; ++i) requests += "GET / HTTP/1.1\r\nHost:\r\n\r\n";
  const std::string answers = ask(requests + get("/echo/last", kClose));
  EXPECT_GT(answers.size(), 64u * 1024);
  EXPECT_TRUE(answers.ends_with("last\n"));
  EXPECT_EQ(server->requests(), 641u);
}

TEST_F(HttpServerTest, BadRequest_IsAnswered_ThoughMoreComesBehindIt) {
  serve({.farewell = 1h});
  // More than the server reads at once: if it closed there and then, the reset would eat the answer.
  const std::string answer = ask("nonsense\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("the first line is not METHOD TARGET VERSION\n")) << answer;
}

TEST_F(HttpServerTest, GoodRequestsBeforeABadOne_AreAnswered) {
  serve();
  EXPECT_EQ(bodies(ask(get("/echo/one") + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")),
            "one only GET and HEAD are known here");
}

TEST_F(HttpServerTest, HeadThatIsTooLong_Is431) {
  serve();
  EXPECT_TRUE(ask("GET / HTTP/1.1\r\nCookie: " + std::string(20'000, 'c')).starts_with("HTTP/1.1 431 "));
}

// Question: a peer sends half a request and waits. Who ends this, and what is the peer told?
// Predict. Break in `HttpServer::serve_connection`, behind `receive`.
TEST_F(HttpServerTest, RequestThatIsNotFinished_Is408) {
  serve({.request = 1ms, .idle = 1h});
  const std::string answer = ask("GET / HTTP/1.1\r\nHo");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n")) << answer;
}

// Byte after byte, each in time: it is the request that has a limit, not the silence in it. (Slowly: if each
// byte gave it more time, the bytes would get to 8 KiB before it is over, and the answer would be 431. That takes
// 16 seconds: so long the server may stand still while the client does not.)
TEST_F(HttpServerTest, RequestThatDribbles_Is408) {
  serve({.request = 50ms, .idle = 1h});
  const base::Descriptor socket = connect_to(listening.address);
  std::string answer;
  while (answer.empty()) {
    (void)try_write(socket.get(), "G");
    answer = read_now(socket.get());
    base::sleep_thread_until(std::chrono::steady_clock::now() + 2ms);
  }
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
}

TEST_F(HttpServerTest, PeerThatSaysNothing_IsLeft_WithoutAWord) {
  serve({.request = 1h, .idle = 1ms});
  EXPECT_EQ(ask(""), "");
}

// Question: an empty line before a request is passed over. How long can a peer live on empty lines?
// Predict. Break in `HttpServer::serve_connection`, where the deadline is chosen.
TEST_F(HttpServerTest, EmptyLines_ProlongNothing) {
  serve({.request = 200ms, .idle = 200ms, .farewell = 1ms});  // longer than a busy machine stops the writer
  const base::Descriptor socket = start_connecting(listening.address).value();
  for (std::size_t i = 0; server->connections() < 1 || driver.sockets() != 1; ++i) {  // until it is left
    (void)try_write(socket.get(), i % 2 == 0 ? "\r" : "\n");
    base::sleep_thread_until(std::chrono::steady_clock::now() + 100us);
  }
}

// Question: a request comes in two parts, is answered, and then nothing more comes. Which limit counts now?
// Predict; and in which line is it chosen? Break in `HttpServer::serve_connection`.
TEST_F(HttpServerTest, SilenceAfterAnAnswer_HasTheIdleLimit_NotThatOfTheRequest) {
  const base::Descriptor socket = connect_to(listening.address);
  ASSERT_TRUE(try_write(socket.get(), "GET /echo/slow HTTP/1.1\r\n"));
  wait_until_arrived(socket.get());
  serve({.request = 1h, .idle = 1ms});
  // The first part is read when the connection's task waits, as all others do.
  while (server->connections() < 1 || executor->idle_threads() < 3) base::yield_thread();
  ASSERT_TRUE(try_write(socket.get(), "Host: a\r\n\r\n"));
  while (driver.sockets() != 1) base::yield_thread();  // the server has left; only the listener is there
  wait_for(socket.get(), POLLRDHUP);
  EXPECT_EQ(bodies(read_now(socket.get())), "slow");
}

TEST_F(HttpServerTest, PeerThatDoesNotRead_IsLeft) {
  serve({.request = 1h, .idle = 1h, .answer = 20ms});
  const base::Descriptor socket = start_connecting(listening.address).value();
  const std::string requests = [] {
    std::string many;
    for (int i = 0; i < 100; ++i) many += get("/echo/" + std::string(4'000, 'e'));
    return many;
  }();
  for (;;) {  // until the server is gone
    const auto sent = try_write(socket.get(), requests);
    if (!sent) break;
    base::yield_thread();
  }
  while (driver.sockets() != 1) base::yield_thread();  // the listener's
}

TEST_F(HttpServerTest, PeerThatIsReset_ConcernsNobodyElse) {
  serve();
  base::Descriptor bad = start_connecting(listening.address).value();
  (void)try_write(bad.get(), "GET /ec");
  while (server->connections() < 1) base::yield_thread();
  reset(std::move(bad));
  EXPECT_EQ(bodies(ask(get("/echo/fine", kClose))), "fine");
  while (driver.sockets() != 1) base::yield_thread();
}

// Question: there are no descriptors left, and somebody connects. Is he turned away?
// Predict what he sees. Break in `HttpServer::serve`.
TEST_F(HttpServerTest, NoDescriptors_ConnectionsWaitUntilThereAreSome) {
  serve({.backs_off = 1ms});
  const base::Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  {
    const NoDescriptors none;
    ASSERT_EQ(::connect(client.get(), listening.address.data(), listening.address.size()), 0);
    while (server->backed_off() < 2) base::yield_thread();
    EXPECT_EQ(server->connections(), 0u);
  }
  const std::string request = get("/echo/patient", kClose);
  ASSERT_EQ(::send(client.get(), request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::array<char, 4096> buffer;
  std::string answer;
  for (ssize_t count = 1; count > 0;) {
    count = ::recv(client.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  EXPECT_EQ(bodies(answer), "patient");
}

TEST_F(HttpServerTest, AcceptLoopThatIsDropped_LeavesItsConnections) {
  serve();
  auto socket = block_on(Socket::connect(driver, listening.address)).value();
  while (server->connections() < 1) base::yield_thread();
  serving.reset();
  while (driver.sockets() != 2) base::yield_thread();  // both ends of the connection, and no listener
  const std::string request = get("/echo/still", kClose);
  ASSERT_TRUE(block_on(socket.write_all(request)));
  std::array<char, 4096> buffer;
  const auto count = block_on(socket.read(buffer));
  ASSERT_TRUE(count);
  EXPECT_EQ(bodies(std::string(buffer.data(), *count)), "still");
  EXPECT_TRUE(block_on(Socket::connect(driver, listening.address)).error().is(std::errc::connection_refused));
}

TEST_F(HttpServerTest, ExecutorThatEnds_EndsTheConnections) {
  serve();
  auto socket = block_on(Socket::connect(driver, listening.address)).value();
  while (server->connections() < 1) base::yield_thread();
  serving.reset();
  executor.reset();
  EXPECT_EQ(driver.sockets(), 1u) << "ours";
  std::array<char, 16> buffer;
  EXPECT_EQ(block_on(socket.read(buffer)).value_or(0), 0u);
}

}  // namespace
}  // namespace ch04::tests

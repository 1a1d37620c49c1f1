// s6_http_load_test.cpp -- http_load: every request answered; and what is said of a bad server.
#include "ch04_networking/s6_http_load.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s6_http_server.hpp"
#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

HttpServer::Settings on_this_runtime() {
  return {.spawn = [](Async<> connection) { spawn(std::move(connection)).detach(); }};
}

// Row 4.6 under load, in small: --connections 1000 is the demo's.
TEST(HttpLoadTest, RequestsAheadOrNot_AreAllAnswered_OnEitherRuntime) {
  const Deadline deadline("an answer never came");
  for (const bool has_threads : {true, false}) {
    for (const std::size_t ahead : {1u, 7u, 50u}) {
      Listening listening;
      Driver driver;
      HttpServer server(on_this_runtime());
      const async::Runtime runtime = has_threads
                                         ? Builder::new_multi_thread().worker_threads(2).enable_time().build()
                                         : Builder::new_current_thread().enable_time().build();
      const auto serving =
          runtime.spawn(server.serve(Socket::add(driver, std::move(listening.listener)).value()));
      const LoadResult result = runtime.block_on(
          http_load(driver, listening.address, {.connections = 40, .requests = 50, .ahead = ahead}));
      EXPECT_EQ(result.first_failure, "");
      EXPECT_EQ(result.answered, 2'000u);
      EXPECT_EQ(result.failed, 0u);
      EXPECT_EQ(server.requests(), 2'000u);
      EXPECT_EQ(server.connections(), 40u);
    }
  }
}

// Reads a little and says always the same, then ends.
Async<> answer_once(Driver& driver, base::Descriptor listener, std::string answer) {
  auto listening = Socket::add(driver, std::move(listener));
  for (;;) {
    auto accepted = co_await listening->accept();
    auto socket = Socket::add(driver, *std::move(accepted));
    std::array<char, 4096> buffer;
    (void)co_await socket->read(buffer);
    (void)co_await socket->write_all(answer);
  }
}

LoadResult load_of_a_server_that_says(const std::string& answer) {
  Listening listening;
  Driver driver;
  const async::Runtime runtime = Builder::new_current_thread().enable_time().build();
  const auto serving = runtime.spawn(answer_once(driver, std::move(listening.listener), answer));
  return runtime.block_on(
      http_load(driver, listening.address, {.connections = 1, .requests = 3, .ahead = 1}));
}

TEST(HttpLoadTest, WrongAnswerAndEarlyEnd_AreFailures) {
  const Deadline deadline("a bad answer was not told");
  const auto right_once = load_of_a_server_that_says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n0-0\n");
  EXPECT_EQ(right_once.answered, 1u);
  EXPECT_EQ(right_once.failed, 2u);
  EXPECT_NE(right_once.first_failure, "");
  const auto wrong = load_of_a_server_that_says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n0-1\n");
  EXPECT_EQ(wrong.first_failure, "another answer than the one to request 0-0");
  EXPECT_EQ(wrong.failed, 3u);
  const auto refused = load_of_a_server_that_says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(refused.failed, 3u);
  const auto cut = load_of_a_server_that_says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n0-");
  EXPECT_EQ(cut.first_failure, "the server ended the connection");
}

// Question: the load is dropped while its connections wait for answers. Who ends their tasks?
// Predict. Break in `~JoinSet`.
TEST(HttpLoadTest, LoadThatIsDropped_EndsItsConnections) {
  const Deadline deadline("a connection outlived its load");
  const Listening silent;  // the system connects to it, and nobody answers
  Driver driver;
  const async::Runtime runtime = Builder::new_multi_thread().worker_threads(1).build();
  const Load three{.connections = 3, .requests = 1, .ahead = 1};
  auto loading = runtime.spawn(http_load(driver, silent.address, three));
  while (driver.sockets() != 3) base::yield_thread();
  loading.abort();
  while (driver.sockets() != 0) base::yield_thread();
}

TEST(HttpLoadTest, NobodyListens_EveryRequestFails) {
  const Deadline deadline("a refused connection held the others up");
  const NobodyListens nobody;
  Driver driver;
  const async::Runtime runtime = Builder::new_current_thread().build();
  const LoadResult result =
      runtime.block_on(http_load(driver, nobody.address, {.connections = 3, .requests = 5, .ahead = 1}));
  EXPECT_EQ(result.failed, 15u);
  EXPECT_NE(result.first_failure.find("Connection refused"), std::string::npos) << result.first_failure;
}

}  // namespace
}  // namespace ch04::tests

// s13_echo_test.cpp -- what is sent comes back, to many at once; both halves work at the same time.
#include "ch07_runtime_tuning/s13_echo.hpp"

#include <gtest/gtest.h>

#include "common/io/tests/tcp_ends.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

namespace ch07 {
namespace {

Async<int> many_clients(int count) {
  auto listener = TcpListener::bind("127.0.0.1:0");
  const SocketAddress address = listener->local_address().value();
  auto server = spawn(serve_echo, *std::move(listener));
  std::vector<JoinHandle<IoResult<std::string>>> clients;
  for (int i = 0; i < count; ++i)
    clients.push_back(spawn(echo_client, address, "client " + std::to_string(i)));
  int right = 0;
  for (int i = 0; i < count; ++i) {
    const auto answer = co_await clients[static_cast<std::size_t>(i)];
    if (answer && *answer && **answer == "client " + std::to_string(i)) ++right;
  }
  server.abort();
  co_return right;
}

TEST(EchoTest, ManyClients_GetTheirOwnWordsBack_OnEitherRuntime) {
  const Deadline deadline("a client waits for its echo");
  EXPECT_EQ(run_async_main(many_clients(100), RuntimeFlavor::current_thread), 100);
  EXPECT_EQ(run_async_main(many_clients(100), RuntimeFlavor::multi_thread), 100);
}

Async<std::size_t> more_than_the_system_buffers() {
  auto listener = TcpListener::bind("127.0.0.1:0");
  const SocketAddress address = listener->local_address().value();
  auto server = spawn(serve_echo, *std::move(listener));
  std::vector<std::string> lines(200, std::string(100'000, 'x'));
  const auto answer = co_await split_client(address, std::move(lines));
  server.abort();
  co_return answer ? answer->size() : 0;
}

// Question: a client sends 20 MB and reads the echo only then. Both sides wait for each other for
// ever. Why not here?
// Predict: which task reads while the other one writes? Break in `WriteAllAttempt`.
TEST(EchoTest, SplitClient_ReadsWhileItWrites) {
  const Deadline deadline("client and server both wait for room");
  EXPECT_EQ(run_async_main(more_than_the_system_buffers(), RuntimeFlavor::current_thread), 20'000'000u);
}

Async<bool> nobody_listens() {
  const ClosedPort closed;
  const auto answer = co_await echo_client(closed.address(), "hello");
  co_return !answer && answer.error().is(std::errc::connection_refused);
}

TEST(EchoTest, NoServer_IsAnErrorAndNoException) {
  const Deadline deadline("connecting to nobody never ended");
  EXPECT_TRUE(run_async_main(nobody_listens(), RuntimeFlavor::current_thread));
}

}  // namespace
}  // namespace ch07

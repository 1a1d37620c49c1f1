// s13_graceful_server_test.cpp -- the server ends when it is told, after its handlers.
#include "ch07_runtime_tuning/s13_graceful_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

struct Seen {
  std::size_t served = 0;
  bool got_the_end = false;
};

// One client leaves by itself, the other one is connected when the shutdown comes.
Async<Seen> two_clients(const demo::CapturedLines& printed) {
  auto listener = TcpListener::bind("127.0.0.1:0");
  const SocketAddress address = listener->local_address().value();
  auto [tx, rx] = watch::channel(false);
  auto server = spawn(run_server, *std::move(listener), std::move(rx));
  std::array<std::byte, 2> answer;
  {
    auto leaves = co_await TcpStream::connect(address);
    (void)co_await leaves->write_all("hi");
    (void)co_await leaves->read_exact(answer);
  }
  while (printed.lines().empty()) co_await sleep(1ms);  // until its handler has seen that it left
  auto stays = co_await TcpStream::connect(address);
  (void)co_await stays->write_all("hi");
  (void)co_await stays->read_exact(answer);
  (void)tx.send(true);
  const auto served = co_await server;
  const auto end = co_await stays->read(answer);
  Seen seen;
  seen.served = served.value_or(0);
  seen.got_the_end = end.has_value() && *end == 0;
  co_return seen;
}

// Question: a handler waits for the next bytes of its client, in read(). What ends that wait?
// Predict: which branch of its select, and what becomes of the stream? Break in `handle_connection`.
TEST(GracefulServerTest, Shutdown_EndsHandlersThatWait_AndThenTheServer) {
  const Deadline deadline("the server did not end");
  for (const auto flavor : {RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread}) {
    const demo::CapturedLines printed;
    const Seen seen = run_async_main(two_clients(printed), flavor);
    EXPECT_EQ(seen.served, 2u);
    EXPECT_TRUE(seen.got_the_end) << "the stream was closed with its handler";
    std::vector<std::string> lines = printed.lines();
    std::ranges::sort(lines);
    EXPECT_EQ(lines, (std::vector<std::string>{"connection closed", "connection handler shutting down",
                                               "server shutting down"}));
  }
}

}  // namespace
}  // namespace ch07

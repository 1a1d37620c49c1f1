// s6_http_stress_test.cpp -- a thousand connections, and clients that come and go while it serves them.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s6_http_load.hpp"
#include "ch04_networking/s6_http_server.hpp"
#include "ch04_networking/tests/connected.hpp"

namespace ch04::tests {
namespace {

// Connects, says something or half of it, and is gone: by an end or by a reset.
void come_and_go(const SocketAddress& server, const base::Atomic<bool>& is_over) {
  for (int i = 0; !is_over; ++i) {
    auto socket = start_connecting(server);
    if (!socket) continue;
    auto connected = try_finish_connecting(socket->get());
    for (; connected && !*connected; connected = try_finish_connecting(socket->get())) base::yield_thread();
    const std::string request = "GET /echo/x HTTP/1.1\r\nHost: a\r\n\r\n";
    (void)try_write(socket->get(),
                    std::string_view(request).substr(0, static_cast<std::size_t>(i) % request.size()));
    if (i % 2 == 0) reset(*std::move(socket));
  }
}

TEST(HttpStressTest, ThousandConnections_AndOthersThatComeAndGo_NoRequestFails) {
  const Deadline deadline("an answer never came");
  const Load load{.connections = 1'000, .requests = 40, .ahead = 8};
  ASSERT_TRUE(allow_descriptors(2 * load.connections + 500));
  for (int round = 0; round < 3; ++round) {
    Listening listening;
    Driver driver;
    HttpServer server({.spawn = [](Async<> connection) { spawn(std::move(connection)).detach(); }});
    const async::Runtime runtime = Builder::new_multi_thread().worker_threads(4).enable_time().build();
    const auto serving =
        runtime.spawn(server.serve(Socket::add(driver, std::move(listening.listener)).value()));
    base::Atomic<bool> is_over = false;
    base::Thread others([&] { come_and_go(listening.address, is_over); });
    const LoadResult result = runtime.block_on(http_load(driver, listening.address, load));
    is_over = true;
    EXPECT_EQ(result.first_failure, "");
    EXPECT_EQ(result.answered, load.connections * load.requests);
  }
}

}  // namespace
}  // namespace ch04::tests

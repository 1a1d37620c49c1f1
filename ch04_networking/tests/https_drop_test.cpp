// https_drop_test.cpp -- GETs that are dropped at random moments. Run it under AddressSanitizer.
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "common/base/sanitizers.hpp"
#include "common/future/block_on.hpp"
#include "common/io/tests/hand_turned.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch04_networking/s1_https_get.hpp"
#include "ch04_networking/tests/https_tls_pair.hpp"

namespace ch04 {
namespace {

// More under AddressSanitizer, which sees more than any EXPECT here, and most in the program of the slow tests: 3,000
// under AddressSanitizer take half a minute, and on a busy machine they would reach the deadline.
#ifdef CH04_SLOW
constexpr int kDrops = 3000;
constexpr int kTens = 50;
#else
constexpr int kDrops = ASYNC_UNDER_ADDRESS_SANITIZER ? 1000 : 300;
constexpr int kTens = ASYNC_UNDER_ADDRESS_SANITIZER ? 50 : 20;
#endif

// Question: a future is dropped between any two polls. What of it is left, and who may still write to it?
// Predict: nothing, nobody: operations, handlers, sockets and buffers went with it. Break in `~AsioFuture`.
TEST(HttpsDropTest, Gets_DroppedByHandAtRandomMoments_LeaveNothing) {
  const Deadline deadline("a GET stood still, turned by hand");
  HandTurned hand;
  const SpawnConnection spawn = [&](Async<> connection) {
    hand.executor.spawn_task(std::move(connection)).detach();
  };
  const Script script{{"/", ScriptedReply(ok_reply(std::string(40'000, 'x')))}};
  const SocketAddress http = start_server(std::nullopt, script, spawn).value();
  const SocketAddress https = start_server(test_server(), script, spawn).value();
  const CustomConnector connector(test_client());

  std::mt19937 random(1);
  int finished = 0;
  for (int i = 0; i < kDrops; ++i) {
    const bool tls = i % 2 == 0;
    const std::string uri = (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
                            std::to_string(tls ? https.port() : http.port()) + "/";
    auto getting = hand.executor.spawn_task(https_get(uri, connector));
    const auto steps = random() % (tls ? 24 : 14);
    for (auto step = steps; step != 0 && !getting.is_finished(); --step) {
      if (!hand.executor.step()) hand.look();
    }
    if (getting.is_finished()) ++finished;
  }
  hand.settle();
  EXPECT_GT(finished, kDrops / 100);
  EXPECT_LT(finished, kDrops / 2);
}

// With threads: dropped by another thread than those that poll.
TEST(HttpsDropTest, Gets_DroppedByAnotherThread_LeaveNothing) {
  const Deadline deadline("a GET that was dropped never ended");
  Executor executor = Runtime().with_low_num(2).with_high_num(1).run();
  const Site site(executor, Script{{"/", ScriptedReply(ok_reply("Hello"))}});
  std::mt19937 random(2);
  std::size_t finished = 0;
  for (int i = 0; i < kTens; ++i) {
    std::vector<Task<IoResult<HttpReply>>> ten;
    for (int j = 0; j < 10; ++j) {
      ten.push_back(executor.spawn_task(https_get(
          j % 2 == 0 ? site.https("/", "127.0.0.1") : site.http("/", "127.0.0.1"), site.connector())));
    }
    // One of them runs to its end: the others are wherever they are then.
    EXPECT_TRUE(block_on(ten[random() % ten.size()]));
    for (auto& each : ten) finished += each.is_finished() ? 1 : 0;
  }
  EXPECT_LT(finished, std::size_t{10 * kTens});
}

}  // namespace
}  // namespace ch04

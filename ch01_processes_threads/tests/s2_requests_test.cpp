// s2_requests_test.cpp -- four at once are there together; four in turn never are; what fails is told.
#include "ch01_processes_threads/s2_requests.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/sync/barrier.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/system_clock.hpp"

#include "ch01_processes_threads/s2_delay_server.hpp"

namespace ch01 {
namespace {

// Read this one first.
// Question: the server answers none before four have asked. Which way to ask four times ends?
// Predict, and break in `four_joined`: how many threads does it take?
TEST(RequestsTest, FourJoined_AreAtTheServerTogether) {
  const Deadline deadline("the server waits for four requests at once");
  Barrier four(4);
  const auto root = [&]() -> Async<Took> {
    auto hold = [&four](Duration) -> Async<> { (void)co_await four.wait(); };
    const DelayServer server(Duration::zero(), hold);
    co_return co_await four_joined(server.url("/posts/1"));
  };
  EXPECT_TRUE(run_async_main(root, RuntimeFlavor::current_thread));
}

TEST(RequestsTest, FourInTurn_AreNeverThereTogether) {
  const Deadline deadline("the replies never came");
  int now_there = 0, most = 0, all = 0;
  const auto root = [&]() -> Async<Took> {
    auto hold = [&](Duration) -> Async<> {
      most = std::max(most, ++now_there);
      ++all;
      co_await yield_now();
      --now_there;
    };
    const DelayServer server(Duration::zero(), hold);
    co_return co_await four_in_turn(server.url("/posts/1"));
  };
  EXPECT_TRUE(run_async_main(root, RuntimeFlavor::current_thread));
  EXPECT_EQ(all, 4);
  EXPECT_EQ(most, 1);
}

// Question: 140 ms for one. For how long must four in turn wait, and four at once? By a clock that is 10
// times as fast.
TEST(RequestsTest, NoReply_ComesTooEarly) {
  const Deadline deadline("the replies never came");
  SystemClock clock(10);
  const CurrentClock current(clock);
  const auto root = []() -> Async<> {
    const DelayServer server;
    const auto one = co_await one_request(server.url("/posts/1"));
    const auto in_turn = co_await four_in_turn(server.url("/posts/1"));
    const auto joined = co_await four_joined(server.url("/posts/1"));
    EXPECT_GE(one.value(), DelayServer::kLikeAWebsite);
    EXPECT_GE(in_turn.value(), 4 * DelayServer::kLikeAWebsite);
    EXPECT_GE(joined.value(), DelayServer::kLikeAWebsite);
  };
  run_async_main(root, RuntimeFlavor::current_thread);
}

TEST(RequestsTest, WhatFails_IsToldInWords) {
  const Deadline deadline("the replies never came");
  const auto root = []() -> Async<> {
    const DelayServer server(Duration::zero());
    const auto missing = co_await fetch(server.url("/posts/2"));
    EXPECT_EQ(missing.error(), "GET " + server.url("/posts/2") + ": Status: 404 Not Found");
    const auto wrong = co_await four_joined("https://localhost/");
    EXPECT_NE(wrong.error().find("only http://"), std::string::npos);
    const auto refused = co_await four_in_turn(server.url("/posts/2"));
    EXPECT_NE(refused.error().find("404"), std::string::npos);
  };
  run_async_main(root, RuntimeFlavor::current_thread);
}

}  // namespace
}  // namespace ch01

// s5_router_stress_test.cpp -- resets without end under load, on several threads: each request is answered, once.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s5_router.hpp"
#include "ch08_actors/tests/print_reason.hpp"
#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {
namespace {

using ResetStressTest = StoreOnFileTest;

constexpr int kClients = 8, kChanges = 100, kBetweenResets = 5;
constexpr int kResetsOfOne = kChanges / kBetweenResets;
constexpr int kTries = 3;  // a request that loses so many actors is given up

Async<> reset(const mpsc::Sender<ControlMessage>& control) {
  ControlMessage message(std::in_place_type<Reset>, ActorType::key_value);
  const auto sent = co_await control.send(std::move(message));
  EXPECT_TRUE(sent);
}

void expect_given_up(const StoreError& error) {
  EXPECT_EQ(error.reason(), StoreError::uncertain) << error.message();
}

// Sees its own writes, in their order, whatever happens to the actors: and every few of them it has them
// replaced, while the other clients ask. Gives how many requests were given up.
Async<int> counts_up(Store store, mpsc::Sender<ControlMessage> control, std::string key) {
  int given_up = 0;
  std::vector<Value> possible{Value()};  // more than one, if a set was given up
  for (int i = 0; i < kChanges; ++i) {
    if (i % kBetweenResets == 0) co_await reset(control);
    const Bytes next = bytes_of(std::to_string(i));
    const auto stored = co_await store.set(key, next);
    if (stored) {
      possible.clear();
    } else {
      expect_given_up(stored.error());
      ++given_up;
    }
    possible.push_back(next);
    const auto got = co_await store.get(key);
    if (got) {
      EXPECT_TRUE(std::ranges::find(possible, *got) != possible.end()) << key << ": " << shown_value(*got);
      possible = {*got};
    } else {
      expect_given_up(got.error());
      ++given_up;
    }
  }
  co_return given_up;
}

// Question: at least how many of the 1600 requests are carried out? And how often is the file read?
// Predict: how many resets does it take to have one request given up? Break in `Inbox::begin`.
TEST_F(ResetStressTest, ResetsUnderLoad_EachRequestIsAnsweredAndNoneIsLost) {
  const Deadline deadline("a request was never answered", std::chrono::minutes(4));
  // Nobody but the clients resets anything, however slow the disk is.
  settings_->limit = settings_->lock_limit = std::chrono::minutes(4);
  const auto body = [](SharedSettings settings) -> Async<int> {
    auto system = start_supervised_store(settings);
    std::vector<JoinHandle<int>> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.push_back(spawn(counts_up, system.running.store, system.control, std::to_string(i)));
    }
    int given_up = 0;
    for (auto& client : clients) {
      const auto of_one = co_await client;
      given_up += of_one.value();
    }
    co_await stop(std::move(system.running));
    co_return given_up;
  };
  const int given_up = run_async_main(body(settings_), RuntimeFlavor::multi_thread);
  EXPECT_LE(given_up * kTries, kClients * kResetsOfOne);
  // Between two resets of one client an actor has read the file, which answers that client; or gives up all ten
  // requests, for which there are enough resets a few times.
  EXPECT_GE(told("Data loaded"), static_cast<std::size_t>(kResetsOfOne / 2));
  const auto stored = from_text(text());
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->size(), static_cast<std::size_t>(kClients));
}

}  // namespace
}  // namespace ch08

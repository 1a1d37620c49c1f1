// s5_router_stress_test.cpp -- resets without end under load, on several threads: each request is answered, once.
#include <gtest/gtest.h>

#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s5_router.hpp"
#include "ch08_actors/tests/store_fixture.hpp"

namespace ch08 {
namespace {

using ResetStressTest = StoreOnFileTest;

constexpr int kClients = 8, kChanges = 100;

// Sees its own writes, in their order, whatever happens to the actors. Gives how many were given up.
Async<int> counts_up(Store store, std::string key, int changes) {
  int given_up = 0;
  std::string last;
  for (int i = 0; i < changes; ++i) {
    const auto stored = co_await store.set(key, bytes_of(std::to_string(i)));
    if (stored) last = std::to_string(i);
    given_up += stored ? 0 : 1;
    EXPECT_TRUE(stored || stored.error().reason() == StoreError::uncertain) << stored.error().message();
    const auto got = co_await store.get(key);
    EXPECT_TRUE(!stored || !got || *got == bytes_of(last)) << key;
  }
  co_return given_up;
}

Async<> resets(mpsc::Sender<ControlMessage> control, int count) {
  for (int i = 0; i < count; ++i) {
    ControlMessage reset(std::in_place_type<Reset>, ActorType::key_value);
    const auto sent = co_await control.send(std::move(reset));
    if (!sent) break;
    co_await sleep(std::chrono::milliseconds(3));
  }
}

TEST_F(ResetStressTest, ResetsUnderLoad_EachRequestIsAnsweredAndNoneIsLost) {
  const Deadline deadline("a request was never answered", std::chrono::minutes(4));
  settings_->limit = std::chrono::minutes(1);
  const auto body = [](SharedSettings settings) -> Async<> {
    auto system = start_supervised_store(settings);
    auto reset = spawn(resets, system.control, 200);
    std::vector<JoinHandle<int>> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.push_back(spawn(counts_up, system.running.store, std::to_string(i), kChanges));
    }
    for (auto& client : clients) {
      const auto given_up = co_await client;
      EXPECT_TRUE(given_up);
    }
    reset.abort();
    (void)co_await reset;
    co_await stop(std::move(system.running));
  };
  run_async_main(body(settings_), RuntimeFlavor::multi_thread);
  EXPECT_EQ(from_text(text()).value().size(), static_cast<std::size_t>(kClients));
}

}  // namespace
}  // namespace ch08

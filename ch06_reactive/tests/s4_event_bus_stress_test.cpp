// s4_event_bus_stress_test.cpp -- a million subscribe and leave; senders, subscribers and a collector on threads.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "common/future/block_on.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s4_bounded_bus.hpp"

namespace ch06 {
namespace {

using Bus = BoundedBus<int>;

TEST(BusStressTest, MillionSubscribeAndLeave_AndNothingIsLeft) {
  const Deadline deadline("the million never ended", std::chrono::seconds(300));
  const auto bus = Bus::make();
  const auto highest = block_on([](std::shared_ptr<Bus> used) -> Async<std::uint32_t> {
    std::uint32_t id = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      const auto handle = co_await used->subscribe();
      if (i % 1000 == 0) co_await used->send(i);
      id = std::max(id, handle.id());
    }
    co_return id;
  }(bus));
  EXPECT_EQ(highest, 0u);
  block_on(bus->collect());
  const auto numbers = block_on(bus->numbers());
  EXPECT_EQ(numbers.subscribers, 0u);
  EXPECT_EQ(numbers.dead_ids, 0u);
  EXPECT_EQ(numbers.free_ids, 1u);
}

// Each subscriber, whoever else comes and goes meanwhile, hears all that is sent, in its order.
TEST(BusStressTest, SubscribersOnThreads_MissNothingThatFitsIntoTheirQueues) {
  constexpr int kEvents = 2000;
  const Deadline deadline("a subscriber waits for an event that was sent");
  BusLimits limits;
  limits.capacity = kEvents;
  const auto bus = Bus::make(limits);
  const Runtime runtime = Builder::new_multi_thread().worker_threads(3).enable_all().build();
  std::vector<JoinHandle<bool>> listeners;
  for (int i = 0; i < 3; ++i) {
    auto handle = block_on(bus->subscribe());
    listeners.push_back(runtime.spawn(
        [](Bus::Handle mine) -> Async<bool> {
          for (int expected = 0; expected < kEvents; ++expected) {
            const int event = co_await mine.next();
            if (event != expected) co_return false;
          }
          co_return true;
        },
        std::move(handle)));
  }
  std::vector<JoinHandle<>> guests;
  for (int i = 0; i < 2; ++i) {
    guests.push_back(runtime.spawn(
        [](std::shared_ptr<Bus> used) -> Async<> {
          for (int n = 0; n < 500; ++n) {
            const auto handle = co_await used->subscribe();
            (void)co_await handle.poll();
          }
        },
        bus));
  }
  auto collector = runtime.spawn(garbage_collector<Bus>, bus);
  for (int i = 0; i < kEvents; ++i) block_on(bus->send(i));
  for (auto& listener : listeners) EXPECT_EQ(block_on(listener), true);
  for (auto& guest : guests) EXPECT_TRUE(block_on(guest));
  collector.abort();
  block_on(bus->collect());
  EXPECT_EQ(block_on(bus->numbers()).subscribers, 0u);
}

}  // namespace
}  // namespace ch06

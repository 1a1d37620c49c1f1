// s4_event_bus_stress_test.cpp -- a million subscribe and leave; senders, subscribers and a collector on threads.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/runtime/builder.hpp"
#include "common/task/tests/deadline.hpp"

#include "ch06_reactive/s4_bounded_bus.hpp"
#include "ch06_reactive/tests/live_bytes.hpp"

namespace ch06 {
namespace {

using Bus = BoundedBus<int>;

// The highest id.
Async<std::uint32_t> come_and_go(std::shared_ptr<Bus> bus, int times) {
  std::uint32_t id = 0;
  for (int i = 0; i < times; ++i) {
    const auto handle = co_await bus->subscribe();
    if (i % 1000 == 0) co_await bus->send(i);
    id = std::max(id, handle.id());
  }
  co_await bus->collect();
  co_return id;
}

TEST(BusStressTest, MillionSubscribeAndLeave_AndNothingIsLeft) {
  const Deadline deadline("the million never ended");
  const auto bus = Bus::make();
  EXPECT_EQ(block_on(come_and_go(bus, 1000)), 0u);
  const std::size_t before = live_bytes();
  EXPECT_EQ(block_on(come_and_go(bus, 1'000'000)), 0u);
  EXPECT_LT(live_bytes(), before + kNothing);
  const auto numbers = block_on(bus->numbers());
  EXPECT_EQ(numbers.subscribers, 0u);
  EXPECT_EQ(numbers.dead_ids, 0u);
  EXPECT_EQ(numbers.free_ids, 1u);
}

// The book's ids do not come back, but its memory does, where somebody collects.
TEST(BusStressTest, MillionSubscribeToTheBooksBusAndLeave_AndNothingIsLeft) {
  const Deadline deadline("the million never ended");
  const auto bus = EventBus<int>::make();
  const auto come_in_thousands = [&bus](int thousands) {
    for (int i = 0; i < thousands; ++i) {
      for (int n = 0; n < 1000; ++n) (void)block_on(bus->subscribe());
      EXPECT_EQ(block_on(bus->collect()), 1000u);
    }
  };
  come_in_thousands(1);
  const std::size_t before = live_bytes();
  come_in_thousands(1000);
  EXPECT_LT(live_bytes(), before + kNothing);
}

// A full queue is no more after a million events than after its first ones.
TEST(BusStressTest, SubscriberThatNeverPolls_CostsNoMoreAfterAMillionEvents) {
  const Deadline deadline("the million never ended");
  const auto bus = Bus::make();
  const auto never_polls = block_on(bus->subscribe());
  for (int i = 0; i < 1000; ++i) block_on(bus->send(i));
  const std::size_t before = live_bytes();
  for (int i = 0; i < 1'000'000; ++i) block_on(bus->send(i));
  EXPECT_LT(live_bytes(), before + kNothing);
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
  base::Atomic<int> visits = 0;
  base::Atomic<bool> all_are_sent = false;
  std::vector<JoinHandle<>> guests;
  for (int i = 0; i < 2; ++i) {
    guests.push_back(runtime.spawn(
        [&](std::shared_ptr<Bus> used) -> Async<> {
          for (int n = 0; n < 500 || !all_are_sent; ++n) {
            const auto handle = co_await used->subscribe();
            (void)co_await handle.poll();
            ++visits;
          }
        },
        bus));
  }
  auto collector = runtime.spawn(garbage_collector<Bus>, bus);
  while (visits < 2) base::yield_thread();
  for (int i = 0; i < kEvents; ++i) block_on(bus->send(i));
  all_are_sent = true;
  for (auto& listener : listeners) EXPECT_EQ(block_on(listener), true);
  for (auto& guest : guests) EXPECT_TRUE(block_on(guest));
  collector.abort();
  block_on(bus->collect());
  EXPECT_EQ(block_on(bus->numbers()).subscribers, 0u);
}

}  // namespace
}  // namespace ch06

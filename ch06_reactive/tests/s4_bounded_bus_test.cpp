// s4_bounded_bus_test.cpp -- queues with a bound, drained at once; events that expire; ids that come back.
#include "ch06_reactive/s4_bounded_bus.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/time/paused_clock.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;
using Bus = BoundedBus<int>;
using Events = std::vector<int>;

BusLimits limits(std::size_t capacity, Duration keep = Duration::max()) {
  BusLimits limits;
  limits.capacity = capacity;
  limits.keep = keep;
  return limits;
}

TEST(BoundedBusTest, CapacityOfZero_IsRefused) {
  EXPECT_THROW((void)Bus::make(limits(0)), std::invalid_argument);
}

TEST(BoundedBusTest, EventsThatAreKeptForNoTime_AreRefused) {
  for (const Duration keep : {Duration(0s), Duration(-1s)}) {
    EXPECT_THROW((void)Bus::make(limits(1, keep)), std::invalid_argument);
  }
}

// Question: the queue has room for three, and five events come. Which ones are there, and who waits?
// Predict. Break in `send`, where it is full.
TEST(BoundedBusTest, FullQueue_LosesItsOldestEventsAndSaysHowMany) {
  const auto bus = Bus::make(limits(3));
  const auto slow = block_on(bus->subscribe());
  const auto quick = block_on(bus->subscribe());
  for (int i = 1; i <= 5; ++i) {
    block_on(bus->send(i));
    EXPECT_EQ(block_on(quick.poll()), i);
  }
  auto drained = block_on(slow.drain());
  EXPECT_EQ(drained.events, (Events{3, 4, 5}));
  EXPECT_EQ(drained.missed, 2u);
  drained = block_on(slow.drain());
  EXPECT_TRUE(drained.events.empty());
  EXPECT_EQ(drained.missed, 0u) << "told once";
  EXPECT_EQ(block_on(quick.drain()).missed, 0u);
}

// Row 6.4: a consumer that never polls cannot exhaust memory. The events count themselves.
struct Counted {
  Counted() : Counted(0) {}
  explicit Counted(int given) : value(given) { ++alive; }
  Counted(const Counted& other) : value(other.value) { ++alive; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }
  int value;
  static inline int alive = 0;
};

TEST(BoundedBusTest, SubscriberThatNeverPolls_KeepsNoMoreThanItsQueue) {
  {
    const auto bus = BoundedBus<Counted>::make(limits(8));
    const auto never_polls = block_on(bus->subscribe());
    for (int i = 0; i < 10'000; ++i) {
      const Counted event(i);
      block_on(bus->send(event));
      ASSERT_LE(Counted::alive, 9);
    }
    EXPECT_EQ(block_on(bus->numbers()).events, 8u);
  }
  EXPECT_EQ(Counted::alive, 0);
}

struct Copied {
  Copied() = default;
  Copied(const Copied&) { ++copies; }
  Copied(Copied&&) noexcept = default;
  Copied& operator=(const Copied&) = default;
  Copied& operator=(Copied&&) noexcept = default;
  static inline int copies = 0;
};

// Question: three events are drained. How often are they copied?
TEST(BoundedBusTest, Drain_MovesTheEvents) {
  const auto bus = BoundedBus<Copied>::make();
  const auto handle = block_on(bus->subscribe());
  for (int i = 0; i < 3; ++i) block_on(bus->send(Copied()));
  Copied::copies = 0;
  const auto drained = block_on(handle.drain());
  EXPECT_EQ(drained.events.size(), 3u);
  EXPECT_EQ(Copied::copies, 0);
}

TEST(BoundedBusTest, ExpiredEvents_AreSkippedByPollAndDrain) {
  PausedClock clock;
  const auto bus = Bus::make(limits(10, 2s));
  const auto polls = block_on(bus->subscribe());
  const auto drains = block_on(bus->subscribe());
  for (int i = 1; i <= 4; ++i) {
    block_on(bus->send(i));
    clock.advance(1s);
  }
  // 4, 3, 2 and 1 seconds old: what is just as old as allowed counts.
  EXPECT_EQ(block_on(polls.poll()), 3);
  clock.advance(1s);
  EXPECT_EQ(block_on(polls.poll()), 4);
  const auto drained = block_on(drains.drain());
  EXPECT_EQ(drained.events, (Events{4}));
  EXPECT_EQ(drained.expired, 3u);
  EXPECT_EQ(drained.missed, 0u);
}

TEST(BoundedBusTest, ExpiredEvents_MakeRoomInAFullQueue) {
  PausedClock clock;
  const auto bus = Bus::make(limits(2, 1s));
  const auto handle = block_on(bus->subscribe());
  block_on(bus->send(1));
  block_on(bus->send(2));
  clock.advance(2s);
  block_on(bus->send(3));
  const auto drained = block_on(handle.drain());
  EXPECT_EQ(drained.events, (Events{3}));
  EXPECT_EQ(drained.expired, 2u);
  EXPECT_EQ(drained.missed, 0u);
}

// Question: 0, 1 and 2 have subscribed, and 1 leaves. Which id gets the next one, and when?
// Predict. Break in `take_dead_away`.
TEST(BoundedBusTest, IdOfOneWhoLeft_IsForTheNextOne) {
  const auto bus = Bus::make();
  const auto zero = block_on(bus->subscribe());
  auto one = std::make_optional(block_on(bus->subscribe()));
  const auto two = block_on(bus->subscribe());
  block_on(bus->send(7));
  one.reset();
  const auto next = block_on(bus->subscribe());
  EXPECT_EQ(next.id(), 1u);
  EXPECT_EQ(block_on(next.poll()), std::nullopt) << "the events of the one before it are gone";
  const auto another = block_on(bus->subscribe());
  EXPECT_EQ(another.id(), 3u);
}

TEST(BoundedBusTest, Send_DoesNotFillQueuesOfTheDead) {
  const auto bus = Bus::make();
  {
    const auto handle = block_on(bus->subscribe());
  }
  EXPECT_EQ(block_on(bus->numbers()).subscribers, 1u);
  EXPECT_EQ(block_on(bus->numbers()).dead_ids, 1u);
  block_on(bus->send(1));
  const auto numbers = block_on(bus->numbers());
  EXPECT_EQ(numbers.subscribers, 0u);
  EXPECT_EQ(numbers.dead_ids, 0u);
  EXPECT_EQ(numbers.free_ids, 1u);
  EXPECT_EQ(numbers.events, 0u);
}

// Question: the book's consumer polls in a loop. How often is this one polled, for three events?
TEST(BoundedBusTest, Next_IsWokenByASendAndNotPolledMeanwhile) {
  const auto bus = Bus::make();
  ManualExecutor executor;
  Events events;
  auto consumer = executor.spawn([&]() -> Async<> {
    const auto handle = co_await bus->subscribe();
    for (;;) {
      const int event = co_await handle.next();
      events.push_back(event);
    }
  });
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(executor.queued(), 0u);
    block_on(bus->send(i));
    EXPECT_EQ(executor.queued(), 1u);
    executor.run_until_stalled();
  }
  EXPECT_EQ(events, (Events{1, 2, 3}));
  consumer.abort();
}

TEST(BoundedBusTest, NextThatIsDropped_LosesNoEvent) {
  const auto bus = Bus::make();
  const auto handle = block_on(bus->subscribe());
  CountingTask task;
  {
    auto next = handle.next();
    ASSERT_TRUE(task.poll(next).is_pending());
    block_on(bus->send(1));
    EXPECT_EQ(task.take_wakes(), 1u);
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_EQ(block_on(handle.poll()), 1);
}

struct Throws {
  Throws() = default;
  Throws(const Throws& other) : copies_left(other.copies_left) {
    if (copies_left != nullptr && --*copies_left < 0) throw std::runtime_error("cannot be copied");
  }
  Throws& operator=(const Throws&) = default;
  int* copies_left = nullptr;
};

// Question: two wait for an event, and its copy for the second one throws. Who has heard of it?
TEST(BoundedBusTest, CopyThatThrows_ComesOutOfSendAndTheFirstHasGotIt) {
  const auto bus = BoundedBus<Throws>::make(limits(4));
  const auto one = block_on(bus->subscribe());
  const auto two = block_on(bus->subscribe());
  CountingTask first, second;
  auto next_of_one = one.next();
  auto next_of_two = two.next();  // the newest is served first
  ASSERT_TRUE(first.poll(next_of_two).is_pending());
  ASSERT_TRUE(second.poll(next_of_one).is_pending());
  int copies_left = 1000;
  Throws event;
  event.copies_left = &copies_left;
  {
    auto sending = bus->send(event);  // copied into the call by now, however often that is
    copies_left = 1;
    EXPECT_THROW(block_on(sending), std::runtime_error);
  }
  EXPECT_EQ(first.take_wakes(), 1u);
  copies_left = 1000;
  EXPECT_TRUE(first.poll(next_of_two).is_ready());
  EXPECT_TRUE(second.poll(next_of_one).is_pending());
  block_on(bus->send(Throws()));
  EXPECT_TRUE(second.poll(next_of_one).is_ready());
}

}  // namespace
}  // namespace ch06

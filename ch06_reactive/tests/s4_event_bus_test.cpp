// s4_event_bus_test.cpp -- what both buses promise: every event, in its order, to who has subscribed.
#include "ch06_reactive/s4_event_bus.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch06_reactive/s4_bounded_bus.hpp"

namespace ch06 {
namespace {

using namespace std::chrono_literals;

template <class Bus>
class BusTest : public testing::Test {
 protected:
  using Handle = typename Bus::Handle;

  Handle subscribe() { return block_on(bus_->subscribe()); }
  void send(const std::string& event) { block_on(bus_->send(event)); }
  static std::vector<std::string> poll_all(const Handle& handle) {
    std::vector<std::string> events;
    while (auto event = block_on(handle.poll())) events.push_back(*event);
    return events;
  }

  const std::shared_ptr<Bus> bus_ = Bus::make();
};

using Buses = testing::Types<EventBus<std::string>, BoundedBus<std::string>>;
TYPED_TEST_SUITE(BusTest, Buses);

// Read this one first.
// Question: one subscriber comes before the first event, another after it. Who gets which?
TYPED_TEST(BusTest, EachSubscriber_GetsWhatIsSentFromThenOn) {
  const auto one = this->subscribe();
  this->send("a");
  const auto two = this->subscribe();
  this->send("b");
  this->send("c");
  EXPECT_EQ(this->poll_all(one), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(this->poll_all(two), (std::vector<std::string>{"b", "c"}));
}

TYPED_TEST(BusTest, OneThatPolls_TakesNothingFromTheOther) {
  const auto one = this->subscribe();
  const auto two = this->subscribe();
  EXPECT_NE(one.id(), two.id());
  this->send("a");
  EXPECT_EQ(block_on(one.poll()), "a");
  EXPECT_EQ(block_on(one.poll()), std::nullopt);
  EXPECT_EQ(block_on(two.poll()), "a");
}

// Question: a handle is dropped. When is its queue gone?
// Predict. Break in `collect`, and in the handle's destructor: which locks do they take?
TYPED_TEST(BusTest, DroppedHandle_LeavesItsQueueToTheCollector) {
  {
    const auto handle = this->subscribe();
    this->send("never polled");
  }
  EXPECT_EQ(block_on(this->bus_->collect()), 1u);
  EXPECT_EQ(block_on(this->bus_->collect()), 0u);
}

TYPED_TEST(BusTest, Unsubscribed_IsDoneOnce) {
  auto handle = this->subscribe();
  auto moved_from = this->subscribe();
  handle.unsubscribe();
  handle.unsubscribe();
  const auto moved_to = std::move(moved_from);
  EXPECT_EQ(block_on(this->bus_->collect()), 1u);
  this->send("to the other");
  EXPECT_EQ(block_on(moved_to.poll()), "to the other");
}

TYPED_TEST(BusTest, HandleThatHasUnsubscribed_IsOfNoMoreUse) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto handle = this->subscribe();
  handle.unsubscribe();
  EXPECT_DEATH((void)handle.poll(), "used after it had unsubscribed");
}

TYPED_TEST(BusTest, Handle_KeepsTheBusAlive) {
  auto bus = TypeParam::make();
  const std::weak_ptr<TypeParam> watched = bus;
  {
    const auto handle = block_on(bus->subscribe());
    block_on(bus->send("still there"));
    bus.reset();
    EXPECT_EQ(block_on(handle.poll()), "still there");
  }
  EXPECT_TRUE(watched.expired());
}

// An event whose copy takes as long as a test wants: so long the bus is locked.
struct Gate {
  base::Atomic<bool> is_closed = false;
  base::Parker somebody_waits, opens;
};
struct Slow {
  explicit Slow(Gate& given) : gate(&given) {}
  Slow(const Slow& other) : gate(other.gate) {
    if (!gate->is_closed) return;
    gate->somebody_waits.unpark();
    gate->opens.park();
  }
  Slow& operator=(const Slow&) = default;
  Gate* gate;
};

// Question: three wait for the lock, and two of them are dropped. Who gets it?
template <class Bus>
void drop_two_of_three_who_wait_for_the_lock() {
  const Deadline deadline("nobody gets the lock");
  const auto bus = Bus::make();
  const auto handle = block_on(bus->subscribe());
  Gate gate;
  CountingTask task, other_task;
  auto polled = handle.poll();
  {
    const base::Thread sends([&] {
      auto sending = bus->send(Slow(gate));
      gate.is_closed = true;
      block_on(sending);
    });
    gate.somebody_waits.park();
    auto dropped = std::make_optional(handle.poll());
    auto also_dropped = std::make_optional(bus->subscribe());
    EXPECT_TRUE(task.poll(*dropped).is_pending());
    EXPECT_TRUE(task.poll(*also_dropped).is_pending());
    EXPECT_TRUE(other_task.poll(polled).is_pending());
    dropped.reset();
    gate.is_closed = false;
    gate.opens.unpark();
    // `also_dropped` may have been given the lock by now, and passes it on.
  }
  EXPECT_EQ(task.kept_wakers(), 0u);
  EXPECT_TRUE(block_on(polled).has_value()) << "the event";
  EXPECT_EQ(block_on(bus->collect()), 0u) << "no queue of somebody who never came";
}

TEST(BusLockTest, DroppedWhileItWaits_HoldsUpNobody) {
  drop_two_of_three_who_wait_for_the_lock<EventBus<Slow>>();
  drop_two_of_three_who_wait_for_the_lock<BoundedBus<Slow>>();
}

TYPED_TEST(BusTest, SendThatIsNeverPolled_SendsNothing) {
  const auto handle = this->subscribe();
  {
    auto never_polled = this->bus_->send("b");
  }
  this->send("c");
  EXPECT_EQ(this->poll_all(handle), (std::vector<std::string>{"c"}));
}

// Question: the collector sleeps a second between two rounds. How often is its task polled in ten seconds?
TYPED_TEST(BusTest, GarbageCollector_ComesEverySecond) {
  PausedClock clock;
  ManualExecutor executor;
  auto collector = executor.spawn(garbage_collector<TypeParam>, this->bus_);
  EXPECT_EQ(executor.run_until_stalled(), 1u);
  auto handle = std::make_optional(this->subscribe());
  handle.reset();
  std::size_t polls = 0;
  for (int i = 0; i < 10; ++i) {
    clock.advance(1s);
    polls += executor.run_until_stalled();
  }
  EXPECT_EQ(polls, 10u);
  EXPECT_EQ(block_on(this->bus_->collect()), 0u) << "it has been there";
  collector.abort();
}

TEST(EventBusTest, Ids_AreNeverUsedAgain) {
  const auto bus = EventBus<int>::make();
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto handle = block_on(bus->subscribe());
    EXPECT_EQ(handle.id(), i);
  }
  EXPECT_EQ(block_on(bus->chamber()).size(), 5u) << "nobody collects";
  EXPECT_EQ(block_on(bus->collect()), 5u);
  EXPECT_TRUE(block_on(bus->chamber()).empty());
}

TEST(EventBusTest, SlowSubscriber_KeepsEveryEvent) {
  const auto bus = EventBus<int>::make();
  const auto handle = block_on(bus->subscribe());
  for (int i = 0; i < 1000; ++i) block_on(bus->send(i));
  EXPECT_EQ(block_on(bus->chamber()).at(handle.id()).size(), 1000u);
}

}  // namespace
}  // namespace ch06

// time_stress_test.cpp -- with threads: timers that come, go and are moved while others are fired, on both queues.
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/future/block_on.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/interval.hpp"
#include "common/time/queued_clock.hpp"
#include "common/time/sleep.hpp"
#include "common/time/timer_heap.hpp"
#include "common/time/timer_wheel.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// Its thread sleeps until it is told, or for ever: time goes on a millisecond each time it looks, as long as there
// are timers. So nothing depends on how fast this machine is, and a deadline that nobody was told of hangs.
template <class Queue>
class SteppedClock final : public QueuedClock<Queue> {
 public:
  SteppedClock() : thread_(base::Bystander{}, [this] { fire_timers(); }) {}
  ~SteppedClock() {
    ends_.store(true, base::release);  // pairs with the acquire in fire_timers
    parker_.unpark();
    thread_ = base::Thread();
  }

  // relaxed: it only counts; what a timer's waker publishes goes through the lock of the queue.
  [[nodiscard]] Instant now() const override { return Instant(Duration(now_.load(base::relaxed))); }
  void block_until(Instant) override {}
  void one_more_is_busy() noexcept override {}
  void this_one_is_blocked() noexcept override {}

 private:
  void next_deadline_changed(Instant) override { parker_.unpark(); }

  void fire_timers() {
    while (!ends_.load(base::acquire)) {
      while (auto due = this->take_due(now())) std::move(due->waker).wake();
      if (this->next_deadline()) {
        now_.fetch_add(Duration(1ms).count(), base::relaxed);  // relaxed: as in now()
      } else {
        parker_.park();
      }
    }
  }

  base::Atomic<Duration::rep> now_ = 0;
  base::Atomic<bool> ends_ = false;
  base::Parker parker_;
  base::Thread thread_;
};

template <class Queue>
class TimeStress : public testing::Test {};
struct QueueName {
  template <class Queue>
  static std::string GetName(int) {
    return std::is_same_v<Queue, TimerHeap> ? "Heap" : "Wheel";
  }
};
using Queues = testing::Types<TimerHeap, TimerWheel>;
TYPED_TEST_SUITE(TimeStress, Queues, QueueName);

TYPED_TEST(TimeStress, SleepsFromManyThreads_AllEndAndNeverEarly) {
  const Deadline deadline("a sleeper was never woken");
  SteppedClock<TypeParam> clock;
  std::vector<base::Thread> threads;
  for (unsigned id = 0; id < 4; ++id) {
    threads.emplace_back([&clock, id] {
      std::mt19937 random(id);
      for (int i = 0; i < 500; ++i) {
        const Instant end = clock.now() + std::chrono::microseconds(random() % 100'000);
        block_on(Sleep(clock, end));
        ASSERT_GE(clock.now(), end);
      }
    });
  }
}

TYPED_TEST(TimeStress, SleepsThatAreDroppedOrResetWhileTheyAreFired_LeaveNothing) {
  const Deadline deadline("the clock's thread never ended");
  CountingWaker counted;
  {
    SteppedClock<TypeParam> clock;
    std::vector<base::Thread> threads;
    for (unsigned id = 0; id < 3; ++id) {
      threads.emplace_back([&clock, &counted, id] {
        std::mt19937 random(id);
        const Waker waker = counted.waker();
        Context cx(waker);
        const auto soon = [&] { return clock.now() + std::chrono::microseconds(random() % 5000); };
        std::vector<std::unique_ptr<Sleep>> sleeps(16);
        for (int i = 0; i < 5000; ++i) {
          auto& slept = sleeps[random() % sleeps.size()];
          switch (random() % 3) {
            case 0: slept = std::make_unique<Sleep>(clock, soon()); break;
            case 1: slept.reset(); break;
            default:
              if (slept) slept->reset(soon());
          }
          if (slept) (void)slept->poll(cx);
        }
      });
    }
  }
  EXPECT_EQ(counted.live(), 0u);
}

TYPED_TEST(TimeStress, IntervalsInManyThreads_CountTheirTicks) {
  const Deadline deadline("a tick never came");
  SteppedClock<TypeParam> clock;
  std::vector<base::Thread> threads;
  for (int id = 1; id <= 3; ++id) {
    threads.emplace_back([&clock, id] {
      const Instant start = clock.now();
      Interval every(clock, start, id * 3ms);
      for (int i = 0; i < 300; ++i) ASSERT_EQ(block_on(every.tick()), start + i * id * 3ms);
    });
  }
}

}  // namespace

// queued_clock_test.cpp -- what all clocks share: who is told of a new deadline, and that no waker meets the lock.
#include "common/time/queued_clock.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/tests/counting_waker.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/sleep.hpp"
#include "common/time/tests/at.hpp"
#include "common/time/timer_heap.hpp"
#include "common/time/timer_wheel.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// A clock whose time is a variable, and whose timers are fired when the test says so.
template <class Queue>
class HandClock final : public QueuedClock<Queue> {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  void block_until(Instant) override {}
  void one_more_is_busy() noexcept override {}
  void this_one_is_blocked() noexcept override {}

  std::size_t go_to(Instant now) {
    now_ = now;
    std::size_t fired = 0;
    while (auto due = this->take_due(now)) {
      std::move(due->waker).wake();
      ++fired;
    }
    return fired;
  }
  using QueuedClock<Queue>::next_deadline;

  std::vector<Instant> told;
  bool asks_back = false;

 private:
  void next_deadline_changed(Instant first) override {
    told.push_back(first);
    // Not called under the lock: this would wait for itself.
    if (asks_back) (void)this->next_deadline();
  }

  Instant now_;
};

template <class Queue>
class QueuedClockTest : public testing::Test {
 public:
  const Deadline deadline_{"a lock was taken twice"};
  CountingWaker counted_;
  HandClock<Queue> clock_;
};
template <class Queue>
class QueuedClockDeathTest : public testing::Test {};

struct QueueName {
  template <class Queue>
  static std::string GetName(int) {
    return std::is_same_v<Queue, TimerHeap> ? "Heap" : "Wheel";
  }
};
using Queues = testing::Types<TimerHeap, TimerWheel>;
TYPED_TEST_SUITE(QueuedClockTest, Queues, QueueName);
TYPED_TEST_SUITE(QueuedClockDeathTest, Queues, QueueName);

TYPED_TEST(QueuedClockTest, Timer_IsFiredOnceAndItsWakerIsUsedUp) {
  const Waker waker = this->counted_.waker();
  Timer timer(at(10ms));
  this->clock_.wake_at_deadline(timer, waker);
  EXPECT_EQ(this->counted_.live(), 2u);
  EXPECT_EQ(this->clock_.go_to(at(9ms)), 0u);
  EXPECT_EQ(this->clock_.go_to(at(10ms)), 1u);
  EXPECT_EQ(this->counted_.wakes(), 1u);
  EXPECT_EQ(this->counted_.live(), 1u);
  this->clock_.forget(timer);
  EXPECT_EQ(this->counted_.live(), 1u);
  EXPECT_EQ(this->counted_.woken(), 1u);
}

// Question: who sleeps until 10 s need hear of which of these? Predict `told`.
TYPED_TEST(QueuedClockTest, OnlyADeadlineBeforeWhichNobodyLooks_IsTold) {
  const Waker& nobody = Waker::noop();
  Timer ten(at(10s)), twelve(at(12s)), five(at(5s)), six(at(6s)), three(at(3s));
  auto& clock = this->clock_;
  clock.wake_at_deadline(ten, nobody);  // nobody looked at all
  clock.wake_at_deadline(twelve, nobody);
  EXPECT_EQ(clock.told, (std::vector{at(10s)}));
  clock.wake_at_deadline(five, nobody);
  clock.wake_at_deadline(six, nobody);
  EXPECT_EQ(clock.told, (std::vector{at(10s), at(5s)}));

  // Taken back: whoever was told looks at 5 s all the same, once, in vain. Until then 6 s is no news.
  clock.forget(five);
  clock.forget(six);
  clock.wake_at_deadline(six, nobody);
  EXPECT_EQ(clock.told.size(), 2u);

  clock.asks_back = true;
  clock.wake_at_deadline(three, nobody);
  EXPECT_EQ(clock.told.back(), at(3s));
  for (Timer* timer : {&ten, &twelve, &six, &three}) clock.forget(*timer);
  EXPECT_EQ(clock.next_deadline(), std::nullopt);  // it sleeps for ever now
  clock.wake_at_deadline(twelve, nobody);
  EXPECT_EQ(clock.told.back(), at(12s));
  clock.forget(twelve);
}

// As many as a server's timeouts that never come: one who sleeps until the next deadline is disturbed once.
TYPED_TEST(QueuedClockTest, ManyTimeoutsThatAreCancelled_AreToldOnce) {
  const Waker& nobody = Waker::noop();
  for (int i = 0; i < 10'000; ++i) {
    Timer timer(at(10s + i * 1us));
    this->clock_.wake_at_deadline(timer, nobody);
    this->clock_.forget(timer);
  }
  EXPECT_EQ(this->clock_.told.size(), 1u);
}

TYPED_TEST(QueuedClockTest, WakerOfTheSameTask_IsNotClonedAgain) {
  const Waker waker = this->counted_.waker();
  CountingWaker other;
  const Waker another = other.waker();
  Timer timer(at(10s));
  for (int i = 0; i < 5; ++i) this->clock_.wake_at_deadline(timer, waker);
  EXPECT_EQ(this->counted_.clones(), 1u);
  this->clock_.wake_at_deadline(timer, another);
  EXPECT_EQ(this->counted_.live(), 1u);
  EXPECT_EQ(this->clock_.go_to(at(10s)), 1u);
  EXPECT_EQ(this->counted_.woken(), 0u);
  EXPECT_EQ(other.woken(), 1u);

  // Fired, and asked again without having been taken back: registered anew, at once due.
  this->clock_.wake_at_deadline(timer, waker);
  EXPECT_EQ(this->clock_.go_to(at(11s)), 1u);
  EXPECT_EQ(this->counted_.woken(), 1u);
  this->clock_.wake_at_deadline(timer,
                                Waker::noop());  // also if nobody is woken: that is what it is left with
  EXPECT_EQ(this->clock_.go_to(at(12s)), 1u);
  this->clock_.forget(timer);
}

TYPED_TEST(QueuedClockTest, ChangeOfDeadline_KeepsTheWakerAndTellsWhatIsNews) {
  const Waker waker = this->counted_.waker();
  auto& clock = this->clock_;
  Timer timer(at(10s));
  clock.wake_at_deadline(timer, waker);
  clock.change_deadline(timer, at(20s));
  EXPECT_EQ(clock.told, (std::vector{at(10s)}));
  EXPECT_EQ(clock.go_to(at(10s)), 0u);
  clock.change_deadline(timer, at(9s));  // over already: due at once
  EXPECT_EQ(clock.told, (std::vector{at(10s), at(9s)}));
  EXPECT_EQ(clock.go_to(at(10s)), 1u);
  EXPECT_EQ(this->counted_.woken(), 1u);
  clock.change_deadline(timer, at(30s));  // fired, so it waits for nothing: nobody is woken again
  EXPECT_EQ(clock.next_deadline(), std::nullopt);
  EXPECT_EQ(timer.deadline, at(30s));
  clock.forget(timer);
}

// What a waker does when it is dropped, cloned or woken may come back to the clock: here it takes a timer back.
template <class Queue>
struct ComesBack {
  HandClock<Queue>& clock;
  Timer other{at(99s)};
  int calls = 0;

  [[nodiscard]] Waker waker() { return Waker(RawWaker{this, &kTable}); }
  static void come_back(const void* data) noexcept {
    auto& self = *const_cast<ComesBack*>(static_cast<const ComesBack*>(data));
    ++self.calls;
    self.clock.wake_at_deadline(self.other, Waker::noop());
    self.clock.forget(self.other);
  }
  static RawWaker clone(const void* data) noexcept {
    come_back(data);
    return {data, &kTable};
  }
  static constexpr RawWakerVTable kTable{&clone, &come_back, &come_back, &come_back};
};

TYPED_TEST(QueuedClockTest, WakersThatComeBackToTheClock_FindItUnlocked) {
  ComesBack<TypeParam> back{this->clock_};
  {
    Timer timer(at(10s)), taken(at(10s));
    const Waker waker = back.waker();
    this->clock_.wake_at_deadline(timer, waker);  // cloned
    this->clock_.wake_at_deadline(taken, waker);
    this->clock_.wake_at_deadline(timer, Waker::noop());  // dropped for another one
    this->clock_.wake_at_deadline(timer, waker);
    this->clock_.forget(taken);                  // dropped
    EXPECT_EQ(this->clock_.go_to(at(10s)), 1u);  // woken
    EXPECT_EQ(back.calls, 6);
    this->clock_.forget(timer);
  }
  EXPECT_EQ(back.calls, 7);  // `waker`
}

TYPED_TEST(QueuedClockTest, TimerThatDiesOnceItIsFired_IsNotTouchedAgain) {
  auto slept = std::make_unique<Sleep>(this->clock_, at(1s));
  CountingTask task;
  EXPECT_TRUE(task.poll(*slept).is_pending());
  EXPECT_EQ(this->clock_.go_to(at(1s)), 1u);
  slept.reset();
  EXPECT_EQ(task.take_wakes(), 1u);
  EXPECT_EQ(this->clock_.go_to(at(2s)), 0u);
}

TYPED_TEST(QueuedClockDeathTest, ClockThatDiesUnderASleeper_SaysSo) {
  EXPECT_DEATH(
      {
        auto clock = std::make_unique<HandClock<TypeParam>>();
        Timer timer(at(1s));
        clock->wake_at_deadline(timer, Waker::noop());
        clock.reset();
      },
      "destroyed while somebody sleeps by it");
}

}  // namespace

// timer_queue_test.cpp -- one contract for the heap and the wheel: what comes out, in which order, and when to look.
#include "common/time/timer_queue.hpp"

#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/time/tests/at.hpp"
#include "common/time/timer_heap.hpp"
#include "common/time/timer_wheel.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

// What a queue promises: when a timer with this deadline, registered at `present`, is due.
template <class Queue>
struct Rule;
template <>
struct Rule<TimerHeap> {
  static constexpr Duration kTick = 1ns;
  static Instant due_at(Instant deadline, Instant) { return deadline; }
  static Instant present_at(Instant now) { return now; }
};
template <>
struct Rule<TimerWheel> {
  static constexpr Duration kTick = 1ms;
  static Instant due_at(Instant deadline, Instant present) {
    if (deadline > present_at(Instant::max())) return Instant::max();
    return std::max(at(std::chrono::ceil<std::chrono::milliseconds>(deadline.time_since_epoch())), present);
  }
  static Instant present_at(Instant now) {
    return at(std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()));
  }
};

// A model that is too simple to be wrong: it looks at all that is there.
template <class Queue>
class Model {
 public:
  void insert(Timer& timer) {
    waiting_.push_back({Rule<Queue>::due_at(timer.deadline, present_), ++registrations_, &timer});
  }
  void remove(Timer& timer) {
    std::erase_if(waiting_, [&](const Entry& entry) { return entry.timer == &timer; });
  }
  Timer* pop_due(Instant now) {
    const auto first = std::ranges::min_element(waiting_);
    if (first == waiting_.end() || first->due_at > now) {
      present_ = std::max(present_, Rule<Queue>::present_at(now));
      return nullptr;
    }
    present_ = std::max(present_, first->due_at);
    Timer* const due = first->timer;
    waiting_.erase(first);
    return due;
  }
  [[nodiscard]] std::optional<Instant> first_due_at() const {
    const auto first = std::ranges::min_element(waiting_);
    return first == waiting_.end() ? std::nullopt : std::optional(first->due_at);
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  struct Entry {
    Instant due_at;
    int number;
    Timer* timer;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> waiting_;
  int registrations_ = 0;
  Instant present_;
};

template <class Queue>
class TimerQueueContract : public testing::Test {
 public:
  Queue queue_;
};

struct TimerQueueName {
  template <class Queue>
  static std::string GetName(int) {
    return std::is_same_v<Queue, TimerHeap> ? "Heap" : "Wheel";
  }
};
using Queues = testing::Types<TimerHeap, TimerWheel>;
TYPED_TEST_SUITE(TimerQueueContract, Queues, TimerQueueName);

TYPED_TEST(TimerQueueContract, EmptyQueue_GivesNothingAndNeedNotBeAsked) {
  EXPECT_TRUE(this->queue_.is_empty());
  EXPECT_EQ(this->queue_.size(), 0u);
  EXPECT_EQ(this->queue_.next(), std::nullopt);
  EXPECT_EQ(this->queue_.pop_due(Instant::max()), nullptr);
}

TYPED_TEST(TimerQueueContract, TimerThatIsDue_ComesOutOnce) {
  Timer timer(at(3s));
  this->queue_.insert(timer);
  EXPECT_TRUE(timer.is_queued());
  EXPECT_EQ(this->queue_.size(), 1u);
  EXPECT_EQ(this->queue_.pop_due(at(3s - 1ns)), nullptr);
  EXPECT_EQ(this->queue_.pop_due(at(3s)), &timer);
  EXPECT_FALSE(timer.is_queued());
  EXPECT_TRUE(this->queue_.is_empty());
  EXPECT_EQ(this->queue_.pop_due(at(4s)), nullptr);
  EXPECT_EQ(this->queue_.next(), std::nullopt);
}

TYPED_TEST(TimerQueueContract, TimersOfOneDeadline_ComeInTheOrderOfRegistration) {
  std::deque<Timer> timers;
  for (int i = 0; i < 10; ++i) this->queue_.insert(timers.emplace_back(at(5s)));
  this->queue_.remove(timers[3]);
  this->queue_.insert(timers[3]);  // registered anew: behind its equals
  for (const int i : {0, 1, 2, 4, 5, 6, 7, 8, 9, 3}) {
    EXPECT_EQ(this->queue_.pop_due(at(9s)), &timers[static_cast<std::size_t>(i)]);
  }
}

TYPED_TEST(TimerQueueContract, TimerThatThePoppedOneRemoves_DoesNotCome) {
  Timer first(at(1s)), twin(at(1s)), later(at(2s)), last(at(3s));
  for (Timer* timer : {&first, &twin, &later, &last}) this->queue_.insert(*timer);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &first);
  this->queue_.remove(twin);
  this->queue_.remove(later);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &last);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), nullptr);
}

// All are due already when they are registered: nobody waits for a second look.
TYPED_TEST(TimerQueueContract, TimerThatIsInsertedBetweenTwoPops_ComesInItsTurn) {
  Timer first(at(1s)), last(at(3s)), between(at(2s)), past(at(-5s));
  this->queue_.insert(first);
  this->queue_.insert(last);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &first);
  this->queue_.insert(between);
  this->queue_.insert(past);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &past);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &between);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &last);
  EXPECT_EQ(this->queue_.pop_due(at(10s)), nullptr);
  this->queue_.insert(first);
  EXPECT_LE(*this->queue_.next(), at(10s));
  EXPECT_EQ(this->queue_.pop_due(at(10s)), &first);
}

// Who asks when to look, and looks just then, finds each timer in its own tick, after few looks in vain.
TYPED_TEST(TimerQueueContract, LookingOnlyWhenNextSays_MissesNothing) {
  for (const Duration wait : {Duration(1ms), Duration(63ms), Duration(64ms), Duration(65ms), Duration(4097ms),
                              Duration(10s), Duration(1h), Duration(24h * 30), Duration(24h * 365 * 5)}) {
    TypeParam queue;
    Timer timer(at(wait));
    queue.insert(timer);
    int looks = 0;
    for (;;) {
      const Instant next = queue.next().value();
      ASSERT_LE(next, at(wait));
      ++looks;
      if (queue.pop_due(next) == nullptr) continue;
      EXPECT_EQ(next, at(wait));
      break;
    }
    EXPECT_LE(looks, 9) << wait;
  }
}

Duration random_duration(std::mt19937_64& random) {
  // Alike often: in a few ticks, in each level of the wheel, beyond the last one.
  const auto bits = random() % 48 + 14;
  return Duration(static_cast<Duration::rep>(random() % (std::uint64_t{1} << bits)));
}

TYPED_TEST(TimerQueueContract, AnyOrderOfOperations_GivesWhatTheModelSays) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100; ++round) {
    TypeParam queue;
    Model<TypeParam> model;
    std::deque<Timer> timers;
    for (int i = 0; i < 1 + round % 40; ++i) timers.emplace_back(Instant());
    Instant now, quiet;  // `quiet`: nothing was left that was due then
    const auto pop = [&] {
      Timer* const expected = model.pop_due(now);
      EXPECT_EQ(queue.pop_due(now), expected);
      if (expected == nullptr) {
        quiet = now;
      } else {
        EXPECT_LE(expected->deadline, now);
      }
      return expected != nullptr;
    };
    for (int step = 0; step < 400; ++step) {
      Timer& timer = timers[random() % timers.size()];
      switch (random() % 12) {
        case 0:
          // Not to the end of time, where nothing could be registered any more: that is the last step.
          if (now < at(24h * 365 * 100)) now += random_duration(random) / (random() % 4 == 0 ? 1 : 4096);
          break;
        case 1:
          while (pop()) {
          }
          break;
        case 2:
        case 3:
        case 4: (void)pop(); break;
        default:
          if (timer.is_queued()) {
            queue.remove(timer);
            model.remove(timer);
            break;
          }
          switch (random() % 16) {
            case 0: timer.deadline = now - random_duration(random); break;
            case 1: timer.deadline = Instant::max() - random_duration(random) / 1000; break;
            default: timer.deadline = now + random_duration(random);
          }
          queue.insert(timer);
          model.insert(timer);
      }
      ASSERT_EQ(queue.size(), model.size());
      ASSERT_EQ(queue.is_empty(), model.size() == 0);
      ASSERT_EQ(queue.next().has_value(), model.size() != 0);
      if (const auto next = queue.next()) {
        ASSERT_LE(*next, std::max(*model.first_due_at(), now));
        if (*model.first_due_at() > quiet) {
          ASSERT_GT(*next, quiet);
        }
      }
      if (this->HasFailure()) FAIL() << "round " << round << ", step " << step;
    }
    for (;;) {
      Timer* const expected = model.pop_due(Instant::max());
      ASSERT_EQ(queue.pop_due(Instant::max()), expected);
      if (expected == nullptr) break;
    }
    ASSERT_TRUE(queue.is_empty());
  }
}

// As a clock does it: from one next() to the next. Each timer comes in its tick, neither early nor a tick late.
TYPED_TEST(TimerQueueContract, DrivenByNextAlone_EachComesInItsTick) {
  std::mt19937_64 random(11);
  TypeParam queue;
  std::deque<Timer> timers;
  for (int i = 0; i < 2000; ++i) queue.insert(timers.emplace_back(Instant(random_duration(random))));
  std::size_t fired = 0;
  Instant before;
  while (const auto next = queue.next()) {
    ASSERT_GE(*next, before);
    before = *next;
    while (Timer* const due = queue.pop_due(*next)) {
      ++fired;
      ASSERT_GE(*next, due->deadline);
      ASSERT_LT(*next - due->deadline, Rule<TypeParam>::kTick);
    }
  }
  EXPECT_EQ(fired, timers.size());
}

template <class Queue>
class TimerQueueDeathTest : public TimerQueueContract<Queue> {};
TYPED_TEST_SUITE(TimerQueueDeathTest, Queues, TimerQueueName);

TYPED_TEST(TimerQueueDeathTest, TimerThatIsNotWhereItShouldBe_StopsTheProgram) {
  Timer timer(at(1s));
  EXPECT_DEATH(this->queue_.remove(timer), "left a queue that it was not in");
  EXPECT_DEATH(
      {
        this->queue_.insert(timer);
        this->queue_.insert(timer);
      },
      "registered once at a time");
  EXPECT_DEATH(
      {
        TypeParam queue;
        Timer dies(at(1s));
        queue.insert(dies);
      },
      "destroyed while it was registered");
}

}  // namespace

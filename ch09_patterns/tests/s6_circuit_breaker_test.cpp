// s6_circuit_breaker_test.cpp -- what is spawned and what is not; errors, exceptions and aborts of tasks.
#include "ch09_patterns/s6_circuit_breaker.hpp"

#include <chrono>
#include <expected>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/future/pending.hpp"
#include "common/future/yield_now.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch09 {
namespace {

using namespace std::chrono_literals;
using Done = std::expected<void, std::string>;
using enum CircuitState;

Async<Done> fails() { co_return std::unexpected("error"); }
Async<Done> succeeds() { co_return Done(); }
Async<Done> throws() {
  throw std::runtime_error("thrown");
  co_return Done();
}
Async<Done> never_ends() {
  co_await pending<void>();
  co_return Done();
}
Async<Done> counts(Counted, int& polls) {
  ++polls;
  co_return Done();
}

class CircuitBreakerTest : public ::testing::TestWithParam<RuntimeFlavor> {
 protected:
  template <class Main>
  void run(Main main) {
    run_async_main(main, GetParam());
  }
  Async<> three_errors() {
    for (int i = 0; i < 3; ++i) {
      auto task = breaker_.spawn_task(fails());
      (void)co_await *task;
    }
  }

  const Deadline deadline_{"a task never ended"};
  const PausedClock clock_;
  const std::shared_ptr<Circuit> circuit_ = Circuit::create({.threshold = 3, .open_for = 10s});
  const CircuitBreaker breaker_{circuit_};
};
INSTANTIATE_TEST_SUITE_P(Flavours, CircuitBreakerTest,
                         testing::Values(RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread),
                         [](const auto& flavor) {
                           return flavor.param == RuntimeFlavor::current_thread ? "CurrentThread"
                                                                                : "MultiThread";
                         });

// Read this one first.
// Question: a task passes, three fail, and one more would pass. What becomes of that one's future?
// Predict its polls. Break in `CircuitBreaker::spawn_task`.
TEST_P(CircuitBreakerTest, ThreeErrors_AndTheNextFutureIsNeverPolled) {
  Counts lives;
  int polls = 0;
  run([&]() -> Async<> {
    auto first = breaker_.spawn_task(counts(Counted(lives), polls));
    EXPECT_TRUE(first);
    (void)co_await *first;
    EXPECT_EQ(polls, 1);
    for (int i = 0; i < 3; ++i) {
      auto task = breaker_.spawn_task(fails());
      EXPECT_TRUE(task);
      const auto ended = co_await *task;
      EXPECT_EQ(ended.value().error(), "error") << "its own error comes out";
    }
    const auto refused = breaker_.spawn_task(counts(Counted(lives), polls));
    EXPECT_FALSE(refused);
    EXPECT_STREQ(refused.error().message(), "Circuit Open");
    EXPECT_EQ(refused.error().until(), Instant(10s));
  });
  EXPECT_EQ(polls, 1);
  EXPECT_EQ(lives.live(), 0u) << "it was destroyed";
}

TEST_P(CircuitBreakerTest, Exception_CountsAsAnError) {
  run([&]() -> Async<> {
    for (int i = 0; i < 3; ++i) {
      auto task = breaker_.spawn_task(throws());
      const auto ended = co_await *task;
      EXPECT_EQ(ended.error().message(), "thrown");
    }
  });
  EXPECT_EQ(circuit_->state(), open);
}

// Question: tasks are aborted. Whose fault is that?
TEST_P(CircuitBreakerTest, AbortedTasks_DoNotCount) {
  run([&]() -> Async<> {
    for (int i = 0; i < 5; ++i) {
      auto task = breaker_.spawn_task(never_ends());
      co_await yield_now();
      task->abort();
      const auto ended = co_await *task;
      EXPECT_TRUE(ended.error().is_cancelled());
    }
  });
  EXPECT_EQ(circuit_->state(), closed);
}

TEST_P(CircuitBreakerTest, TaskThatTriesItIsAborted_TheNextOneMayTry) {
  run([&]() -> Async<> {
    co_await three_errors();
    co_await sleep(10s);
    auto tries = breaker_.spawn_task(never_ends());
    EXPECT_TRUE(tries);
    EXPECT_EQ(circuit_->state(), half_open);
    EXPECT_FALSE(breaker_.spawn_task(succeeds()));
    tries->abort();
    (void)co_await *tries;
    auto next = breaker_.spawn_task(succeeds());
    EXPECT_TRUE(next);
    (void)co_await *next;
  });
  EXPECT_EQ(circuit_->state(), closed);
}

// Question: the one that tries it throws. Is the circuit still half open, as after an abort?
TEST_P(CircuitBreakerTest, TaskThatTriesItFailsOrThrows_ItIsOpenAgain) {
  run([&]() -> Async<> {
    co_await three_errors();
    for (const bool by_exception : {false, true}) {
      co_await sleep(10s);
      auto tries = breaker_.spawn_task(by_exception ? throws() : fails());
      EXPECT_TRUE(tries);
      (void)co_await *tries;
      EXPECT_EQ(circuit_->state(), open);
      EXPECT_EQ(breaker_.spawn_task(succeeds()).error().until(), now() + 10s);
    }
  });
}

// Question: ten seconds are over, and twenty tasks ask at the same moment. How many requests get out?
// Predict it for one thread and for many. Break in `Circuit::begin`.
TEST_P(CircuitBreakerTest, ManyAskAtOnceWhenTheTimeIsOver_OneIsSpawned) {
  base::Atomic<int> refused = 0, ran = 0;
  run([&]() -> Async<> {
    co_await three_errors();
    co_await sleep(10s);
    const auto slow = [&]() -> Async<Done> {
      ++ran;
      co_await sleep(1s);
      co_return Done();
    };
    const auto asks = [&]() -> Async<> {
      auto request = slow();
      auto task = breaker_.spawn_task(std::move(request));
      if (!task) {
        ++refused;
        co_return;
      }
      (void)co_await *task;
    };
    std::vector<JoinHandle<>> all;
    for (int i = 0; i < 20; ++i) all.push_back(spawn(asks));
    for (auto& one : all) (void)co_await one;
  });
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(refused, 19);
  EXPECT_EQ(circuit_->state(), closed);
}

// Question: what tries it is spawned where there is no runtime, or in one that ends. Who may try then?
TEST_P(CircuitBreakerTest, TaskThatTriesItNeverRuns_TheNextOneMayTry) {
  run([&]() -> Async<> {
    co_await three_errors();
    co_await sleep(10s);
  });
  EXPECT_THROW((void)breaker_.spawn_task(succeeds()), std::logic_error);
  run([&]() -> Async<> {
    EXPECT_TRUE(breaker_.spawn_task(never_ends()));
    co_return;
  });
  run([&]() -> Async<> {
    auto task = breaker_.spawn_task(succeeds());
    EXPECT_TRUE(task);
    if (task) (void)co_await *task;
  });
  EXPECT_EQ(circuit_->state(), closed);
}

Async<std::expected<std::unique_ptr<int>, std::string>> owner() { co_return std::make_unique<int>(7); }

TEST_P(CircuitBreakerTest, Output_MayBeMoveOnly) {
  run([&]() -> Async<> {
    auto task = breaker_.spawn_task(owner());
    auto ended = co_await *task;
    EXPECT_EQ(**ended.value(), 7);
  });
}

// Tasks that fail on all workers at once: the circuit opens once, and from then on nothing is spawned.
TEST(CircuitBreakerThreadsTest, ManyFailAtOnce_ItOpensOnce) {
  const Deadline deadline("a task never ended");
  base::Atomic<int> opened = 0;
  const CircuitBreaker breaker(Circuit::create({.threshold = 3, .open_for = 1h}, [&](CircuitState to) {
    if (to == open) ++opened;
  }));
  run_async_main([&]() -> Async<> {
    std::vector<JoinHandle<Done>> tasks;
    for (int i = 0; i < 1000; ++i) {
      auto task = breaker.spawn_task(fails());
      if (task) tasks.push_back(*std::move(task));
    }
    for (auto& task : tasks) (void)co_await task;
    EXPECT_GE(tasks.size(), 3u);
    EXPECT_FALSE(breaker.spawn_task(succeeds()));
  });
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace ch09

// s6_spawn_any_test.cpp -- what can be spawned, how long it is kept, and in which queue it stands.
#include "ch03_queues/s6_spawn_any.hpp"

#include <memory>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/mutex.hpp"
#include "common/task/tests/counted.hpp"
#include "common/time/sleep.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/tests/held_threads.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

class SpawnAnyTest : public StageTest<spawn_any::Executor> {};

TEST_F(SpawnAnyTest, FuturesCoroutinesAndCallables_AreSpawnedTheSameWay) {
  EXPECT_EQ(block_on(executor_->spawn_task(CounterFuture())), 3);
  EXPECT_EQ(block_on(executor_->spawn_task(CounterFuture(), Priority::high)), 3);
  block_on(executor_->spawn_task(async_fn()));
  block_on(executor_->spawn_task(sleep(1s), Priority::high));
  block_on(executor_->spawn_task([]() -> Async<> { co_await async_fn(); }));
  EXPECT_EQ(block_on(executor_->spawn_task([] { return CounterFuture(); })), 3);
  const auto named = []() -> Async<int> { co_return 4; };
  EXPECT_EQ(block_on(executor_->spawn_task(named)), 4);
}

TEST_F(SpawnAnyTest, WhatCannotBeMoved_IsBuiltInTheTask) {
  Mutex<int> mutex(5);
  static_assert(!std::move_constructible<decltype(mutex.lock())>);
  auto guard = block_on(executor_->spawn_task([&] { return mutex.lock(); }));
  EXPECT_EQ(*guard, 5);
}

// Question: the lambda was a temporary, and its coroutine uses the capture later. Who keeps it?
// Predict `live` at both places. Break in `KeptCall::KeptCall`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TEST_F(SpawnAnyTest, Captures_LiveAsLongAsTheTask) {
  Counts captured;
  auto task =
      executor_->spawn_task([life = Counted(captured), text = std::string(100, 'x')]() -> Async<std::string> {
        co_await sleep(1s);
        co_return text;
      });
  EXPECT_EQ(captured.live(), 1u);
  EXPECT_EQ(block_on(task), std::string(100, 'x'));
  EXPECT_EQ(captured.live(), 0u);  // not with the handle: with the end of the coroutine
}

// Question: nothing was said of a priority. In which queue does the task stand?
// Predict the log. Break in `Executor::spawn_task`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TEST_F(SpawnAnyTest, NoPriority_IsLow) {
  HeldThreads held;
  base::Locked<std::string> log;
  const auto write = [&](char letter) -> Async<> {
    *log.lock() += letter;
    co_return;
  };
  block_on(executor_->spawn_task(async_fn(), Priority::high));
  for (int i = 0; i < 3; ++i) executor_->spawn_task(held.hold()).detach();
  let_them_run();
  executor_->spawn_task(write('h'), Priority::high).detach();
  executor_->spawn_task(write('?')).detach();
  executor_->spawn_task(write('l'), Priority::low).detach();
  held.let_go("low 1");  // its own queue first
  let_them_run();
  EXPECT_EQ(*log.lock(), "?lh");
  for (const char* const name : {"high 1", "high 2"}) held.let_go(name);
  executor_.reset();  // before what its tasks refer to
}

}  // namespace
}  // namespace ch03::tests

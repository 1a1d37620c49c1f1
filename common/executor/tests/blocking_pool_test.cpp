// blocking_pool_test.cpp -- BlockingPool and spawn_blocking: how many threads, in which order, and what the end cancels.
#include "common/executor/blocking_pool.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/executor/spawn_blocking.hpp"
#include "common/executor/tests/clock_that_tells.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

class BlockingPoolTest : public testing::Test {
 protected:
  const Deadline deadline{"a blocking call, or the end of its pool, waits for ever"};

  static BlockingPool::Options with(std::size_t threads) {
    BlockingPool::Options options;
    options.max_threads = threads;
    options.keep_alive = 1h;  // by real time: in no test does a thread end because the machine stood still
    return options;
  }
  template <class Holds>
  static void yield_until(Holds holds) {
    while (!holds()) base::yield_thread();
  }
};

TEST_F(BlockingPoolTest, NoThreadAtAll_IsRefused) {
  EXPECT_THROW(BlockingPool(with(0)), std::invalid_argument);
}

TEST_F(BlockingPoolTest, ACall_IsMadeOnAnotherThread_WithItsArguments) {
  BlockingPool pool(with(2));
  EXPECT_EQ(pool.threads(), 0u);  // none before it is needed
  auto call = spawn_blocking_on(
      pool,
      [](std::string text, int times, pthread_t caller) {
        EXPECT_FALSE(::pthread_equal(caller, ::pthread_self()));
        return text + std::to_string(times);
      },
      std::string("toast "), 2, ::pthread_self());
  EXPECT_EQ(block_on(call).value(), "toast 2");
  EXPECT_EQ(pool.threads(), 1u);
}

TEST_F(BlockingPoolTest, AnException_IsAtTheHandle_AndTheThreadGoesOn) {
  BlockingPool pool(with(1));
  auto bad = spawn_blocking_on(pool, []() -> int { throw std::out_of_range("no bread"); });
  auto good = spawn_blocking_on(pool, [] { return 4; });
  const auto failed = block_on(bad);
  EXPECT_THROW(failed.error().rethrow(), std::out_of_range);
  EXPECT_EQ(block_on(good).value(), 4);
}

TEST_F(BlockingPoolTest, MoveOnlyArgumentsAndResults_AndVoid) {
  BlockingPool pool(with(1));
  auto call =
      spawn_blocking_on(pool, [](std::unique_ptr<int> given) { return given; }, std::make_unique<int>(5));
  EXPECT_EQ(*block_on(call).value(), 5);
  EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).has_value());
}

// Question: max_threads is 2, five calls block. How many threads are there, and who waits?
TEST_F(BlockingPoolTest, AtMostSoManyCalls_RunAtOnce_TheOthersWaitInOrder) {
  BlockingPool pool(with(2));
  base::Parker go[5], begun[5];
  base::Atomic<int> running = 0, most = 0;
  std::vector<JoinHandle<>> calls;
  for (std::size_t i = 0; i < 5; ++i) {
    calls.push_back(spawn_blocking_on(pool, [&, i] {
      const int now = ++running;
      most = std::max(most.load(), now);
      begun[i].unpark();
      go[i].park();
      --running;
    }));
  }
  begun[0].park();
  begun[1].park();
  EXPECT_EQ(pool.threads(), 2u);
  EXPECT_EQ(pool.queued(), 3u);
  for (std::size_t i = 0; i + 2 < 5; ++i) {
    go[i].unpark();
    begun[i + 2].park();  // its turn, and nobody else's
    EXPECT_EQ(pool.queued(), 2 - i);
  }
  go[3].unpark();
  go[4].unpark();
  for (auto& call : calls) EXPECT_TRUE(block_on(call).has_value());
  EXPECT_EQ(most, 2);
}

TEST_F(BlockingPoolTest, AnIdleThread_IsUsedBeforeANewOneIsStarted) {
  BlockingPool pool(with(8));
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).has_value());
    yield_until([&] { return pool.idle_threads() == 1; });
  }
  EXPECT_EQ(pool.threads(), 1u);
}

TEST_F(BlockingPoolTest, ACallThatHasNotBegun_CanBeAborted_OneThatRunsCannot) {
  BlockingPool pool(with(1));
  base::Parker begun, go;
  auto runs = spawn_blocking_on(pool, [&] {
    begun.unpark();
    go.park();
    return 1;
  });
  begun.park();
  Counts counts;
  bool called = false;
  auto waits = spawn_blocking_on(pool, [&, life = Counted(counts)] { called = true; });
  waits.abort();
  runs.abort();
  go.unpark();
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  EXPECT_EQ(block_on(runs).value(), 1);
  EXPECT_FALSE(called);
  EXPECT_EQ(counts.live(), 0u);
}

TEST_F(BlockingPoolTest, ADroppedHandle_LetsTheCallBeMade) {
  BlockingPool pool(with(1));
  base::Parker made;
  spawn_blocking_on(pool, [&] { made.unpark(); }).detach();
  made.park();
}

// The clock is paused: an idle thread's time is over when this thread sleeps longer.
TEST_F(BlockingPoolTest, AThreadThatIsIdleForKeepAlive_Ends) {
  PausedClock clock;
  auto options = with(4);
  options.keep_alive = 10s;
  BlockingPool pool(options);
  EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).has_value());
  blocking_sleep(9s);
  EXPECT_EQ(pool.threads(), 1u);
  EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).has_value());  // so its time begins again
  blocking_sleep(9s);
  EXPECT_EQ(pool.threads(), 1u);
  blocking_sleep(2s);
  yield_until([&] { return pool.threads() == 0; });
  EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).has_value());  // and another one is started
}

// Question: an idle thread has looked at the empty queue; now it looks at the clock, and its time is over. A call
// comes between the two, and is left to that thread. Predict: who makes it? Break in `BlockingPool::State::take`.
TEST_F(BlockingPoolTest, ACallThatComes_AtTheMomentInWhichTheIdleThreadsTimeIsOver_IsMade) {
  std::optional<BlockingPool> pool;
  base::Atomic<bool> made = false;
  ClockThatTells clock([&](int asked) {
    if (asked == 1) return Instant(0s);  // the thread begins to be idle: 10 s from here
    if (asked == 2) spawn_blocking_on(*pool, [&] { made = true; }).detach();
    return Instant(10s);
  });
  {
    const CurrentClock current(clock);
    auto options = with(1);
    options.keep_alive = 10s;
    pool.emplace(options);
  }
  EXPECT_TRUE(block_on(spawn_blocking_on(*pool, [] {})).has_value());
  yield_until([&] { return made || pool->threads() == 0; });
  EXPECT_TRUE(made);
  pool.reset();  // its thread asks the clock again
}

TEST_F(BlockingPoolTest, Shutdown_WaitsForTheCallThatRuns_AndCancelsTheRest) {
  Counts counts;
  BlockingPool pool(with(1));
  base::Parker begun, go;
  auto runs = spawn_blocking_on(pool, [&] {
    begun.unpark();
    go.park();
  });
  begun.park();
  auto waits = spawn_blocking_on(pool, [life = Counted(counts)] {});
  const base::Thread helper([&] {
    yield_until([&] { return waits.is_finished(); });
    go.unpark();
  });
  EXPECT_TRUE(pool.shutdown());
  EXPECT_TRUE(block_on(runs).has_value());
  EXPECT_TRUE(block_on(waits).error().is_cancelled());
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(pool.threads(), 0u);
  EXPECT_TRUE(pool.shutdown());  // the second time there is nothing to do
  EXPECT_TRUE(block_on(spawn_blocking_on(pool, [] {})).error().is_cancelled());
}

TEST_F(BlockingPoolTest, ShutdownWithALimit_LeavesAStuckCallToItself_AndSoDoesTheDestructor) {
  base::Parker begun, go;
  auto pool = std::make_optional<BlockingPool>(with(1));
  auto stuck = spawn_blocking_on(*pool, [&] {
    begun.unpark();
    go.park();
    return 3;
  });
  begun.park();
  EXPECT_FALSE(pool->shutdown(0s));
  const auto late = spawn_blocking_on(*pool, [] {});
  EXPECT_TRUE(late.is_finished());  // cancelled, and not left to the stuck call's thread
  (void)pool->shutdown();
  pool.reset();
  EXPECT_FALSE(stuck.is_finished());
  go.unpark();
  EXPECT_EQ(block_on(stuck).value(), 3);
}

TEST_F(BlockingPoolTest, ShutdownOnAThreadOfItsOwn_DoesNotWaitForItself) {
  auto pool = std::make_optional<BlockingPool>(with(1));
  auto call = spawn_blocking_on(*pool, [&] { return pool->shutdown(); });
  EXPECT_FALSE(block_on(call).value());
  auto other = std::make_unique<BlockingPool>(with(1));
  auto ends = spawn_blocking_on(*other, [&] { other.reset(); });
  EXPECT_TRUE(block_on(ends).has_value());
}

TEST_F(BlockingPoolTest, WhereNotEvenOneThreadCanBeStarted_ThePushThrows_AndTheCallIsDropped) {
  Counts counts;
  auto options = with(1);
  options.threads.stack_size = std::size_t{1} << 60;
  BlockingPool pool(options);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)spawn_blocking_on(pool, [life = Counted(counts)] {}), std::system_error);
  }
  EXPECT_EQ(counts.live(), 0u);
  EXPECT_EQ(pool.threads(), 0u);
  EXPECT_EQ(pool.queued(), 0u);
}

// Question: a second thread is refused while the first one is busy. Predict: what becomes of the second call?
// Break in `BlockingPool::State::without_thread`.
TEST_F(BlockingPoolTest, WhereASecondThreadCannotBeStarted_TheFirstMakesItsCallToo) {
  auto options = with(2);
  int threads = 0;
  options.surround = [&](std::function<void()> work) {
    if (++threads == 2)
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    return work;
  };
  BlockingPool pool(options);
  base::Parker begun, go;
  auto first = spawn_blocking_on(pool, [&] {
    begun.unpark();
    go.park();
    return 1;
  });
  begun.park();
  auto second = spawn_blocking_on(pool, [] { return 2; });
  EXPECT_EQ(pool.threads(), 1u);
  EXPECT_EQ(pool.queued(), 1u);
  go.unpark();
  EXPECT_EQ(block_on(first).value(), 1);
  EXPECT_EQ(block_on(second).value(), 2);
}

TEST_F(BlockingPoolTest, TheHooks_AreCalledInEachThread) {
  base::Atomic<int> starts = 0, stops = 0;
  {
    auto options = with(1);
    options.threads.name = [] { return std::string("helper"); };
    options.threads.on_start = [&] { ++starts; };
    options.threads.on_stop = [&] { ++stops; };
    BlockingPool pool(options);
    EXPECT_EQ(block_on(spawn_blocking_on(pool, [] { return std::string(base::thread_name()); })).value(),
              "helper");
    EXPECT_EQ(starts, 1);
    EXPECT_EQ(stops, 0);
  }
  EXPECT_EQ(stops, 1);
}

TEST_F(BlockingPoolTest, WithoutARuntime_TheProgramsPoolMakesTheCall) {
  EXPECT_EQ(block_on(spawn_blocking([](int a, int b) { return a + b; }, 2, 3)).value(), 5);
  BlockingPool mine(with(1));
  const BlockingPool::Current current(&mine);
  EXPECT_TRUE(block_on(spawn_blocking([] {})).has_value());
  EXPECT_EQ(mine.threads(), 1u);
}

}  // namespace

// s4_lost_updates_test.cpp -- row 11.4: one thread loses nothing, many may, an await makes it sure.
#include "ch11_testing/s4_lost_updates.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/runtime/builder.hpp"
#include "common/sync/barrier.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/testing/async_test.hpp"
#include "common/time/paused_clock.hpp"

#include "ch11_testing/row_tests.hpp"

namespace ch11 {
namespace {

using namespace std::chrono_literals;

Runtime on_one_thread() { return Builder::new_current_thread().enable_all().build(); }
Runtime on_four_workers() { return Builder::new_multi_thread().worker_threads(4).enable_all().build(); }

// Question: the addition is two steps. Why is nothing lost?
// Predict: how many other tasks run between the two? Break in `unsafe_add`.
TEST(LostUpdatesTest, OneThread_LosesNothing) {
  const Deadline deadline("the tasks do not end");
  const std::size_t tasks = row_options().tasks;
  const std::size_t counted = count(on_one_thread(), tasks, unsafe_add);
  EXPECT_EQ(counted, tasks);
  demo::println(counted, " of ", tasks, " additions counted");
}

// With many threads some are lost, as a rule; how many is luck, and so is whether any are. So this test can
// say what was lost, and not that nothing ever will be. The step s4_explored finds it every time.
TEST(LostUpdatesTest, FourWorkers_MayLoseSome_AndWhatIsLostIsCounted) {
  const Deadline deadline("the tasks do not end");
  const std::size_t tasks = row_options().tasks;
  const std::size_t counted = count(on_four_workers(), tasks, unsafe_add);
  EXPECT_GE(counted, 1u);
  EXPECT_LE(counted, tasks);
  demo::Options options;
  options.placeholders = row_options().placeholders;
  demo::println(demo::shown(options, counted, "<counted>"), " of ", tasks,
                " additions counted: ", demo::shown(options, tasks - counted, "<lost>"), " lost");
}

TEST(LostUpdatesTest, FourWorkers_AndOneStep_LoseNothing) {
  const Deadline deadline("the tasks do not end");
  const std::size_t tasks = row_options().tasks;
  EXPECT_EQ(count(on_four_workers(), tasks, safe_add), tasks);
}

// Question: a second of sleep between the two steps. How many additions are left?
// Predict: and with one thread? Break in `unsafe_add_with_a_sleep`, behind its sleep.
TEST(LostUpdatesTest, ASleepInBetween_LeavesOne_InOneThreadToo) {
  const Deadline deadline("the tasks do not end", 300s);
  const PausedClock clock;
  const std::size_t tasks = row_options().tasks;
  const std::size_t counted = count(on_one_thread(), tasks, unsafe_add_with_a_sleep);
  EXPECT_EQ(counted, 1u);
  EXPECT_EQ(now(), Instant(1s));
  demo::println(counted, " of ", tasks, " additions counted, after ", now().time_since_epoch() / 1s, " s");
}

// A race that is forced: both read before either of them writes. No luck is needed, but somebody who knows
// where.
ASYNC_TEST(LostUpdatesTest, TwoThatMeetInBetween_LoseOneEveryTime, .workers = 2) {
  Counter counter = 0;
  Barrier both_have_read(2);
  const auto add = [&]() -> Async<> {
    const std::size_t value = counter.load(base::seq_cst);
    (void)co_await both_have_read.wait();
    counter.store(value + 1, base::seq_cst);
  };
  auto one = spawn(add);
  auto other = spawn(add);
  (void)co_await one;
  (void)co_await other;
  EXPECT_EQ(counter.load(base::seq_cst), 1u);
  demo::println("two that meet between their two steps: 1 of 2 counted");
}

}  // namespace
}  // namespace ch11

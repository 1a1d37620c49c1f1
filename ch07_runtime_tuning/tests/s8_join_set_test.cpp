// s8_join_set_test.cpp -- JoinSet: the order of completion, errors, the end of the set; on both flavours.
#include "ch07_runtime_tuning/s8_join_set.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "common/demo/captured_lines.hpp"
#include "common/future/async.hpp"
#include "common/runtime/join_set.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/s8_join_handle.hpp"

namespace ch07 {
namespace {

using namespace async;
using namespace std::chrono_literals;

class JoinSetOfRuntimeTest : public testing::TestWithParam<RuntimeFlavor> {
 protected:
  const Deadline deadline_{"the tasks of the set never ended"};
  const demo::CapturedLines printed_;
  const PausedClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Flavours, JoinSetOfRuntimeTest,
                         testing::Values(RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread),
                         [](const auto& flavor) {
                           return flavor.param == RuntimeFlavor::current_thread ? "CurrentThread"
                                                                                : "MultiThread";
                         });

Async<int> after(int seconds) {
  co_await sleep(std::chrono::seconds(seconds));
  co_return seconds;
}

// Read this one first.
// Question: tasks of 3, 1 and 2 seconds. In which order does join_next give them, and when?
// Predict. Break in `JoinSet::join_next`.
TEST_P(JoinSetOfRuntimeTest, JoinNext_GivesThemAsTheyFinish) {
  const std::string order = run_async_main(
      []() -> Async<std::string> {
        JoinSet<int> set;
        for (const int seconds : {3, 1, 2}) set.spawn(after(seconds));
        std::string text;
        while (!set.is_empty()) {
          const auto next = co_await set.join_next();
          text +=
              std::to_string(next->value()) + (now() == Instant(std::chrono::seconds(**next)) ? "." : "?");
        }
        const auto none = co_await set.join_next();
        co_return text + (none ? " one more" : "");
      },
      GetParam());
  EXPECT_EQ(order, "1.2.3.");
}

TEST_P(JoinSetOfRuntimeTest, JoinAll_GivesAll) {
  const int sum = run_async_main(
      []() -> Async<int> {
        JoinSet<int> set;
        for (int i = 0; i < 100; ++i) set.spawn(after(i % 7));
        const auto all = co_await set.join_all();
        int total = 0;
        for (const int each : all.value()) total += each;
        co_return total + (set.is_empty() ? 1000 : 0);
      },
      GetParam());
  EXPECT_EQ(sum, 1000 + 14 * 21 + 1);
}

// Question: a hundred tasks sleep for 100 ms each. How long does that take, on one thread and on all?
// Predict. Break in `doubled`: how many of them sleep when the first one wakes?
TEST_P(JoinSetOfRuntimeTest, HundredTasks_GiveTheGuidesSumInTheTimeOfOne) {
  const Doubled hundred = run_async_main(doubled_by_tasks(100), GetParam());
  EXPECT_EQ(hundred.results, 100u);
  EXPECT_EQ(hundred.sum, 9900);
  EXPECT_EQ(now(), Instant(100ms));
}

TEST_P(JoinSetOfRuntimeTest, JoinAll_StopsAtTheFirstErrorAndAbortsTheRest) {
  bool dropped = false;
  int rounds = 0;
  const std::string said = run_async_main(
      [&]() -> Async<std::string> {
        JoinSet<int> set;
        set.spawn([&] { return runs_for_ever(rounds, dropped); });
        set.spawn(fails());
        const auto all = co_await set.join_all();
        co_return all ? "all" : all.error().message();
      },
      GetParam());
  EXPECT_EQ(said, "the toaster is on fire");
  EXPECT_TRUE(dropped);
}

TEST_P(JoinSetOfRuntimeTest, AbortAll_GivesThemBackAsCancelled) {
  const int cancelled = run_async_main(
      []() -> Async<int> {
        JoinSet<int> set;
        for (int i = 0; i < 5; ++i) set.spawn(after(3600));
        set.abort_all();
        int count = 0;
        while (!set.is_empty()) {
          const auto next = co_await set.join_next();
          if (!*next && next->error().is_cancelled()) ++count;
        }
        co_return count;
      },
      GetParam());
  EXPECT_EQ(cancelled, 5);
}

TEST_P(JoinSetOfRuntimeTest, DroppedSet_AbortsWhatIsLeft) {
  bool dropped = false;
  int rounds = 0;
  run_async_main(
      [&]() -> Async<> {
        {
          JoinSet<int> set;
          set.spawn([&] { return runs_for_ever(rounds, dropped); });
          co_await sleep(1500ms);
        }
        co_await sleep(10s);
      },
      GetParam());
  EXPECT_TRUE(dropped);
  EXPECT_EQ(rounds, 1);
}

}  // namespace
}  // namespace ch07

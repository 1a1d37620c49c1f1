// s8_join_handle_test.cpp -- what a JoinHandle tells: value, cancelled, exception; on both flavours.
#include "ch07_runtime_tuning/s8_join_handle.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/future/block_on.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

class JoinHandleOfRuntimeTest : public testing::TestWithParam<RuntimeFlavor> {
 protected:
  const Deadline deadline_{"the tasks never ended"};
  const demo::CapturedLines printed_;
  const PausedClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Flavours, JoinHandleOfRuntimeTest,
                         testing::Values(RuntimeFlavor::current_thread, RuntimeFlavor::multi_thread),
                         [](const auto& flavor) {
                           return flavor.param == RuntimeFlavor::current_thread ? "CurrentThread"
                                                                                : "MultiThread";
                         });

// Read this one first.
// Question: a task ends after 1 s. What do is_finished() and the await say at 0.5 s and later?
// Predict. Break in `answer`.
TEST_P(JoinHandleOfRuntimeTest, Await_GivesTheValue) {
  const bool kept = run_async_main(
      []() -> Async<bool> {
        auto handle = spawn(answer());
        co_await sleep(500ms);
        const bool early = handle.is_finished();
        const auto result = co_await handle;
        co_return !early && handle.is_finished() && result == 42 && now() == Instant(1s);
      },
      GetParam());
  EXPECT_TRUE(kept);
}

// Question: a task that would never end is aborted in its fourth second. When is what it holds destroyed?
// Predict the order. Break in ~SaysWhenDropped: which thread is it?
TEST_P(JoinHandleOfRuntimeTest, Abort_DestroysTheFutureAndThenTellsCancelled) {
  int rounds = 0;
  bool dropped = false;
  const std::string said = run_async_main(
      [&]() -> Async<std::string> {
        auto handle = spawn([&] { return runs_for_ever(rounds, dropped); });
        co_await sleep(3500ms);
        handle.abort();
        const auto result = co_await handle;
        co_return told(result) + (dropped ? ", destroyed" : ", not destroyed");
      },
      GetParam());
  EXPECT_EQ(said, "was cancelled, destroyed");
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(printed_.text(), "Still running\nStill running\nStill running\n");
}

TEST_P(JoinHandleOfRuntimeTest, AbortHandle_AbortsFromElsewhere) {
  int rounds = 0;
  bool dropped = false;
  const std::string said = run_async_main(
      [&]() -> Async<std::string> {
        auto handle = spawn([&] { return runs_for_ever(rounds, dropped); });
        const AbortHandle abort = handle.abort_handle();
        spawn([abort]() -> Async<> {
          co_await sleep(1500ms);
          abort.abort();
        }).detach();
        const auto result = co_await handle;
        co_return told(result) + (abort.is_finished() ? ", finished" : "");
      },
      GetParam());
  EXPECT_EQ(said, "was cancelled, finished");
  EXPECT_EQ(rounds, 1);
  EXPECT_TRUE(dropped);
}

TEST_P(JoinHandleOfRuntimeTest, AbortOfAFinishedTask_HasNoEffect) {
  const std::string said = run_async_main(
      []() -> Async<std::string> {
        auto handle = spawn(answer());
        while (!handle.is_finished()) co_await sleep(100ms);
        handle.abort();
        const auto result = co_await handle;
        co_return told(result);
      },
      GetParam());
  EXPECT_EQ(said, "ended: 42");
}

// Question: a task throws. Who notices: its worker, its neighbours, whoever awaits it?
TEST_P(JoinHandleOfRuntimeTest, Exception_IsAValueAndNobodyElseNotices) {
  const std::string said = run_async_main(
      []() -> Async<std::string> {
        std::vector<JoinHandle<int>> bad;
        for (int i = 0; i < 10; ++i) bad.push_back(spawn(fails()));
        auto good = spawn(answer());
        std::string all;
        for (auto& handle : bad) {
          const auto result = co_await handle;
          if (!result && result.error().is_exception() && !result.error().is_cancelled()) all += 'e';
        }
        const auto result = co_await good;
        co_return all + " " + told(result);
      },
      GetParam());
  EXPECT_EQ(said, "eeeeeeeeee ended: 42");
}

TEST_P(JoinHandleOfRuntimeTest, DroppedHandle_LetsTheTaskRun) {
  const bool ran = run_async_main(
      []() -> Async<bool> {
        Notify done;
        {
          auto handle = spawn([&done]() -> Async<> {
            co_await sleep(1s);
            done.notify_one();
          });
          std::move(handle).detach();
        }
        co_await done.notified();
        co_return now() == Instant(1s);
      },
      GetParam());
  EXPECT_TRUE(ran);
}

// What is left when main returns is cancelled, and destroyed before run_async_main returns.
TEST_P(JoinHandleOfRuntimeTest, EndOfTheRuntime_CancelsWhatIsLeft) {
  int rounds = 0;
  bool dropped = false;
  run_async_main(
      [&]() -> Async<> {
        spawn([&] { return runs_for_ever(rounds, dropped); }).detach();
        co_await sleep(2500ms);
      },
      GetParam());
  EXPECT_TRUE(dropped);
  EXPECT_EQ(rounds, 2);
}

}  // namespace
}  // namespace ch07

// s9_watch_test.cpp -- each watcher sees each update that it had time for; the newest is never missed.
#include "ch07_runtime_tuning/s9_watch.hpp"

#include <gtest/gtest.h>

#include "common/channel/watch.hpp"
#include "common/demo/captured_lines.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace ch07 {
namespace {

TEST(WatchTest, ThreeWatchers_SeeFiveUpdatesEach) {
  const Deadline deadline("a watcher never heard of the end");
  const demo::CapturedLines printed;
  const PausedClock clock;
  EXPECT_EQ(run_async_main(three_watchers(), RuntimeFlavor::current_thread), 15);
  EXPECT_EQ(printed.lines().size(), 15u);
}

TEST(WatchTest, TwoChangesAtOnce_TheNewestCounts) {
  const demo::CapturedLines printed;
  EXPECT_EQ(run_async_main(config_reload(), RuntimeFlavor::current_thread),
            (std::vector<std::uint16_t>{8080, 8082}));
}

Async<> count_changes(watch::Receiver<int> value, int& seen) {
  for (;;) {
    const auto changed = co_await value.changed();
    if (!changed) co_return;
    ++seen;
  }
}

// Question: a hundred changes come before the watcher has its turn. How often is its task woken and polled?
// Predict, then break in `ChangedFuture::poll`.
TEST(WatchTest, HundredChangesBeforeItsTurn_AreOneToTheWatcher) {
  ManualExecutor executor;
  auto channel = watch::channel<int>(0);
  int seen = 0;
  auto watcher = executor.spawn(count_changes(channel.receiver.clone(), seen));
  executor.step();
  for (int i = 1; i <= 100; ++i) ASSERT_TRUE(channel.sender.send(i));
  EXPECT_EQ(executor.queued(), 1u);
  executor.step();
  EXPECT_EQ(seen, 1);
  watcher.abort();
}

}  // namespace
}  // namespace ch07

// s6_cancel_safety_test.cpp -- slow_report cancelled at each await, in each way: nothing is left over.
#include "ch02_futures/s6_cancel_safety.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <iterator>

#include "common/demo/temporary_folder.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/time/paused_clock.hpp"

#include "ch02_futures/executor.hpp"
#include "ch02_futures/tests/fresh_lines.hpp"

namespace ch02 {
namespace {

using async::demo::TemporaryFolder;
using async::demo::text_of;

using Lines = FreshLines::Lines;
using Ran = Runnable::Ran;

std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

// A folder with an old report, and what must be true again after any cancellation.
class CancelSafetyTest : public ::testing::Test {
 protected:
  CancelSafetyTest() {
    WholeFile old_report(path);
    old_report.write("the old report");
    old_report.commit();
  }

  void expect_nothing_left() {
    EXPECT_TRUE(reports.try_lock()) << "the lock is held";
    EXPECT_EQ(text_of(path), "the old report");
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    EXPECT_EQ(open_files(), files_before);
    EXPECT_FALSE(clock.advance_to_next()) << "a timer is left";
  }

  PausedClock clock;
  FreshLines printed;
  TemporaryFolder folder;
  const std::string path = folder.path_of("report.txt");
  const std::ptrdiff_t files_before = open_files();
  Mutex<int> reports;
};

const Lines kInnermostFirst{"destroyed: what the inner coroutine holds",
                            "destroyed: the last local of slow_report",
                            "destroyed: the first local of slow_report"};

// Question: the timeout comes while a lock is held and a file is half written. In which order are they let
// go? Predict the lines. Break in `Witness::~Witness`, and look who calls: all of it happens inside one poll.
TEST_F(CancelSafetyTest, Timeout_DestroysTheInnermostFirst) {
  ManualExecutor executor;
  auto handle = executor.spawn(timeout(3s, slow_report(reports, path)));
  EXPECT_EQ(executor.step()->ran, Ran::waits);
  EXPECT_FALSE(reports.try_lock()) << "it has the lock";
  EXPECT_EQ(text_of(path + ".part"), "first half\n");
  EXPECT_EQ(text_of(path), "the old report") << "nobody sees half a report";
  EXPECT_EQ(open_files(), files_before + 1);
  EXPECT_EQ(printed.take(), Lines{});

  clock.advance(3s);
  EXPECT_EQ(printed.take(), Lines{}) << "the clock only wakes";
  EXPECT_EQ(executor.step()->ran, Ran::finished);
  EXPECT_EQ(printed.take(), kInnermostFirst);
  expect_nothing_left();
}

TEST_F(CancelSafetyTest, Unpolled_HasDoneNothing) {
  {
    const auto unpolled = slow_report(reports, path);
  }
  EXPECT_EQ(printed.take(), Lines{});
  expect_nothing_left();
}

TEST_F(CancelSafetyTest, CancelledWhileItWaitsForTheLock_LeavesTheQueue) {
  {
    const auto guard = reports.try_lock();
    ManualExecutor executor;
    auto handle = executor.spawn(slow_report(reports, path));
    executor.step();
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    handle.abort();
    executor.step();
    EXPECT_EQ(printed.take(), (Lines{"destroyed: the first local of slow_report"}));
  }
  expect_nothing_left();
}

// It was given the lock, but was not polled since: then it never knew, and the lock must go on to the next
// one.
TEST_F(CancelSafetyTest, CancelledWhenTheLockIsItsOwnButUnseen_GivesItBack) {
  {
    auto guard = reports.try_lock();
    ManualExecutor executor;
    auto handle = executor.spawn(slow_report(reports, path));
    executor.step();
    guard.reset();
    EXPECT_FALSE(reports.try_lock());
    handle.abort();
    executor.step();
  }
  expect_nothing_left();
}

TEST_F(CancelSafetyTest, Aborted_LeavesNothing) {
  {
    ManualExecutor executor;
    auto handle = executor.spawn(slow_report(reports, path));
    executor.step();
    handle.abort();
    EXPECT_EQ(printed.take(), Lines{}) << "abort only asks; the executor destroys";
    EXPECT_EQ(executor.step()->ran, Ran::cancelled);
    EXPECT_EQ(printed.take(), kInnermostFirst);
  }
  expect_nothing_left();
}

TEST_F(CancelSafetyTest, ExecutorDestroyed_LeavesNothing) {
  {
    Executor executor;
    executor.spawn(slow_report(reports, path)).detach();
    executor.block_on(sleep(1s));
  }
  EXPECT_EQ(printed.take(), kInnermostFirst);
  expect_nothing_left();
}

TEST_F(CancelSafetyTest, NotCancelled_TheReportIsThereAsAWhole) {
  Executor executor;
  ASSERT_TRUE(executor.block_on(timeout(11s, slow_report(reports, path))));
  EXPECT_EQ(text_of(path), "first half\nSlow Task Completed");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_EQ(**reports.try_lock(), 1);
}

TEST_F(CancelSafetyTest, FileThatCannotBeMade_ThrowsAndLetsGoOfTheLock) {
  Executor executor;
  EXPECT_THROW(executor.block_on(slow_report(reports, folder.path_of("no-such-folder/report.txt"))),
               std::ios_base::failure);
  expect_nothing_left();
}

}  // namespace
}  // namespace ch02

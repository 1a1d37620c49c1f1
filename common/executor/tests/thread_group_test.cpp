// thread_group_test.cpp -- ThreadGroup: waits for all, for as long as it may; a thread of its own does not wait.
#include "common/executor/thread_group.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <system_error>

#include "common/base/atomic.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

namespace {

using namespace async;
using namespace std::chrono_literals;

class ThreadGroupTest : public testing::Test {
 protected:
  const Deadline deadline{"a group of threads is waited for for ever"};
  ThreadGroup group;
};

TEST_F(ThreadGroupTest, Empty_HasNothingToWaitFor) {
  EXPECT_EQ(group.size(), 0u);
  EXPECT_TRUE(group.wait());
  EXPECT_TRUE(group.wait(0s));
}

TEST_F(ThreadGroupTest, Wait_ReturnsWhenAllHaveEnded_WithTheirCaptures) {
  Counts captures;
  base::Atomic<int> ran = 0;
  for (int i = 0; i < 10; ++i) group.start(base::ThreadOptions{}, [&, life = Counted(captures)] { ++ran; });
  EXPECT_TRUE(group.wait());
  EXPECT_EQ(ran, 10);
  EXPECT_EQ(captures.live(), 0u);
  EXPECT_EQ(group.size(), 0u);
}

TEST_F(ThreadGroupTest, OnesThatEnd_AreGone_BeforeAnybodyWaits) {
  for (int i = 0; i < 50; ++i) {
    group.start(base::ThreadOptions{}, [] {});
    while (group.size() != 0) base::yield_thread();
  }
}

TEST_F(ThreadGroupTest, ALimit_LeavesThoseThatRunLongerToThemselves) {
  base::Parker go, gone;
  {
    ThreadGroup stuck;
    stuck.start(base::ThreadOptions{}, [&] {
      go.park();
      gone.unpark();
    });
    EXPECT_FALSE(stuck.wait(1ms));
    EXPECT_EQ(stuck.wait(), false);  // they are nobody's any more
  }
  go.unpark();
  gone.park();
}

TEST_F(ThreadGroupTest, UnderAPausedClock_TheLimitIsItsTime) {
  PausedClock clock;
  base::Parker go;
  ThreadGroup waits;
  // One that takes no part in the clock: it signs off with nothing after the clock has gone.
  waits.start(base::Bystander{}, [&] { go.park(); });
  EXPECT_FALSE(waits.wait(1h));
  EXPECT_EQ(now(), Instant(1h));
  go.unpark();
  while (waits.size() != 0) base::yield_thread();
}

TEST_F(ThreadGroupTest, AThreadOfItsOwn_DoesNotWait) {
  base::Atomic<bool> all_ended = true;
  base::Parker waited;
  group.start(base::ThreadOptions{}, [&] {
    all_ended = group.wait();
    waited.unpark();
  });
  waited.park();
  EXPECT_FALSE(all_ended);
  while (group.size() != 0) base::yield_thread();
}

TEST_F(ThreadGroupTest, DestroyedByAThreadOfItsOwn_ThatOneRunsToItsEnd) {
  auto owned = std::make_unique<ThreadGroup>();
  base::Parker go, gone;
  owned->start(base::ThreadOptions{}, [&] {
    go.park();
    owned.reset();
    gone.unpark();
  });
  go.unpark();
  gone.park();
}

TEST_F(ThreadGroupTest, AThreadThatCannotBeStarted_IsNotCounted) {
  Counts captures;
  EXPECT_THROW(
      group.start(base::ThreadOptions{"too large", std::size_t{1} << 60}, [life = Counted(captures)] {}),
      std::system_error);
  EXPECT_EQ(group.size(), 0u);
  EXPECT_EQ(captures.live(), 0u);
  EXPECT_TRUE(group.wait());
}

TEST_F(ThreadGroupTest, AThreadMayStartOthers) {
  base::Atomic<int> ran = 0;
  group.start(base::ThreadOptions{}, [&] {
    for (int i = 0; i < 3; ++i) group.start(base::ThreadOptions{}, [&] { ++ran; });
  });
  EXPECT_TRUE(group.wait());
  EXPECT_EQ(ran, 3);
}

}  // namespace

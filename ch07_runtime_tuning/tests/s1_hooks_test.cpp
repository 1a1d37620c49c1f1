// s1_hooks_test.cpp -- the hooks are called by every thread of the runtime, and in pairs.
#include "ch07_runtime_tuning/s1_hooks.hpp"

#include <gtest/gtest.h>

#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"
#include "common/time/sleep.hpp"

namespace ch07 {
namespace {

using namespace std::chrono_literals;

class BuilderHooksTest : public testing::Test {
 protected:
  Builder multi(std::size_t workers) {
    Builder builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_time().thread_name_fn([this] { return std::to_string(++last_); });
    hooks_.attach_to(builder);
    return builder;
  }

  const Deadline deadline_{"the workers never parked"};
  const PausedClock clock_;
  HookCounts hooks_;
  base::Atomic<int> last_ = 0;
};

TEST_F(BuilderHooksTest, StartAndStop_AreOfWorkersAndOfBlockingThreads) {
  {
    const Runtime runtime = multi(3).build();
    hooks_.wait_until_parked(3);
    EXPECT_EQ(hooks_.counts().started, 3u);
    EXPECT_TRUE(block_on(runtime.spawn_blocking([] {})));
    EXPECT_EQ(hooks_.counts().started, 4u);
    EXPECT_EQ(hooks_.counts().stopped, 0u);
  }
  EXPECT_EQ(hooks_.counts().stopped, 4u);
}

TEST_F(BuilderHooksTest, ParkAndUnpark_ComeInPairs) {
  {
    const Runtime runtime = multi(2).build();
    hooks_.wait_until_parked(2);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(block_on(runtime.spawn([] { return sleep(1s); })));
    const HookCounts::Counts counts = hooks_.counts();  // one look: somebody may park, and go on, between two
    EXPECT_GE(counts.parked, counts.unparked);
  }
  EXPECT_EQ(hooks_.counts().parked, hooks_.counts().unparked);
  EXPECT_GE(hooks_.counts().parked, 2u);
}

// Question: a current-thread runtime has no thread of its own. Who parks, and how often, for one sleep?
// Predict all four counts. Break in `CurrentThread::park`.
TEST_F(BuilderHooksTest, CurrentThread_ParksTheThreadInBlockOn) {
  Builder builder = Builder::new_current_thread();
  hooks_.attach_to(builder.enable_time());
  const Runtime runtime = builder.build();
  runtime.block_on(sleep(1s));
  const HookCounts::Counts counts = hooks_.counts();
  EXPECT_EQ(counts.started, 0u);
  EXPECT_EQ(counts.parked, 1u);
  EXPECT_EQ(counts.unparked, 1u);
  EXPECT_EQ(counts.stopped, 0u);
  EXPECT_EQ(counts.have_parked, std::set<std::string>{"main"});
}

}  // namespace
}  // namespace ch07

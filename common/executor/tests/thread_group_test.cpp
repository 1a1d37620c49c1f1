// thread_group_test.cpp -- ThreadGroup: waits for all, for as long as it may; a thread of its own does not wait.
#include "common/executor/thread_group.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <pthread.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/descriptor.hpp"
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

// A stack that no system gives.
const base::ThreadOptions kRefused{"too large", std::size_t{1} << 60};

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

TEST_F(ThreadGroupTest, OnceClosed_StartsNoThread) {
  group.close();
  EXPECT_FALSE(group.start(base::ThreadOptions{}, [] { ADD_FAILURE() << "it was closed"; }));
  EXPECT_EQ(group.size(), 0u);
  EXPECT_TRUE(group.wait());
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

// As the pool of the whole program. ThreadSanitizer sees the thread that ended and is never joined.
TEST_F(ThreadGroupTest, LeftFromTheBeginning_NobodyWaitsForThoseThatRun_NorForThoseThatEnded) {
  static ThreadGroup& for_ever = *new ThreadGroup;
  for_ever.leave();
  base::Parker go;
  for_ever.start(base::ThreadOptions{}, [&] { go.park(); });
  EXPECT_FALSE(for_ever.wait());
  go.unpark();
  while (for_ever.size() != 0) base::yield_thread();
  for_ever.start(base::ThreadOptions{}, [] {});
  while (for_ever.size() != 0) base::yield_thread();
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

// Question: the clock that counts the limit is paused, and stands still while anybody is busy; and somebody is stuck in
// a system call. When does the wait end? Break in `ThreadGroup::wait`.
TEST_F(ThreadGroupTest, UnderAPausedClockThatStandsStill_TheLimitIsRealTime) {
  PausedClock clock;
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const base::Descriptor to_read(pipe[0]);
  base::Descriptor to_write(pipe[1]);
  base::Thread is_in_the_system([&] {
    char byte = 0;
    EXPECT_EQ(::read(to_read.get(), &byte, 1), 0);
  });
  base::Parker go;
  ThreadGroup stuck;
  stuck.start(base::Bystander{}, [&] { go.park(); });
  EXPECT_FALSE(stuck.wait(2ms));
  EXPECT_EQ(now(), Instant()) << "by the paused clock no time has passed";
  to_write = base::Descriptor();
  is_in_the_system.join();
  go.unpark();
  while (stuck.size() != 0) base::yield_thread();
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

// A thread's work: it destroys its group. Whoever starts the thread does not come back from it before.
class DestroysItsGroup {
 public:
  DestroysItsGroup(std::unique_ptr<ThreadGroup>& group, base::Parker& gone) : group_(&group), gone_(&gone) {}
  DestroysItsGroup(DestroysItsGroup&& other) noexcept
      : group_(std::exchange(other.group_, nullptr)), gone_(other.gone_), starter_(other.starter_) {}
  DestroysItsGroup& operator=(DestroysItsGroup&&) = delete;
  ~DestroysItsGroup() {
    // What the starter is left with was moved away from, and the thread is there already.
    if (group_ != nullptr || !::pthread_equal(starter_, ::pthread_self())) return;
    gone_->park();
    gone_->unpark();  // for the next of them
  }
  void operator()() {
    group_->reset();
    gone_->unpark();
  }

 private:
  std::unique_ptr<ThreadGroup>* group_;
  base::Parker* gone_;
  pthread_t starter_ = ::pthread_self();
};

TEST_F(ThreadGroupTest, DestroyedByAThreadThatIsStillBeingStarted) {
  for (int round = 0; round < 50; ++round) {
    auto owned = std::make_unique<ThreadGroup>();
    base::Parker gone;
    ThreadGroup& started = *owned;
    EXPECT_TRUE(started.start(base::ThreadOptions{}, DestroysItsGroup(owned, gone)));
    EXPECT_EQ(owned, nullptr);
  }
}

TEST_F(ThreadGroupTest, AThreadThatCannotBeStarted_IsNotCounted) {
  Counts captures;
  EXPECT_THROW(group.start(kRefused, [life = Counted(captures)] {}), std::system_error);
  EXPECT_EQ(group.size(), 0u);
  EXPECT_EQ(captures.live(), 0u);
  EXPECT_TRUE(group.wait());
}

// Does something when it is destroyed, and not where it was moved from.
class AtItsEnd {
 public:
  explicit AtItsEnd(std::function<void()> act) : act_(std::move(act)) {}
  AtItsEnd(AtItsEnd&& other) noexcept : act_(std::exchange(other.act_, nullptr)) {}
  AtItsEnd& operator=(AtItsEnd&&) = delete;
  ~AtItsEnd() {
    if (act_) act_();
  }

 private:
  std::function<void()> act_;
};

// Question: the system refuses a thread. Under which lock is what the thread would have owned destroyed?
// Predict. Break in `ThreadGroup::give_up`.
TEST_F(ThreadGroupTest, AThreadThatCannotBeStarted_LosesItsCapturesWithoutTheLock) {
  std::size_t seen = 0;
  AtItsEnd looks([&] { seen = group.size(); });  // would wait for ever if the lock were held
  EXPECT_THROW(group.start(kRefused, [held = std::move(looks)] {}), std::system_error);
  EXPECT_EQ(seen, 1u) << "it counts until it is known that it will not come";
  EXPECT_EQ(group.size(), 0u);
}

// Somebody waits for the group, and the last that it waits for is the thread that does not come. The clock is paused:
// it moves only when that one sleeps.
TEST_F(ThreadGroupTest, AThreadThatCannotBeStarted_IsNotWaitedFor) {
  PausedClock clock;
  ThreadGroup waited_for;
  std::optional<base::Thread> waits;
  AtItsEnd lets_it_wait([&] {
    waits.emplace([&] { EXPECT_TRUE(waited_for.wait()); });
    blocking_sleep(1s);
  });
  EXPECT_THROW(waited_for.start(kRefused, [held = std::move(lets_it_wait)] {}), std::system_error);
  waits->join();
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

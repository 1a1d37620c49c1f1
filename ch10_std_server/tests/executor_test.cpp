// executor_test.cpp -- what both executors promise, and the sleep of each.
#include "ch10_std_server/executor.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <vector>

#include "common/base/thread.hpp"
#include "common/future/yield_now.hpp"

#include "ch10_std_server/tests/both_executors.hpp"
#include "ch10_std_server/tests/probe.hpp"
#include "ch10_std_server/tests/socket_pairs.hpp"

namespace ch10::tests {
namespace {

class ExecutorTest : public BothExecutors {};
ON_BOTH_EXECUTORS(ExecutorTest);

TEST_P(ExecutorTest, NewExecutor_HasNothingToPoll) {
  EXPECT_FALSE(executor->poll());
  EXPECT_EQ(executor->unfinished(), 0u);
}

TEST_P(ExecutorTest, Tasks_BeginInTheOrderInWhichTheyWereSpawned) {
  std::vector<int> order;
  for (int i = 0; i < 5; ++i) {
    executor->spawn(async::poll_fn([&order, i](Context&) -> Poll<void> {
      order.push_back(i);
      return Ready();
    }));
  }
  ASSERT_TRUE(run());
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST_P(ExecutorTest, TaskThatSpawns_IsFollowedByItsChild) {
  bool child_ran = false;
  executor->spawn(async::poll_fn([&](Context&) -> Poll<void> {
    executor->spawn(async::poll_fn([&](Context&) -> Poll<void> {
      child_ran = true;
      return Ready();
    }));
    return Ready();
  }));
  ASSERT_TRUE(run());
  EXPECT_TRUE(child_ran);
}

Async<void> throw_now() {
  throw std::runtime_error("nobody waits for me");
  co_return;
}

TEST_P(ExecutorTest, ExceptionOfATaskThatNobodyWaitsFor_IsToldAndTheOthersGoOn) {
  executor->spawn_task(throw_now());
  Probe other;
  other.finish = true;
  executor->spawn(other.future());
  ::testing::internal::CaptureStderr();
  const bool ended = run();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "a task ended with an exception: nobody waits for me\n");
  EXPECT_TRUE(ended);
  EXPECT_EQ(other.polls, 1);
}

TEST_P(ExecutorTest, FinishedTask_IsGoneAtOnceAlthoughAWakerIsKept) {
  Probe probe;
  probe.finish = true;
  executor->spawn(probe.future());
  ASSERT_TRUE(run());
  EXPECT_TRUE(probe.held.expired());
  EXPECT_TRUE(probe.waker.has_value());
}

TEST_P(ExecutorTest, DestroyedExecutor_DestroysTheTasksThatAreLeft) {
  Probe polled, never_polled;
  executor->spawn(polled.future());
  executor->poll();
  executor->spawn(never_polled.future());
  EXPECT_FALSE(polled.held.expired());
  executor.reset();
  EXPECT_TRUE(polled.held.expired());
  EXPECT_TRUE(never_polled.held.expired());
}

// A task whose destructor wakes another one of the same executor, which may be gone already.
TEST_P(ExecutorTest, TasksThatWakeEachOtherWhileTheyAreDestroyed_DoNoHarm) {
  struct WakesWhenDropped {
    using Output = void;
    explicit WakesWhenDropped(std::shared_ptr<std::vector<Waker>> all) : wakers(std::move(all)) {}
    WakesWhenDropped(WakesWhenDropped&&) = default;
    ~WakesWhenDropped() {
      if (!wakers) return;
      for (const Waker& waker : *wakers) waker.wake_by_ref();
    }
    Poll<void> poll(Context& cx) {
      wakers->push_back(cx.waker().clone());
      return Pending();
    }
    std::shared_ptr<std::vector<Waker>> wakers;
  };
  const auto wakers = std::make_shared<std::vector<Waker>>();
  for (int i = 0; i < 3; ++i) executor->spawn(WakesWhenDropped(wakers));
  for (int i = 0; i < 3; ++i) executor->poll();
  EXPECT_EQ(wakers->size(), 3u);
  executor.reset();
}

// The book's fault: between a worker's last look and its flag, a hand-over waits for the next one. Here it is
// the notification that waits. Predict: what would park() do if notify() only rang for those who sleep?
TEST_P(ExecutorTest, NotifyBeforePark_IsNotLost) {
  const Rescue rescue(*executor);
  executor->notify();
  executor->park();
  ASSERT_FALSE(rescue.came());
  executor->notify();
  executor->notify();
  executor->park();
  ASSERT_FALSE(rescue.came());
}

Async<void> yield_often(int times) {
  for (int i = 0; i < times; ++i) co_await async::yield_now();
}

// A worker is told of a connection while it is busy: the polls that follow, and the looks at the sockets in
// between, do not take that word away. Predict: which call takes it? Break in `ReadyQueue::begin_sleep`.
TEST_P(ExecutorTest, NotifyWhileTasksArePolled_IsKeptForThePark) {
  const Rescue rescue(*executor);
  executor->spawn_task(yield_often(200));
  executor->notify();
  while (executor->poll()) {
  }
  executor->park();
  EXPECT_FALSE(rescue.came()) << "the notification was lost, and park slept";
}

TEST_P(ExecutorTest, NotifyFromAnotherThread_EndsThePark) {
  const Rescue rescue(*executor);
  async::base::Atomic<int> asked = 0, parks = 0;
  const async::base::Thread other([&] {
    for (int turn = 1; turn <= 2'000; ++turn) {
      while (asked < turn) {
      }
      executor->notify();  // before, while or after the other one falls asleep
    }
  });
  for (int turn = 1; turn <= 2'000 && !rescue.came(); ++turn) {
    asked = turn;
    executor->park();
    ++parks;
    // A notification that came while it was awake is kept for the next park: here each has its own.
  }
  EXPECT_FALSE(rescue.came());
  asked = 2'000;
}

// Two notifications are one: the second park sleeps, until its timer.
TEST(WakingExecutorTest, NotificationIsTakenByThePark_TheNextOneSleeps) {
  const auto executor = make_executor(ExecutorKind::waking);
  const Rescue rescue(*executor);
  executor->notify();
  executor->notify();
  executor->park();
  ASSERT_FALSE(rescue.came());
  const auto deadline = Clock::now() + std::chrono::milliseconds(20);
  Timer timer(deadline);
  executor->wake_at(timer, Waker::noop());
  executor->park();
  EXPECT_GE(Clock::now(), deadline);
  executor->forget(timer);
}

TEST_P(ExecutorTest, WakeAll_HasEveryTaskPolledOnceMore) {
  std::array<Probe, 4> probes;
  for (auto& probe : probes) executor->spawn(probe.future());
  for (std::size_t i = 0; i < probes.size(); ++i) executor->poll();
  for (auto& probe : probes) {
    EXPECT_EQ(probe.polls, 1);
    probe.finish = true;
  }
  executor->wake_all();
  executor->wake_all();
  ASSERT_TRUE(run());
  for (const auto& probe : probes) EXPECT_EQ(probe.polls, 2);
}

Async<void> yield_until(const bool& done, int& yields) {
  while (!done) {
    ++yields;
    co_await async::yield_now();
  }
}

// One task always yields. Predict: with "poll while there is something to poll", when is the socket looked at?
TEST_P(ExecutorTest, TaskThatAlwaysYields_StarvesNeitherSocketsNorTimers) {
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  Timer timer(Clock::now() + std::chrono::milliseconds(1));
  bool socket_came = false, timer_came = false, done = false;
  int yields = 0;
  executor->spawn(yield_until(done, yields));
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    char byte;
    socket_came = ::recv(socket.descriptor.get(), &byte, 1, 0) == 1;
    if (socket_came) return Ready();
    executor->wake_when(socket, Interest::readable, cx.waker());
    return Pending();
  }));
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    timer_came = Clock::now() >= timer.deadline;
    if (timer_came) return Ready();
    executor->wake_at(timer, cx.waker());
    return Pending();
  }));
  for (int i = 0; i < 3; ++i) executor->poll();
  write_now(pair.theirs, "x");
  int polls = 0;
  while (!socket_came && polls < 1'000) {
    executor->poll();
    ++polls;
  }
  EXPECT_TRUE(socket_came) << "not within 1,000 polls of the other task";
  EXPECT_TRUE(run_until(*executor, [&] { return timer_came; }));
  EXPECT_GT(yields, 0);
  done = true;
  EXPECT_TRUE(run());
}

// Of two tasks, one is woken by its socket. Predict: how often is the other one polled?
TEST(WakingExecutorTest, ReadySocket_WakesItsTaskAlone) {
  const auto executor = make_executor(ExecutorKind::waking);
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    ++polls;
    executor->wake_when(socket, Interest::readable, cx.waker());
    return Pending();
  }));
  Probe other;
  executor->spawn(other.future());
  EXPECT_EQ(poll_while_woken(*executor), 2);
  write_now(pair.theirs, "x");
  executor->park();
  EXPECT_EQ(poll_while_woken(*executor), 1);
  EXPECT_EQ(polls, 2);
  EXPECT_EQ(other.polls, 1);
}

// A task was told that its socket has bytes, and does not read them. Predict: how long does the next park sleep?
TEST(WakingExecutorTest, SocketThatNobodyReads_IsToldOnceAndTheExecutorSleeps) {
  const auto executor = make_executor(ExecutorKind::waking);
  auto pair = unix_pair();
  Socket socket(std::move(pair.ours));
  int polls = 0;
  executor->spawn(async::poll_fn([&](Context& cx) -> Poll<void> {
    if (++polls == 1) executor->wake_when(socket, Interest::readable, cx.waker());
    return Pending();
  }));
  EXPECT_EQ(poll_while_woken(*executor), 1);
  write_now(pair.theirs, "x");
  executor->park();
  EXPECT_EQ(poll_while_woken(*executor), 1);
  Timer timer(Clock::now() + std::chrono::milliseconds(20));
  executor->wake_at(timer, Waker::noop());
  int parks = 0;
  for (; Clock::now() < timer.deadline; ++parks) executor->park();
  EXPECT_LE(parks, 2) << "it spins over a socket that nobody asks about";
  EXPECT_EQ(poll_while_woken(*executor), 0);
  executor->forget(timer);
}

}  // namespace
}  // namespace ch10::tests

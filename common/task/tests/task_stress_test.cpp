// task_stress_test.cpp -- two threads wake, cancel, drop, detach and join while a third one steps.
//
// Suite `slow`; of most use under ThreadSanitizer. Rounds are bounded, totals are checked, and nothing waits
// for time: a lost wake would wait for ever, so each test has a deadline.
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/block_on.hpp"
#include "common/future/poll_fn.hpp"
#include "common/task/tests/counted.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;
using Random = std::minstd_rand;

// The executor yields while it has nothing to do: some ten thousand times, each as long as others want the core.
constexpr std::chrono::seconds kAmongOthers{600};

// Where one task waits: until it was given as many permits as it needs.
struct Seat {
  base::Locked<Waker> waker;
  base::Atomic<int> permits = 0;

  // First the permit, then the waker; the task does it the other way round, so one of them sees the other.
  void give_permit(bool keep_waker) {
    permits.fetch_add(1, base::acq_rel);
    Waker woken = keep_waker ? waker.lock()->clone() : std::exchange(*waker.lock(), Waker());
    if (keep_waker) {
      woken.wake_by_ref();
    } else {
      std::move(woken).wake();
    }
  }
};

class Sit {
 public:
  using Output = Counted;
  Sit(Seat& seat, int needs, Counts& futures, Counts& outputs)
      : seat_(seat), needs_(needs), outputs_(outputs), life_(futures) {}

  Poll<Counted> poll(Context& cx) {
    Waker old;  // dropped after the lock
    {
      auto waker = seat_.waker.lock();
      if (!waker->will_wake(cx.waker())) old = std::exchange(*waker, cx.waker().clone());
    }
    const bool one_poll_at_a_time = !polled_.exchange(true, base::acq_rel);
    ASYNC_CHECK(one_poll_at_a_time, "a task is polled by two at the same time");
    ++unprotected_;  // no atomic: ThreadSanitizer sees it if two polls are not ordered
    polled_.store(false, base::release);
    if (seat_.permits.load(base::acquire) < needs_) return Pending();
    return Ready(Counted(outputs_));
  }

 private:
  Seat& seat_;
  int needs_;
  Counts& outputs_;
  Counted life_;
  base::Atomic<bool> polled_ = false;
  std::size_t unprotected_ = 0;
};

void step_until(ManualExecutor& executor, const std::function<bool()>& over) {
  while (!over()) {
    if (!executor.step()) std::this_thread::yield();
  }
}

TEST(TaskStress, WakesFromTwoThreads_AreNeverLost) {
  const Deadline deadline("a wake was lost: some task never got its last poll", kAmongOthers);
  constexpr int kRounds = 200, kTasks = 20, kPermits = 20;
  Counts futures, outputs;
  for (unsigned round = 0; round < kRounds; ++round) {
    std::vector<Seat> seats(kTasks);
    ManualExecutor executor;
    for (Seat& seat : seats) {
      executor.spawn([&] { return Sit(seat, 2 * kPermits, futures, outputs); }).detach();
    }
    // Before the first step nobody else has a waker, so a detached task that has not sat down would not be
    // kept.
    EXPECT_EQ(executor.run_until_stalled(), std::size_t{kTasks});
    const auto wake = [&](unsigned seed) {
      Random random(seed);
      for (int i = 0; i < kPermits; ++i) {
        for (Seat& seat : seats) seat.give_permit(random() % 2 == 0);
      }
    };
    base::Thread first(wake, 2 * round + 1), second(wake, 2 * round + 2);
    step_until(executor, [&] { return executor.unfinished() == 0; });
  }
  EXPECT_EQ(futures.made, std::size_t{kRounds * kTasks});
  EXPECT_EQ(futures.live(), 0u);
  EXPECT_EQ(outputs.made, std::size_t{kRounds * kTasks});
  EXPECT_EQ(outputs.live(), 0u);
}

// What becomes of the handles. Each task belongs to one of two threads; both give every task a permit.
struct Totals {
  base::Atomic<std::size_t> values = 0, cancelled = 0, let_go = 0;
};

void torment(std::vector<Seat>& seats, std::vector<std::optional<Task<Counted>>>& handles, std::size_t mine,
             unsigned seed, Totals& totals) {
  Random random(seed);
  Context nobody(Waker::noop());
  std::vector<JoinHandle<Counted>> joins;
  std::vector<Task<Counted>> cancelled;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (random() % 4 == 0) (void)seats[i].waker.lock()->clone();
    if (i % 2 == mine) {
      Task<Counted> task = std::move(*handles[i]);
      switch (random() % 5) {
        case 0:  // drop: cancels
          ++totals.let_go;
          break;
        case 1:
          ++totals.let_go;
          std::move(task).detach();
          break;
        case 2:
          task.cancel();
          cancelled.push_back(std::move(task));
          break;
        case 3: joins.push_back(std::move(task).into_join_handle()); break;
        case 4:  // awaited by nobody first, then by block_on: the joiner is exchanged while the task runs
          auto handle = std::move(task).into_join_handle();
          if (auto answer = handle.poll(nobody); answer.is_pending()) {
            joins.push_back(std::move(handle));
          } else {
            ++(answer.value().has_value() ? totals.values : totals.cancelled);
          }
          break;
      }
    }
    seats[i].give_permit(random() % 2 == 0);
  }
  for (auto& join : joins) ++(block_on(join).has_value() ? totals.values : totals.cancelled);
  for (auto& task : cancelled) {
    try {
      (void)block_on(task);
      ++totals.values;
    } catch (const TaskCancelled&) {
      ++totals.cancelled;
    }
  }
}

void torment_rounds(bool executor_goes_early) {
  constexpr unsigned kRounds = 400, kTasks = 40;
  Counts futures, outputs;
  Totals totals;
  for (unsigned round = 0; round < kRounds; ++round) {
    std::vector<Seat> seats(kTasks);
    std::optional<ManualExecutor> executor(std::in_place);
    std::vector<std::optional<Task<Counted>>> handles;
    for (Seat& seat : seats) {
      handles.emplace_back(executor->spawn_task([&] { return Sit(seat, 2, futures, outputs); }));
    }
    base::Atomic<int> working = 2;
    const auto work = [&](std::size_t mine) {
      torment(seats, handles, mine, 2 * round + static_cast<unsigned>(mine) + 1, totals);
      working.fetch_sub(1, base::acq_rel);
    };
    base::Thread first(work, 0), second(work, 1);
    if (executor_goes_early) {
      std::size_t steps = Random(round + 1)() % (3 * kTasks);
      step_until(*executor, [&] { return steps-- == 0; });
    } else {
      step_until(*executor, [&] { return working.load(base::acquire) == 0 && executor->queued() == 0; });
      EXPECT_EQ(executor->unfinished(), 0u);
    }
    executor.reset();
    // Both threads end: whoever awaits a task is told.
  }
  EXPECT_EQ(futures.made, kRounds * kTasks);
  EXPECT_EQ(futures.live(), 0u);
  EXPECT_EQ(outputs.live(), 0u);
  EXPECT_GE(outputs.made, totals.values);
  EXPECT_EQ(totals.values + totals.cancelled + totals.let_go, kRounds * kTasks);
  if (!executor_goes_early) {
    EXPECT_GT(totals.values, 0u);
  }
}

TEST(TaskStress, CancelDropDetachAndJoin_WhileAThirdThreadSteps) {
  const Deadline deadline("a joiner was not woken, or a task not scheduled", kAmongOthers);
  torment_rounds(false);
}

TEST(TaskStress, CancelDropDetachAndJoin_WhileTheExecutorGoes) {
  const Deadline deadline("a joiner was not woken, or the executor waits for a task that nobody queues",
                          kAmongOthers);
  torment_rounds(true);
}

// The last waker's drop and the executor's cancel want to schedule the same task; one of them may. The window is
// two instructions wide: this seldom hits it. The explorer of interleavings will always.
TEST(TaskStress, TheLastWakersDropped_WhileTheExecutorGoes) {
  const Deadline deadline("the executor waits for a task that nobody queues", kAmongOthers);
  constexpr std::size_t kRounds = 2'000, kTasks = 50;
  Counts futures, outputs;
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::vector<Seat> seats(kTasks);
    std::vector<Waker> wakers;
    std::optional<ManualExecutor> executor(std::in_place);
    for (Seat& seat : seats) executor->spawn([&] { return Sit(seat, 1, futures, outputs); }).detach();
    EXPECT_EQ(executor->run_until_stalled(), kTasks);
    for (Seat& seat : seats) wakers.push_back(std::exchange(*seat.waker.lock(), Waker()));
    base::Atomic<bool> go = false;
    base::Thread other([&] {
      while (!go.load(base::acquire)) base::yield_thread();
      for (std::size_t i = 0; i < kTasks; ++i) wakers[(i + round) % kTasks] = Waker();
    });
    go.store(true, base::release);
    executor.reset();
  }
  EXPECT_EQ(futures.made, kRounds * kTasks);
  EXPECT_EQ(futures.live(), 0u);
}

}  // namespace

// work_queue_stress_test.cpp -- WorkQueue with thieves: nothing is lost, and nothing comes twice.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/future/pending.hpp"
#include "common/runtime/shared_queue.hpp"
#include "common/runtime/work_queue.hpp"
#include "common/task/make_task.hpp"
#include "common/task/tests/deadline.hpp"

namespace {

using namespace async;

constexpr std::size_t kTasks = 60'000;

// How often each task was seen; the tasks' numbers are one after the other, because nobody else makes tasks.
struct Seen {
  std::vector<base::Atomic<std::uint8_t>> times = std::vector<base::Atomic<std::uint8_t>>(kTasks);
  TaskId first = 0;
  base::Atomic<std::size_t> all = 0;

  void add(const Runnable& runnable) {
    ++times[runnable.id() - first];
    ++all;
  }
};

Runnable make() {
  auto made = make_task([] { return pending(); }, [](Runnable) {});
  std::move(made.task).detach();
  return std::move(made.runnable);
}

// The owner pushes in bursts, and takes some itself; its overflow goes to a shared queue, from which all take.
void own(WorkQueue& mine, SharedQueue& shared, Seen& seen) {
  std::size_t pushed = 0;
  while (pushed < kTasks) {
    for (int i = 0; i < 300 && pushed < kTasks; ++i, ++pushed) {
      std::vector<Runnable> overflow = mine.push(make());
      if (!overflow.empty()) shared.push_all(overflow);
      EXPECT_TRUE(overflow.empty());
    }
    for (int i = 0; i < 100; ++i) {
      if (const auto each = mine.pop()) seen.add(*each);
    }
  }
  while (seen.all != kTasks) {
    if (const auto each = mine.pop()) seen.add(*each);
    if (const auto each = shared.pop()) seen.add(*each);
  }
}

void steal(WorkQueue& mine, WorkQueue& from, WorkQueue& other_thief, SharedQueue& shared, Seen& seen) {
  while (seen.all != kTasks) {
    while (const auto each = mine.pop()) seen.add(*each);
    if (const auto each = from.steal_into(mine)) {
      seen.add(*each);
    } else if (const auto second = other_thief.steal_into(mine)) {
      seen.add(*second);
    } else if (const auto third = shared.pop()) {
      seen.add(*third);
    } else {
      base::yield_thread();
    }
  }
}

TEST(WorkQueueStressTest, AnOwnerAndTwoThieves_SeeEachTaskOnce) {
  const Deadline deadline("a task was lost");
  for (int round = 0; round < 3; ++round) {
    Seen seen;
    seen.first = make().id() + 1;
    SharedQueue shared;
    WorkQueue owners, first, second;
    {
      const base::Thread one([&] { steal(first, owners, second, shared, seen); });
      const base::Thread two([&] { steal(second, owners, first, shared, seen); });
      own(owners, shared, seen);
    }
    for (const auto& times : seen.times) ASSERT_EQ(times, 1);
    EXPECT_TRUE(owners.is_empty() && first.is_empty() && second.is_empty() && shared.is_empty());
  }
}

}  // namespace

// work_queue_test.cpp -- WorkQueue: first in, first out; half of it goes where it is full or stolen from; beside a model.
#include "common/runtime/work_queue.hpp"

#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/task/make_task.hpp"
#include "common/task/tests/counted.hpp"

namespace {

constexpr std::size_t kAll = async::WorkQueue::kCapacity;
constexpr std::size_t kHalf = kAll / 2;

using namespace async;

using Ids = std::vector<TaskId>;

// Tasks that nobody schedules but the test; a Runnable that is dropped cancels its task, which `cancelled` counts.
class WorkQueueTest : public testing::Test {
 protected:
  Runnable make() {
    auto made = make_task([this] { return Waits(futures); }, [](Runnable) {});
    std::move(made.task).detach();
    return std::move(made.runnable);
  }
  // Pushes so many; returns their numbers. Nothing may overflow.
  Ids fill(WorkQueue& queue, std::size_t count) {
    Ids ids;
    for (std::size_t i = 0; i < count; ++i) {
      Runnable each = make();
      ids.push_back(each.id());
      EXPECT_TRUE(queue.push(std::move(each)).empty());
    }
    return ids;
  }
  static Ids drain(WorkQueue& queue) {
    Ids ids;
    while (auto each = queue.pop()) ids.push_back(each->id());
    return ids;
  }
  static Ids drain(const std::vector<Runnable>& overflow) {
    Ids ids;
    for (const Runnable& each : overflow) ids.push_back(each.id());
    return ids;
  }
  // Moves the numbers of the places on, so that they wrap round at the capacity.
  void turn(WorkQueue& queue, std::size_t places) {
    for (std::size_t i = 0; i < places; ++i) {
      EXPECT_TRUE(queue.push(make()).empty());
      EXPECT_TRUE(queue.pop().has_value());
    }
  }
  static Ids part(const Ids& ids, std::size_t from, std::size_t to) {
    return Ids(ids.begin() + static_cast<std::ptrdiff_t>(from),
               ids.begin() + static_cast<std::ptrdiff_t>(to));
  }

  struct Waits : PendingFuture<void> {
    explicit Waits(Counts& counts) : life(counts) {}
    Counted life;
  };
  Counts futures;
};

TEST_F(WorkQueueTest, Empty_GivesNothingToItsOwnerAndToThieves) {
  WorkQueue queue, own;
  EXPECT_FALSE(queue.pop());
  EXPECT_FALSE(queue.steal_into(own));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_EQ(queue.size(), 0u);
}

TEST_F(WorkQueueTest, GivesWhatWasPushedFirst_First) {
  WorkQueue queue;
  const Ids ids = fill(queue, kAll);
  EXPECT_EQ(queue.size(), kAll);
  EXPECT_EQ(drain(queue), ids);
  EXPECT_TRUE(queue.is_empty());
}

// Question: one more than it holds is pushed. What is still in the ring, and what goes to the shared queue?
TEST_F(WorkQueueTest, Full_GivesTheOlderHalfAndTheNewOneBack) {
  WorkQueue queue;
  const Ids ids = fill(queue, kAll);
  Runnable one_more = make();
  Ids expected = part(ids, 0, kHalf);
  expected.push_back(one_more.id());
  EXPECT_EQ(drain(queue.push(std::move(one_more))), expected);
  EXPECT_EQ(queue.size(), kHalf);
  EXPECT_EQ(drain(queue), part(ids, kHalf, kAll));
}

TEST_F(WorkQueueTest, Full_AtEveryPlaceOfTheRing) {
  WorkQueue queue;
  for (int i = 0; i < 20; ++i) {
    turn(queue, 37);
    const Ids ids = fill(queue, kAll);
    EXPECT_EQ(drain(queue.push(make())).size(), kHalf + 1);
    EXPECT_EQ(drain(queue), part(ids, kHalf, kAll));
  }
}

// Predict for 1, 2, 3, 7: how many change the queue, and which one is returned?
TEST_F(WorkQueueTest, AThief_TakesTheOlderHalf_RoundedUp_AndTheOldestOfItToRun) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, kAll - 1, kAll}) {
    WorkQueue queue, own;
    turn(queue, kAll - 56);
    turn(own, 77);
    const Ids ids = fill(queue, size);
    const std::size_t half = size - size / 2;
    const auto first = queue.steal_into(own);
    ASSERT_TRUE(first.has_value()) << size;
    EXPECT_EQ(first->id(), ids.front());
    EXPECT_EQ(own.size(), half - 1);
    EXPECT_EQ(queue.size(), size - half);
    EXPECT_EQ(drain(own), part(ids, 1, half));
    EXPECT_EQ(drain(queue), part(ids, half, size));
  }
}

TEST_F(WorkQueueTest, AfterATheft_TheWholeRingIsThereAgain) {
  WorkQueue queue, own;
  (void)fill(queue, kAll);
  (void)queue.steal_into(own);
  (void)fill(queue, kHalf);
  EXPECT_EQ(queue.size(), kAll);
  EXPECT_EQ(drain(queue.push(make())).size(), kHalf + 1);
}

TEST_F(WorkQueueTest, AThiefWhoHasMoreThanHalfARing_TakesNothing) {
  WorkQueue queue, own;
  const Ids ids = fill(queue, 10);
  (void)fill(own, kHalf + 1);
  EXPECT_FALSE(queue.steal_into(own));
  EXPECT_EQ(drain(queue), ids);
  EXPECT_EQ(own.size(), kHalf + 1);
}

TEST_F(WorkQueueTest, ABatch_GoesBehindWhatIsThere_AlsoRoundTheEndOfTheRing) {
  WorkQueue queue;
  turn(queue, kAll - 56);
  Ids ids = fill(queue, 5);
  std::vector<Runnable> batch;
  for (std::size_t i = 0; i < kHalf; ++i) {
    batch.push_back(make());
    ids.push_back(batch.back().id());
  }
  queue.push_all(batch);
  EXPECT_EQ(queue.size(), kHalf + 5);
  EXPECT_EQ(drain(queue), ids);
  queue.push_all({});
  EXPECT_TRUE(queue.is_empty());
}

// The queue of the only worker: the same without the part that thieves need.
TEST_F(WorkQueueTest, Alone_IsTheSame) {
  WorkQueue queue(true);
  for (int round = 0; round < 5; ++round) {
    turn(queue, 77);
    const Ids ids = fill(queue, kAll);
    EXPECT_EQ(queue.size(), kAll);
    Runnable one_more = make();
    Ids expected = part(ids, 0, kHalf);
    expected.push_back(one_more.id());
    EXPECT_EQ(drain(queue.push(std::move(one_more))), expected);
    EXPECT_EQ(drain(queue), part(ids, kHalf, kAll));
    EXPECT_FALSE(queue.pop());
  }
}

TEST_F(WorkQueueTest, Destroyed_CancelsWhatIsLeft) {
  {
    WorkQueue queue;
    (void)fill(queue, 200);
    EXPECT_EQ(futures.live(), 200u);
  }
  EXPECT_EQ(futures.live(), 0u);
}

TEST_F(WorkQueueTest, BesideAModel_ARandomHistoryGivesTheSame) {
  std::size_t overflows = 0, thefts = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    WorkQueue queues[2];
    std::deque<TaskId> models[2];
    // Short phases of mostly pushing and mostly taking, so that both ends are reached.
    for (int step = 0; step < 16000; ++step) {
      const std::size_t at = random() % 2;
      const bool grows = step / 2800 % 2 == 0;
      const auto dice = random() % 10;
      if (dice < (grows ? 8u : 2u)) {
        Runnable each = make();
        models[at].push_back(each.id());
        const Ids overflow = drain(queues[at].push(std::move(each)));
        if (overflow.empty()) continue;
        ++overflows;
        ASSERT_EQ(models[at].size(), kAll + 1);
        Ids expected(models[at].begin(), models[at].begin() + kHalf);
        expected.push_back(models[at].back());
        models[at].erase(models[at].begin(), models[at].begin() + kHalf);
        models[at].pop_back();
        ASSERT_EQ(overflow, expected);
      } else if (dice < 9) {
        const auto got = queues[at].pop();
        ASSERT_EQ(got.has_value(), !models[at].empty());
        if (!got) continue;
        ASSERT_EQ(got->id(), models[at].front());
        models[at].pop_front();
      } else {
        auto& from = models[1 - at];
        const auto got = queues[1 - at].steal_into(queues[at]);
        ASSERT_EQ(got.has_value(), !from.empty() && models[at].size() <= kHalf);
        if (!got) continue;
        ++thefts;
        const std::size_t half = from.size() - from.size() / 2;
        ASSERT_EQ(got->id(), from.front());
        for (std::size_t i = 0; i < half; ++i) {
          if (i != 0) models[at].push_back(from.front());
          from.pop_front();
        }
      }
      ASSERT_EQ(queues[at].size(), models[at].size());
    }
  }
  EXPECT_GT(overflows, 20u);
  EXPECT_GT(thefts, 20u);
}

}  // namespace

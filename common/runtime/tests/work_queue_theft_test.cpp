// work_queue_theft_test.cpp -- a theft from a WorkQueue, step by step: what others may do while a thief is still copying.
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/runtime/work_queue.hpp"
#include "common/task/make_task.hpp"

namespace async::inline ASYNC_FLAVOUR {

// WorkQueue::steal_into in two steps, as a thief does it who is interrupted between them.
struct WorkQueueSteps {
  static auto claim_half(WorkQueue& of) { return of.claim_half(); }
  static auto take_claimed(WorkQueue& of, auto claim, WorkQueue& own) { return of.take_claimed(claim, own); }
};

}  // namespace async::inline ASYNC_FLAVOUR

namespace {

using namespace async;

using Ids = std::vector<TaskId>;

constexpr std::size_t kRing = WorkQueue::kCapacity;
constexpr std::size_t kClaimed = kRing / 2;  // of a full ring

class WorkQueueTheftTest : public testing::Test {
 protected:
  static Runnable make() {
    auto made = make_task([] { return pending(); }, [](Runnable) {});
    std::move(made.task).detach();
    return std::move(made.runnable);
  }
  static TaskId push(WorkQueue& queue) {
    Runnable each = make();
    const TaskId id = each.id();
    EXPECT_TRUE(queue.push(std::move(each)).empty());
    return id;
  }
  static Ids fill(WorkQueue& queue, std::size_t count) {
    Ids ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(push(queue));
    return ids;
  }
  static Ids drain(WorkQueue& queue) {
    Ids ids;
    while (auto each = queue.pop()) ids.push_back(each->id());
    return ids;
  }
  static Ids part(const Ids& ids, std::size_t from, std::size_t to) {
    return Ids(ids.begin() + static_cast<std::ptrdiff_t>(from),
               ids.begin() + static_cast<std::ptrdiff_t>(to));
  }

  auto claim() {
    auto claimed = WorkQueueSteps::claim_half(queue);
    EXPECT_TRUE(claimed.has_value());
    return claimed.value();
  }
  auto finish(auto claimed, WorkQueue& own) { return WorkQueueSteps::take_claimed(queue, claimed, own); }

  WorkQueue queue, thief, second;
};

// Question: a thief has claimed half of a queue, and is interrupted before it has copied it. A second one comes.
// Predict: what does it get? Break in `WorkQueue::claim_half`.
TEST_F(WorkQueueTheftTest, ASecondThief_GetsNothing_UntilTheFirstHasCopied) {
  const Ids ids = fill(queue, 10);
  const auto claimed = claim();
  EXPECT_FALSE(queue.steal_into(second));
  EXPECT_EQ(finish(claimed, thief)->id(), ids[0]);
  EXPECT_EQ(drain(thief), part(ids, 1, 5));
  EXPECT_EQ(queue.steal_into(second)->id(), ids[5]);  // of the other half the half, rounded up
  EXPECT_EQ(drain(second), part(ids, 6, 8));
  EXPECT_EQ(drain(queue), part(ids, 8, 10));
}

TEST_F(WorkQueueTheftTest, TheOwner_TakesWhatIsLeft_WhileTheThiefCopies) {
  const Ids ids = fill(queue, 10);
  const auto claimed = claim();
  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(drain(queue), part(ids, 5, 10));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_EQ(finish(claimed, thief)->id(), ids[0]);
  EXPECT_EQ(drain(thief), part(ids, 1, 5));
  EXPECT_TRUE(queue.is_empty());  // what the owner took does not come back
  EXPECT_FALSE(queue.pop());
}

// Question: the ring is full; a thief has claimed half of it. The owner pushes one more. Predict: where does it go?
// Break in `WorkQueue::push`.
TEST_F(WorkQueueTheftTest, PlacesThatAThiefStillReads_AreNotWrittenOver) {
  const Ids ids = fill(queue, kRing);
  const auto claimed = claim();
  for (std::size_t i = kClaimed; i < kClaimed + 10; ++i)
    EXPECT_EQ(queue.pop()->id(), ids[i]);  // so the head has moved on
  for (int i = 0; i < 3; ++i) {
    Runnable more = make();
    const TaskId id = more.id();
    const auto overflow = queue.push(std::move(more));
    ASSERT_EQ(overflow.size(), 1u);  // that one alone, and not half of the ring
    EXPECT_EQ(overflow[0].id(), id);
  }
  EXPECT_EQ(queue.room_to_half(), 0u);
  EXPECT_EQ(finish(claimed, thief)->id(), ids[0]);
  EXPECT_EQ(drain(thief), part(ids, 1, kClaimed));
  Ids expected = part(ids, kClaimed + 10, kRing);
  for (std::size_t i = 0; i < kClaimed + 10; ++i) expected.push_back(push(queue));  // the places are free now
  EXPECT_EQ(queue.size(), kRing);
  EXPECT_EQ(drain(queue), expected);
}

TEST_F(WorkQueueTheftTest, RoomToHalf_CountsThePlacesOfATheft_UntilItIsOver) {
  (void)fill(queue, 100);
  EXPECT_EQ(queue.room_to_half(), kRing / 2 - 100);
  const auto claimed = claim();
  EXPECT_EQ(queue.room_to_half(), kRing / 2 - 100);
  (void)finish(claimed, thief);
  EXPECT_EQ(queue.room_to_half(), kRing / 2 - 50);
}

// Who is robbed may not steal more than there is room for beside what its thief still reads.
TEST_F(WorkQueueTheftTest, TheOwner_StealsNothing_WhileAThiefReadsMoreThanHalfOfItsRing) {
  const Ids ids = fill(queue, kRing);
  const auto claimed = claim();
  for (std::size_t i = kClaimed; i + 1 < kRing; ++i) EXPECT_EQ(queue.pop()->id(), ids[i]);
  (void)fill(second, 10);
  EXPECT_FALSE(second.steal_into(queue));  // half of the ring is read, and the other half is behind it
  (void)finish(claimed, thief);
  EXPECT_TRUE(second.steal_into(queue).has_value());
}

}  // namespace

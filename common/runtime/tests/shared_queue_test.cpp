// shared_queue_test.cpp -- SharedQueue: in order, in batches, and nothing after its end.
#include "common/runtime/shared_queue.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <utility>
#include <vector>

#include "common/future/pending.hpp"
#include "common/task/tests/yard.hpp"

namespace {

using namespace async;

class SharedQueueTest : public testing::Test {
 protected:
  Runnable make() {
    auto made = make_task([] { return pending(); }, [](Runnable) {});
    std::move(made.task).detach();
    return std::move(made.runnable);
  }
  std::vector<TaskId> push(std::size_t count) {
    std::vector<TaskId> ids;
    for (std::size_t i = 0; i < count; ++i) {
      Runnable each = make();
      ids.push_back(each.id());
      EXPECT_FALSE(queue.push(std::move(each)));
    }
    return ids;
  }
  static std::vector<TaskId> ids_of(const auto& some) {
    std::vector<TaskId> ids;
    for (const Runnable& each : some) ids.push_back(each.id());
    return ids;
  }

  SharedQueue queue;
};

TEST_F(SharedQueueTest, GivesThemInTheirOrder) {
  EXPECT_FALSE(queue.pop());
  const auto ids = push(3);
  EXPECT_EQ(queue.size(), 3u);
  for (const TaskId id : ids) EXPECT_EQ(queue.pop()->id(), id);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_FALSE(queue.pop());
}

TEST_F(SharedQueueTest, ABatch_GoesBehindWhatIsThere) {
  auto ids = push(1);
  std::vector<Runnable> batch;
  for (int i = 0; i < 2; ++i) {
    batch.push_back(make());
    ids.push_back(batch.back().id());
  }
  queue.push_all(batch);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(ids_of(queue.pop_some(9)), ids);
}

TEST_F(SharedQueueTest, PopSome_GivesAtMostSoMany) {
  const auto ids = push(5);
  EXPECT_EQ(ids_of(queue.pop_some(2)), (std::vector<TaskId>{ids[0], ids[1]}));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_TRUE(queue.pop_some(0).empty());
  EXPECT_EQ(ids_of(queue.pop_some(100)), (std::vector<TaskId>{ids[2], ids[3], ids[4]}));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(queue.pop_some(1).empty());
}

TEST_F(SharedQueueTest, PopAll_GivesAll) {
  const auto ids = push(3);
  EXPECT_EQ(ids_of(queue.pop_all()), ids);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(queue.pop_all().empty());
}

TEST_F(SharedQueueTest, OnceEnded_GivesEverythingBack) {
  const auto ids = push(2);
  EXPECT_EQ(ids_of(queue.end()), ids);
  EXPECT_TRUE(queue.is_empty());
  Runnable late = make();
  const TaskId id = late.id();
  const auto refused = queue.push(std::move(late));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->id(), id);
  std::vector<Runnable> batch;
  batch.push_back(make());
  queue.push_all(batch);
  EXPECT_EQ(batch.size(), 1u);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(queue.end().empty());
}

}  // namespace

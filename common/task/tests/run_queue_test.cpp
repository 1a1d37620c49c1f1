// run_queue_test.cpp -- RunQueue: first in, first out; what is left when it dies is cancelled.
#include "common/task/run_queue.hpp"

#include <gtest/gtest.h>
#include <utility>

#include "common/future/ready.hpp"
#include "common/task/make_task.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;

auto make_puppet(Strings& strings) {
  return make_task([&] { return Puppet(strings); }, [](Runnable) {});
}

TEST(RunQueueTest, Pop_OfAnEmptyQueue_IsNothing) {
  RunQueue queue;
  EXPECT_TRUE(queue.is_empty());
  EXPECT_FALSE(queue.pop());
  EXPECT_EQ(queue.size(), 0u);
}

TEST(RunQueueTest, PushAndPop_AreFirstInFirstOut_AlsoAcrossAnEmptyQueue) {
  Strings strings;
  auto a = make_puppet(strings), b = make_puppet(strings), c = make_puppet(strings);
  RunQueue queue;
  queue.push(std::move(a.runnable));
  queue.push(std::move(b.runnable));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.pop()->id(), a.task.id());
  queue.push(std::move(c.runnable));
  EXPECT_EQ(queue.pop()->id(), b.task.id());
  EXPECT_EQ(queue.pop()->id(), c.task.id());
  EXPECT_TRUE(queue.is_empty());
}

TEST(RunQueueTest, Move_TakesAllRunnablesAlong) {
  Strings strings;
  auto a = make_puppet(strings);
  RunQueue first;
  first.push(std::move(a.runnable));
  RunQueue second(std::move(first));
  EXPECT_TRUE(first.is_empty());  // NOLINT: what is left is an empty queue
  EXPECT_EQ(first.size(), 0u);    // NOLINT
  EXPECT_EQ(second.size(), 1u);
  EXPECT_EQ(second.pop()->id(), a.task.id());
}

TEST(RunQueueTest, Destroyed_CancelsWhatIsLeft) {
  Strings strings;
  auto a = make_puppet(strings), b = make_puppet(strings);
  {
    RunQueue queue;
    queue.push(std::move(a.runnable));
    queue.push(std::move(b.runnable));
  }
  EXPECT_EQ(strings.polls, 0u);
  EXPECT_EQ(strings.futures.ended, 2u);
  EXPECT_TRUE(a.task.is_finished());
  EXPECT_TRUE(b.task.is_finished());
}

}  // namespace

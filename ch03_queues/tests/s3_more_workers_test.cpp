// s3_more_workers_test.cpp -- several threads on one queue: who polls what, and how long it takes.
#include "ch03_queues/s3_more_workers.hpp"

#include <vector>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

// Read this one first.
// Question: two receivers of one channel, three Runnables. Who gets which?
// Predict. Break in `ChannelCore::recv`.
TEST(ClonedReceivers, EachRunnableComesOutOfOneOfThem) {
  const auto [sender, receiver_one] = unbounded<Runnable>();
  const auto receiver_two = receiver_one.clone();
  const auto schedule = [&queue = sender](Runnable runnable) { (void)queue.send(std::move(runnable)); };
  const auto twice = []() -> Async<> { co_await yield_now(); };
  auto made_a = make_task(future_maker(twice()), schedule);
  auto made_b = make_task(future_maker(twice()), schedule);
  schedule(std::move(made_a.runnable));
  schedule(std::move(made_b.runnable));

  auto first = receiver_one.try_recv();
  auto second = receiver_two.try_recv();
  EXPECT_EQ(first->id(), made_a.task.id());
  EXPECT_EQ(second->id(), made_b.task.id());
  EXPECT_FALSE(receiver_one.try_recv());
  EXPECT_FALSE(receiver_two.try_recv());

  (void)std::move(*first).run();         // pending: a is in the queue again
  auto again = receiver_two.try_recv();  // its next poll comes from the other one
  EXPECT_EQ(again->id(), made_a.task.id());
  EXPECT_EQ(std::move(*again).run(), Runnable::Ran::finished);
}

class MoreWorkersTest : public StageTest<more_workers::Executor> {
 protected:
  // How long so many tasks take, of a second each.
  Duration time_of(int count) {
    const Instant start = now();
    std::vector<Task<>> tasks;
    for (int i = 0; i < count; ++i) tasks.push_back(spawn(async_fn()));
    for (Task<>& task : tasks) block_on(task);
    return now() - start;
  }
};

TEST_F(MoreWorkersTest, ThreeTasksOfASecond_TakeASecond) {
  EXPECT_EQ(time_of(3), 1s);
  EXPECT_EQ(time_of(4), 2s);
  EXPECT_EQ(time_of(6), 2s);
}

TEST_F(MoreWorkersTest, TaskThatBlocks_HoldsUpOneThreadAlone) {
  base::Parker end;
  const auto block = [&]() -> Async<> {
    end.park();
    co_return;
  };
  auto blocked = spawn(block());
  EXPECT_EQ(time_of(2), 1s);
  EXPECT_FALSE(blocked.is_finished());
  end.unpark();
  block_on(blocked);
}

}  // namespace
}  // namespace ch03::tests

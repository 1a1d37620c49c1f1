// s4_two_queues_test.cpp -- the label on a future decides in which queue it stands, at each of its polls.
#include "ch03_queues/s4_two_queues.hpp"

#include <set>
#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

static_assert(two_queues::FutureOrderLabel<Labelled<CounterFuture>>);
static_assert(!two_queues::FutureOrderLabel<CounterFuture>, "a future without a label is not accepted");
static_assert(!two_queues::FutureOrderLabel<Async<>>, "nor is a coroutine");

using TwoQueuesTest = StageTest<two_queues::Executor>;

// Read this one first.
// Question: all tasks are low. How many threads of the three work?
// Predict the time of three tasks of a second each. Break in `Queue::sender`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TEST_F(TwoQueuesTest, LowTasksAlone_UseAThirdOfTheThreads) {
  block_on(executor_->spawn_task(Labelled(async_fn(), Priority::high)));  // the high threads are there
  const Instant start = now();
  auto one = executor_->spawn_task(Labelled(async_fn(), Priority::low));
  auto two = executor_->spawn_task(Labelled(async_fn(), Priority::low));
  auto three = executor_->spawn_task(Labelled(async_fn(), Priority::low));
  block_on(three);
  EXPECT_EQ(now() - start, 3s);  // s5_stealing.hpp is the answer
}

TEST_F(TwoQueuesTest, FullLowQueue_DoesNotHoldUpTheHighOne) {
  Rendezvous held(kNeverFull);
  std::vector<Task<>> low;
  for (int i = 0; i < 10; ++i) low.push_back(spawn(held.visit(), Priority::low));
  const Instant start = now();
  block_on(spawn(async_fn(), Priority::high));
  EXPECT_EQ(now() - start, 1s);
  held.open();
  for (Task<>& task : low) block_on(task);
}

TEST_F(TwoQueuesTest, EachPoll_IsOnAThreadOfTheQueue) {
  base::Locked<std::set<std::string>> threads[2];
  const auto travel = [&](std::size_t log) -> Async<> {
    for (int i = 0; i < 10; ++i) {
      threads[log].lock()->emplace(base::thread_name());
      co_await yield_now();
    }
  };
  std::vector<Task<>> tasks;
  for (int i = 0; i < 10; ++i) {
    tasks.push_back(spawn(travel(0), Priority::low));
    tasks.push_back(spawn(travel(1), Priority::high));
  }
  for (Task<>& task : tasks) block_on(task);
  EXPECT_EQ(listed(*threads[0].lock()), "low 1");
  EXPECT_EQ(threads[1].lock()->count("low 1"), 0u);
}

}  // namespace
}  // namespace ch03::tests

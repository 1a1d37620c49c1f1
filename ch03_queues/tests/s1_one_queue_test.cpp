// s1_one_queue_test.cpp -- a future becomes a Runnable and a Task: by hand first, then by the executor.
#include "ch03_queues/s1_one_queue.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/future/block_on.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"
#include "common/time/paused_clock.hpp"

#include "ch03_queues/counter_future.hpp"

namespace ch03 {
namespace {

using Ran = Runnable::Ran;

// What spawn_task does, and what its thread does, in one thread and step by step.
class ByHand : public testing::Test {
 protected:
  auto schedule() {
    return [this](Runnable runnable) { (void)queue_.sender.send(std::move(runnable)); };
  }
  template <class Make>
  auto spawn_task(Make make_future) {
    auto [runnable, task] = make_task(make_future, schedule());
    schedule()(std::move(runnable));
    return std::move(task);
  }
  Ran step() { return queue_.receiver.try_recv().value().run(); }
  [[nodiscard]] std::size_t queue_count() const { return queue_.receiver.len(); }

  PausedClock clock_;
  demo::CapturedLines printed_;
  Strings strings_;
  const Channel<Runnable> queue_ = unbounded<Runnable>();
};

// Read this one first.
// Question: what does spawn_task make of a future, and where is it when?
// Predict each queue_count. Break in `Runnable::run`, and look at `task.state`.
TEST_F(ByHand, Runnable_ExistsOnlyWhileTheTaskIsToBePolled) {
  auto [runnable, task] = make_task(future_maker(CounterFuture()), schedule());
  EXPECT_EQ(queue_count(), 0u);  // there are two handles of it, but it is in no queue
  schedule()(std::move(runnable));
  EXPECT_EQ(queue_count(), 1u);

  auto accepted = queue_.receiver.try_recv();
  EXPECT_EQ(queue_count(), 0u);
  EXPECT_EQ(std::move(*accepted).run(), Ran::woken);  // polled: pending, and it has woken itself
  EXPECT_EQ(queue_count(), 1u);                       // so there is a new Runnable of the same task
  EXPECT_FALSE(task.is_finished());

  EXPECT_EQ(step(), Ran::woken);
  EXPECT_EQ(step(), Ran::finished);
  EXPECT_EQ(queue_count(), 0u);
  EXPECT_TRUE(task.is_finished());
  EXPECT_EQ(block_on(task), 3);
  EXPECT_EQ(clock_.now().time_since_epoch(), 3s);  // each poll has blocked this thread for a second
  EXPECT_EQ(printed_.lines(), (std::vector<std::string>{"polling with result: 1", "polling with result: 2",
                                                        "polling with result: 3"}));
}

// Question: a future says Pending, and nobody wakes it. Where is its Runnable?
// Predict. Break in `TaskHeader::schedule_counted`.
TEST_F(ByHand, WithoutAWake_ThereIsNoRunnable) {
  auto task = spawn_task([this] { return Puppet(strings_); });
  EXPECT_EQ(step(), Ran::waits);
  EXPECT_EQ(queue_count(), 0u);  // only the waker can make the next one
  strings_.finish = true;
  strings_.waker.wake_by_ref();
  strings_.waker.wake_by_ref();  // it is in the queue already
  EXPECT_EQ(queue_count(), 1u);
  EXPECT_EQ(step(), Ran::finished);
  EXPECT_EQ(strings_.polls, 2u);
}

// Question: a future throws. Who catches it, who gets it, and does the thread go on?
// Predict. Break in `TaskCell::poll`: here the book has catch_unwind.
TEST_F(ByHand, Exception_StaysInTheTaskUntilSomebodyAwaitsIt) {
  strings_.fail_with = "the toast is black";
  auto burnt = spawn_task([this] { return Puppet(strings_); });
  auto next = spawn_task(future_maker(CounterFuture()));
  EXPECT_EQ(step(), Ran::finished);  // nothing was thrown here: the loop of the thread would go on
  EXPECT_EQ(strings_.futures.ended, 1u);
  EXPECT_EQ(step(), Ran::woken);
  try {
    (void)block_on(burnt);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the toast is black");
  }
}

// Question: the Task is dropped while its Runnable stands in the queue. What does whoever receives it do with
// it?
// Predict `polls`. Break in `TaskState::start_run`.
TEST_F(ByHand, DroppedTask_IsNotPolledButDestroyedByWhoeverReceivesIt) {
  {
    auto dropped = spawn_task([this] { return Puppet(strings_); });
  }
  EXPECT_EQ(queue_count(), 1u);
  EXPECT_EQ(strings_.futures.live(), 1u);  // dropping the Task has destroyed nothing yet
  EXPECT_EQ(step(), Ran::cancelled);
  EXPECT_EQ(strings_.polls, 0u);
  EXPECT_EQ(strings_.futures.live(), 0u);
}

// The rest has the thread.
class OneQueueTest : public testing::Test {
 protected:
  const Deadline deadline_{"a task in the queue was never polled"};
  PausedClock clock_;
  demo::CapturedLines printed_;
};

TEST_F(OneQueueTest, BooksThreeTasks_AreOverAfterTenSeconds) {
  base::Parker all_are_queued;
  one_queue::Executor executor([&] { all_are_queued.park(); });
  const auto four_times = []() -> Async<> {
    for (int i = 0; i < 4; ++i) co_await async_fn();
  };
  auto one = executor.spawn_task(CounterFuture());
  auto two = executor.spawn_task(CounterFuture());
  auto three = executor.spawn_task(four_times());
  EXPECT_EQ(printed_.text(),
            "Here is the queue count: 1\nHere is the queue count: 2\nHere is the queue count: 3\n");
  all_are_queued.unpark();
  block_on(three);
  EXPECT_EQ(clock_.now().time_since_epoch(), 6s);  // behind one poll of each counter
  EXPECT_EQ(block_on(one), 3);
  EXPECT_EQ(clock_.now().time_since_epoch(), 9s);
  EXPECT_EQ(block_on(two), 3);
  EXPECT_EQ(clock_.now().time_since_epoch(), 10s);
}

TEST_F(OneQueueTest, Thread_StartsWithTheFirstTask) {
  base::Atomic<int> starts = 0;
  one_queue::Executor executor([&] { ++starts; });
  EXPECT_EQ(starts, 0);
  block_on(executor.spawn_task(CounterFuture()));
  block_on(executor.spawn_task(CounterFuture()));
  EXPECT_EQ(starts, 1);
}

TEST_F(OneQueueTest, Tasks_ArePolledByTheOneThreadInTheOrderOfTheQueue) {
  base::Parker all_are_queued;
  std::vector<std::string> log;  // the thread's, until the last task is awaited
  const auto twice = [&](std::string name) -> Async<> {
    for (int poll = 1; poll <= 2; ++poll) {
      log.push_back(name + std::to_string(poll) + " on " + std::string(base::thread_name()));
      co_await yield_now();
    }
  };
  one_queue::Executor executor([&] { all_are_queued.park(); });
  std::vector<Task<>> tasks;
  for (const char* const name : {"a", "b", "c"}) tasks.push_back(executor.spawn_task(twice(name)));
  all_are_queued.unpark();
  for (Task<>& task : tasks) block_on(task);
  EXPECT_EQ(log, (std::vector<std::string>{"a1 on worker 1", "b1 on worker 1", "c1 on worker 1",  //
                                           "a2 on worker 1", "b2 on worker 1", "c2 on worker 1"}));
}

TEST_F(OneQueueTest, ExecutorThatNobodyUsed_EndsWithoutAThread) {
  bool started = false;
  {
    const one_queue::Executor executor([&] { started = true; });
  }
  EXPECT_FALSE(started);
}

}  // namespace
}  // namespace ch03

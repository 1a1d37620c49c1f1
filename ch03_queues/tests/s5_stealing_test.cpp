// s5_stealing_test.cpp -- stealing both ways, one's own queue first; and what it costs to look for work.
#include "ch03_queues/s5_stealing.hpp"

#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/future/ready.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/s5_parking.hpp"
#include "ch03_queues/tests/held_threads.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

// Both stages, and what comes after them.
template <class E>
class StealingTest : public StageTest<E> {
 protected:
  // All three threads are there and held.
  void hold_all() {
    block_on(this->spawn(ready(1), Priority::high));
    for (int i = 0; i < 3; ++i) this->spawn(held_.hold(), Priority::low).detach();
    this->let_them_run();
  }

  void TearDown() override { this->executor_.reset(); }  // before what its tasks refer to

  HeldThreads held_;
  base::Locked<std::vector<std::string>> log_;

  Async<> write_down(const char* task) {
    log_.lock()->push_back(task);
    co_return;
  }
};
using Stealers =
    testing::Types<stealing::Executor, parking::Executor, spawn_any::Executor, Executor, PriorityExecutor>;
TYPED_TEST_SUITE(StealingTest, Stealers);

// Read this one first.
// Question: the low thread alone is let go, and there are two tasks in each queue. What does it take, in
// which order?
// Predict the log. Break in `Queue::next`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TYPED_TEST(StealingTest, Thread_TakesFromItsOwnQueueFirstAndThenFromTheOther) {
  this->hold_all();
  this->spawn(this->write_down("high a"), Priority::high).detach();
  this->spawn(this->write_down("low a"), Priority::low).detach();
  this->spawn(this->write_down("high b"), Priority::high).detach();
  this->spawn(this->write_down("low b"), Priority::low).detach();

  this->held_.let_go("low 1");
  this->let_them_run();
  EXPECT_EQ(*this->log_.lock(), (std::vector<std::string>{"low a", "low b", "high a", "high b"}));

  this->log_.lock()->clear();
  this->spawn(this->held_.hold(), Priority::low).detach();  // the low thread again
  this->let_them_run();
  this->spawn(this->write_down("low a"), Priority::low).detach();
  this->spawn(this->write_down("high a"), Priority::high).detach();
  this->held_.let_go("high 2");
  this->let_them_run();
  EXPECT_EQ(*this->log_.lock(), (std::vector<std::string>{"high a", "low a"}));
  for (const char* const name : {"low 1", "high 1"}) this->held_.let_go(name);
}

TYPED_TEST(StealingTest, ThreeLowTasksOfASecond_TakeASecond) {
  block_on(this->spawn(ready(1), Priority::high));
  block_on(this->spawn(ready(1), Priority::low));
  this->let_them_run();  // all three are there, and idle
  blocking_sleep(50ms);
  const Instant start = now();
  std::vector<Task<>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(this->spawn(async_fn(), Priority::low));
  for (Task<>& task : tasks) block_on(task);
  // Those that nap look at whole tenths of a second.
  EXPECT_EQ(now() - start, this->can.idle == naps ? 1050ms : 1000ms);
}

// ---- the 100 ms, and their cure
// ------------------------------------------------------------------------------

template <class E>
Duration time_until_noticed(E& executor) {
  block_on(executor.spawn_task(Labelled(Async<>(async_fn()), Priority::high)));
  block_on(executor.spawn_task(Labelled(Async<>(async_fn()), Priority::low)));
  blocking_sleep(1s + 30ms);  // all three look at whole tenths of a second
  const Instant start = now();
  const auto note = []() -> Async<Instant> { co_return now(); };
  return block_on(executor.spawn_task(Labelled(note(), Priority::low))) - start;
}

// Question: all threads are idle, and a task is spawned. When is it polled?
// Predict it for both. Break in `Queue::next`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TEST(NapsTest, NewTask_IsNoticedAtTheNextLook) {
  const Deadline deadline("the task was never polled");
  const PausedClock clock;
  const demo::CapturedLines printed;
  stealing::Executor naps;
  EXPECT_EQ(time_until_noticed(naps), 70ms);
}
TEST(NapsTest, NewTask_IsNoticedAtOnceByThreadsThatPark) {
  const Deadline deadline("the task was never polled");
  const PausedClock clock;
  const demo::CapturedLines printed;
  parking::Executor parks;
  EXPECT_EQ(time_until_noticed(parks), 0ms);
  EXPECT_EQ(parks.looks_in_vain(), 0u);
}

}  // namespace
}  // namespace ch03::tests

// stages_end_test.cpp -- the contract of all stages: what becomes of the tasks when the executor ends.
#include <deque>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/future/async.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"

#include "ch03_queues/tests/owned_puppet.hpp"
#include "ch03_queues/tests/stages.hpp"

namespace ch03::tests {
namespace {

template <class E>
using StageEndContract = StageTest<E>;
TYPED_TEST_SUITE(StageEndContract, AllStages, NamesOfStages);

TYPED_TEST(StageEndContract, RunsWhatIsInTheQueues) {
  Rendezvous held(this->kNeverFull);
  base::Atomic<int> ran = 0;
  const auto work = [&]() -> Async<> {
    ++ran;
    co_return;
  };
  for (int i = 0; i < 10; ++i)
    this->spawn(held.visit(), i % 2 == 0 ? Priority::low : Priority::high).detach();
  this->let_them_run();
  for (int i = 0; i < 20; ++i) this->spawn(work(), i % 2 == 0 ? Priority::low : Priority::high).detach();

  // By then this thread is in the destructor, and waits for those that are held.
  const base::Thread opener([&] {
    this->let_them_run();
    EXPECT_EQ(ran, 0);
    held.open();
  });
  this->executor_.reset();
  EXPECT_EQ(ran, 20);
}

TYPED_TEST(StageEndContract, StopsATaskThatWakesItselfForEver) {
  Counts locals;
  const auto forever = [&]() -> Async<> {
    const Counted local(locals);
    for (;;) co_await yield_now();
  };
  this->spawn(forever()).detach();
  auto task = this->spawn(forever(), Priority::high);
  this->executor_.reset();
  EXPECT_EQ(locals.live(), 0u);
  EXPECT_THROW(block_on(task), TaskCancelled);
}

// Question: who destroys a task that waits, when the executor is gone? Predict for each stage, see `waiting`
// in the table. Break in `Runnable::~Runnable`.
// (On the executor's threads. One thread's work, stepped by hand: TokensTest in s5_parking_test.cpp.)
TYPED_TEST(StageEndContract, WaitingTaskIsCancelledThenOrByItsNextWake) {
  Strings strings;
  auto task = this->spawn(OwnedPuppet(strings));
  this->let_them_run();
  EXPECT_EQ(strings.polls, 1u);

  this->executor_.reset();
  const bool told_at_the_end = this->can.waiting == is_cancelled;
  EXPECT_EQ(task.is_finished(), told_at_the_end);
  EXPECT_EQ(strings.futures.live(), told_at_the_end ? 0u : 1u);

  strings.waker.wake_by_ref();  // the queue is closed: the Runnable is dropped, here and now
  EXPECT_EQ(strings.futures.live(), 0u);
  EXPECT_EQ(strings.polls, 1u);
  EXPECT_THROW(block_on(task), TaskCancelled);
}

TYPED_TEST(StageEndContract, DetachedTaskThatWaitsGoesWithItsLastWaker) {
  Strings strings;
  this->spawn(OwnedPuppet(strings)).detach();
  this->let_them_run();
  this->executor_.reset();
  strings.waker = Waker();
  EXPECT_EQ(strings.futures.made, 1u);
  EXPECT_EQ(strings.futures.ended, 1u);
}

bool is_refused(Task<int>& finished) {
  Context cx(Waker::noop());
  try {
    (void)finished.poll(cx);
  } catch (const TaskCancelled&) {
    return true;
  }
  return false;
}

// A task that spawns on and on, until it is refused. By then the executor is being destroyed around it.
template <class E>
void spawn_until_refused(E& executor, Priority priority) {
  for (std::deque<Task<int>> tasks;;) {
    tasks.push_back(spawn_on(executor, ready(1), priority));
    for (std::size_t i = tasks.size(); i > 0; --i) {
      Task<int> first = std::move(tasks.front());
      tasks.pop_front();
      if (!first.is_finished()) {
        tasks.push_back(std::move(first));
      } else if (is_refused(first)) {
        return;
      }
    }
  }
}

TYPED_TEST(StageEndContract, RefusesWhatItsOwnTasksSpawn) {
  const CurrentClock real(SystemClock::real_time());  // see TasksSpawnTasks_FromAnyThread
  for (const Priority own : {Priority::low, Priority::high}) {
    const Priority other = own == Priority::low ? Priority::high : Priority::low;
    this->executor_ = make_executor<TypeParam>();
    TypeParam& executor = *this->executor_;
    base::Parker begins;
    bool both_refused = false;  // the task's, until the executor has gone
    const auto task = [&]() -> Async<> {
      begins.unpark();
      spawn_until_refused(executor, own);
      spawn_until_refused(executor, other);  // whose threads, where they start lazily, were never needed
      both_refused = true;
      co_return;
    };
    this->spawn(task(), own).detach();
    begins.park();
    this->executor_.reset();
    EXPECT_TRUE(both_refused);
  }
}

}  // namespace
}  // namespace ch03::tests

// stages_test.cpp -- the contract of all stages: what each can do, and what it cannot do yet.
//
// Read stages.hpp first: its table is what is tested here. stages_drop_test.cpp and stages_end_test.cpp go
// on.
#include "ch03_queues/tests/stages.hpp"

#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/future/async.hpp"
#include "common/future/ready.hpp"
#include "common/future/yield_now.hpp"
#include "common/time/queued_clock.hpp"
#include "common/time/timer_heap.hpp"

namespace ch03::tests {
namespace {

template <class E>
using StageContract = StageTest<E>;
TYPED_TEST_SUITE(StageContract, AllStages, NamesOfStages);

// ---- who runs what
// -------------------------------------------------------------------------------------------

TYPED_TEST(StageContract, Tasks_AreSharedByTheThreadsThatTheStageHasForThem) {
  EXPECT_EQ(this->threads_that_share(Priority::low), this->can.alone);
  block_on(
      this->spawn(ready(1), Priority::high));  // where threads start lazily, now those of the high queue too
  this->let_them_run();
  EXPECT_EQ(this->threads_that_share(Priority::low), this->can.low_tasks);
  EXPECT_EQ(this->threads_that_share(Priority::high), this->can.high_tasks);
}

// Counts the threads that are started by it.
class ThreadCount final : public QueuedClock<TimerHeap> {
 public:
  [[nodiscard]] Instant now() const override { return {}; }
  void block_until(Instant) override {}
  void one_more_is_busy() noexcept override { ++count; }
  void this_one_is_blocked() noexcept override {}
  void next_deadline_changed(Instant) override {}

  base::Atomic<int> count = 0;
};

TYPED_TEST(StageContract, Threads_StartWithTheFirstTaskOrWithTheExecutor) {
  ThreadCount started;
  const CurrentClock counts(started);
  const auto executor = make_executor<TypeParam>();
  EXPECT_EQ(started.count, this->can.starts == at_once ? 3 : 0);
}

TYPED_TEST(StageContract, IdleThreads_NapOrPark) {
  block_on(this->spawn(ready(1), Priority::high));
  block_on(this->spawn(ready(1), Priority::low));
  if constexpr (requires { this->executor_->looks_in_vain(); }) {
    blocking_sleep(std::chrono::milliseconds(50));  // between two looks
    const std::size_t before = this->executor_->looks_in_vain();
    blocking_sleep(std::chrono::seconds(1));
    EXPECT_EQ(this->executor_->looks_in_vain() - before, this->can.idle == naps ? 30u : 0u);
  }
  if constexpr (TestFixture::can.idle == parks) {
    // Nobody has set a timer: when this thread parks too, the clock has nothing to wait for, and says so.
    base::Parker stalled;
    this->clock_.on_stall([&] { stalled.unpark(); });
    stalled.park();
  }
}

// ---- what can be spawned
// ---------------------------------------------------------------------------------------

template <class E, class... What>
concept Spawns = requires(E& executor, What... what) { executor.spawn_task(std::move(what)...); };

TYPED_TEST(StageContract, SpawnTask_TakesAPriorityInTheWayOfTheStage) {
  using ByHand = decltype(ready(1));
  using Lambda = decltype([] { return ready(1); });
  constexpr Label label = TestFixture::can.label;
  EXPECT_TRUE((Spawns<TypeParam, Labelled<ByHand>>));
  EXPECT_EQ((Spawns<TypeParam, ByHand>), label != demanded);
  EXPECT_EQ((Spawns<TypeParam, Async<>>), label != demanded);
  EXPECT_EQ((Spawns<TypeParam, ByHand, Priority>), label == argument);
  if constexpr (label == argument) {
    EXPECT_TRUE((Spawns<TypeParam, Lambda>));
  } else {
    EXPECT_FALSE((Spawns<TypeParam, Lambda>));
  }
}

// ---- outputs and exceptions
// ------------------------------------------------------------------------------------

TYPED_TEST(StageContract, Outputs_ArriveAtTheTask) {
  EXPECT_EQ(block_on(this->spawn(ready(7))), 7);
  EXPECT_EQ(*block_on(this->spawn(ready(std::make_unique<int>(8)))), 8);
  base::Atomic<int> done = 0;
  const auto work = [&]() -> Async<> {
    co_await yield_now();
    ++done;
  };
  block_on(this->spawn(work()));
  EXPECT_EQ(done, 1);
}

TYPED_TEST(StageContract, Exception_ArrivesAtTheTaskAndTheThreadLivesOn) {
  const auto fail = [](int number) -> Async<> {
    co_await yield_now();
    throw std::runtime_error("toast " + std::to_string(number) + " is black");
  };
  for (const Priority priority : {Priority::low, Priority::high}) {
    for (int i = 0; i < 10; ++i) {
      auto task = this->spawn(fail(i), priority);
      try {
        block_on(task);
        ADD_FAILURE() << "nothing was thrown";
      } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), "toast " + std::to_string(i) + " is black");
      }
    }
  }
  EXPECT_EQ(this->threads_that_share(Priority::low), this->can.low_tasks);  // all of them are still there
}

TYPED_TEST(StageContract, TasksSpawnTasks_FromAnyThread) {
  // By the paused clock threads meet in its lock when they park, which hides races from ThreadSanitizer.
  const CurrentClock real(SystemClock::real_time());
  this->executor_ = make_executor<TypeParam>();
  const auto leaf = [](int number) -> Async<int> {
    co_await yield_now();
    co_return number;
  };
  const auto branch = [&](int number) -> Async<int> {
    auto one = this->spawn(leaf(number), Priority::high);
    auto two = this->spawn(leaf(number));
    co_return co_await one + co_await two;
  };
  base::Atomic<int> sum = 0;
  {
    std::vector<base::Thread> spawners;
    for (int i = 0; i < 4; ++i) {
      spawners.emplace_back([&] {
        for (int number = 1; number <= 50; ++number) {
          const Priority priority = number % 2 == 0 ? Priority::high : Priority::low;
          sum += block_on(this->spawn(branch(number), priority));
        }
      });
    }
  }
  EXPECT_EQ(sum, 4 * 2 * 50 * 51 / 2);
  this->executor_.reset();  // by the clock by which it was made
}

}  // namespace
}  // namespace ch03::tests

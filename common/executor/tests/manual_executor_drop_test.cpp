// manual_executor_drop_test.cpp -- the end of an executor: no future survives it; handles and wakers may.
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/base/thread.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/future/async.hpp"
#include "common/future/pending.hpp"
#include "common/future/poll_fn.hpp"
#include "common/future/ready.hpp"
#include "common/future/tests/counting_waker.hpp"
#include "common/future/tests/small_stack.hpp"
#include "common/future/yield_now.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/task/tests/puppet.hpp"

namespace {

using namespace async;

// Question: the executor goes while its tasks wait. Who destroys their futures?
// Predict `strings.futures.ended` after each line. Break in `ManualExecutor::~ManualExecutor`.
TEST(ManualExecutorDropTest, DestroysTheFuturesOfAllThatHaveNotFinished_BeforeItReturns) {
  Strings never_polled, waits, woken, finished;
  std::vector<JoinHandle<Counted>> handles;
  {
    ManualExecutor executor;
    for (Strings* each : {&waits, &woken, &finished}) {
      handles.push_back(executor.spawn([each] { return Puppet(*each); }));
    }
    finished.finish = true;
    EXPECT_EQ(executor.run_until_stalled(), 3u);
    handles.push_back(executor.spawn([&] { return Puppet(never_polled); }));
    woken.waker.wake_by_ref();
    EXPECT_EQ(executor.unfinished(), 3u);
    EXPECT_EQ(waits.futures.ended, 0u);
  }
  EXPECT_EQ(never_polled.futures.ended, 1u);
  EXPECT_EQ(never_polled.polls, 0u);
  EXPECT_EQ(waits.futures.ended, 1u);
  EXPECT_EQ(woken.futures.ended, 1u);
  EXPECT_EQ(woken.polls, 1u);  // dropped, not polled once more
  EXPECT_EQ(finished.outputs.live(), 1u);
  for (auto& handle : handles) EXPECT_TRUE(handle.is_finished());
}

void destroy_executor_in_its_own_step() {
  auto executor = std::make_unique<ManualExecutor>();
  executor
      ->spawn(poll_fn([&](Context&) -> Poll<void> {
        executor.reset();
        return Ready();
      }))
      .detach();
  executor->step();
}

// It would wait for the task that it is polling: better to stop and say so.
TEST(ManualExecutorDropTest, InsideItsOwnStep_StopsTheProgram) {
  // What a fork finds locked by another test's thread (of the program's BlockingPool) stays locked.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(destroy_executor_in_its_own_step(), "inside its own step");
}

TEST(ManualExecutorDropTest, WhoeverAwaitsATask_IsToldThatItWasCancelled) {
  std::optional<ManualExecutor> executor(std::in_place);
  auto handle = executor->spawn(pending());
  auto task = executor->spawn_task(pending());
  CountingTask joiner, other;
  EXPECT_TRUE(joiner.poll(handle).is_pending());
  EXPECT_TRUE(other.poll(task).is_pending());
  executor.reset();
  EXPECT_EQ(joiner.take_wakes(), 1u);
  EXPECT_EQ(other.take_wakes(), 1u);
  EXPECT_TRUE(joiner.poll(handle).value().error().is_cancelled());
  EXPECT_THROW((void)other.poll(task), TaskCancelled);
}

TEST(ManualExecutorDropTest, WakersAndHandles_MayOutliveIt) {
  Strings strings;
  Waker clone;
  std::optional<JoinHandle<Counted>> handle;
  {
    ManualExecutor executor;
    handle = executor.spawn([&] { return Puppet(strings); });
    (void)executor.step();
    clone = strings.waker.clone();
  }
  clone.wake_by_ref();
  clone.clone().wake_by_ref();
  std::move(clone).wake();
  handle->abort();
  handle.reset();
  strings.waker.wake_by_ref();
  strings.waker = Waker();  // the last reference: here the task's memory and the executor's queue go
  EXPECT_EQ(strings.polls, 1u);
  EXPECT_EQ(strings.futures.ended, 1u);
}

TEST(ManualExecutorDropTest, TasksThatAwaitEachOther_AreDestroyedAll) {
  Counts locals;
  std::optional<JoinHandle<>> first, second;
  {
    ManualExecutor executor;
    const auto wait_for = [&](std::optional<JoinHandle<>>& other) -> Async<> {
      const Counted local(locals);
      (void)co_await *other;
    };
    first = executor.spawn(wait_for, std::ref(second));
    second = executor.spawn(wait_for, std::ref(first));
    EXPECT_EQ(executor.run_until_stalled(), 2u);
    EXPECT_EQ(locals.live(), 2u);
  }
  EXPECT_EQ(locals.live(), 0u);
  EXPECT_TRUE(first->is_finished());
  EXPECT_TRUE(second->is_finished());
}

TEST(ManualExecutorDropTest, ATaskDetachedWhoseWakersAreAllInItsOwnFuture_IsDestroyed) {
  Counts futures;
  {
    ManualExecutor executor;
    executor
        .spawn([&, life = Counted(futures)]() -> Async<> {
          Waker kept;  // a cycle: the task keeps the waker that keeps the task
          co_await poll_fn([&](Context& cx) -> Poll<void> {
            kept.refresh_from(cx.waker());
            return Pending();
          });
        })
        .detach();
    EXPECT_EQ(executor.run_until_stalled(), 1u);
    EXPECT_EQ(executor.unfinished(), 1u);
  }
  EXPECT_EQ(futures.live(), 0u);
}

// A guard in a coroutine that does something with the executor when the coroutine is destroyed.
template <class Work>
class AtTheEnd {
 public:
  explicit AtTheEnd(Work work) : work_(std::move(work)) {}
  AtTheEnd(const AtTheEnd&) = delete;
  AtTheEnd& operator=(const AtTheEnd&) = delete;
  ~AtTheEnd() { work_(); }

 private:
  Work work_;
};

// Question: a task is destroyed with its executor, and its destructor spawns another one. Is that one polled,
// or leaked? Predict both counts. Break in `ManualExecutor::spawn_task`.
TEST(ManualExecutorDropTest, ATaskSpawnedByADestructorWhileTheExecutorGoes_IsDestroyedUnpolled) {
  Strings spawned;
  int generations = 0;
  {
    ManualExecutor executor;
    std::vector<JoinHandle<>> handles;
    const std::function<void()> spawn_one = [&] { executor.spawn([&] { return Puppet(spawned); }).detach(); };
    for (int i = 0; i < 3; ++i) {
      handles.push_back(executor.spawn([&]() -> Async<> {
        const AtTheEnd guard([&] {
          ++generations;
          spawn_one();
          // The next generation: this one's destructor spawns again.
          executor
              .spawn(
                  [last = std::make_unique<AtTheEnd<std::function<void()>>>(spawn_one)] { return pending(); })
              .detach();
        });
        co_await pending();
      }));
    }
    executor.run_until_stalled();
    EXPECT_EQ(generations, 0);
  }
  EXPECT_EQ(generations, 3);
  EXPECT_EQ(spawned.polls, 0u);
  EXPECT_EQ(spawned.futures.made, 6u);
  EXPECT_EQ(spawned.futures.live(), 0u);
}

TEST(ManualExecutorDropTest, ADestructorThatWakesCancelsAndDropsOtherTasks_DisturbsNobody) {
  Strings others[3];
  std::optional<Task<Counted>> tasks[3];
  {
    ManualExecutor executor;
    auto guarded = executor.spawn([&]() -> Async<> {
      const AtTheEnd guard([&] {
        others[0].waker.wake_by_ref();
        tasks[1]->cancel();
        tasks[2].reset();
      });
      co_await pending();
    });
    for (std::size_t i = 0; i < 3; ++i) tasks[i] = executor.spawn_task([&, i] { return Puppet(others[i]); });
    EXPECT_EQ(executor.run_until_stalled(), 4u);
    std::move(*tasks[0]).detach();
    guarded.abort();  // its destructor runs first: as the executor goes, in the order of the queue
  }
  EXPECT_FALSE(tasks[2]);
  for (auto& each : others) {
    EXPECT_EQ(each.polls, 1u);
    EXPECT_EQ(each.futures.ended, 1u);
  }
}

TEST(ManualExecutorDropTest, AHundredThousandWaitingTasks_AreDestroyed) {
  on_small_stack([] {
    constexpr std::size_t kTasks = 100'000;
    Counts futures;
    std::vector<Waker> wakers;
    wakers.reserve(kTasks);
    {
      ManualExecutor executor;
      for (std::size_t i = 0; i < kTasks; ++i) {
        executor
            .spawn([&, life = Counted(futures)]() -> Async<> {
              co_await poll_fn([&](Context& cx) -> Poll<void> {
                wakers.push_back(cx.waker().clone());
                return Pending();
              });
            })
            .detach();
      }
      EXPECT_EQ(executor.run_until_stalled(), kTasks);
      EXPECT_EQ(futures.live(), kTasks);
    }
    EXPECT_EQ(futures.live(), 0u);
  });
}

// A waker claims its task in one step and queues it in another; the executor that goes waits for what is
// claimed.
TEST(ManualExecutorDropTest, WakersThatFireInOtherThreadsMeanwhile_LoseNothingAndQueueNothingTwice) {
  const Deadline deadline("the executor's destructor waits for a task that nobody queues");
  constexpr std::size_t kTasks = 10'000;
  Counts futures;
  std::vector<Waker> wakers;
  wakers.reserve(kTasks);
  {
    std::optional<ManualExecutor> executor(std::in_place);
    for (std::size_t i = 0; i < kTasks; ++i) {
      executor
          ->spawn([&, life = Counted(futures)]() -> Async<> {
            co_await poll_fn([&](Context& cx) -> Poll<void> {
              wakers.push_back(cx.waker().clone());
              return Pending();
            });
          })
          .detach();
    }
    EXPECT_EQ(executor->run_until_stalled(), kTasks);
    base::Parker fires;
    base::Thread other([&] {
      fires.unpark();
      for (std::size_t i = 0; i < kTasks; i += 2) {
        std::move(wakers[i]).wake();  // the last waker: woken, then dropped
        wakers[i + 1] = Waker();      // the last waker: dropped
      }
    });
    fires.park();
    executor.reset();
    EXPECT_EQ(futures.live(), 0u);  // whatever the other thread is at
  }
  EXPECT_EQ(futures.made, kTasks);
}

}  // namespace

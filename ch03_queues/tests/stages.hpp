// stages.hpp -- the chapter's executors behind one `spawn`, and what each can do, and cannot do yet.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/captured_lines.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/future/block_on.hpp"
#include "common/task/tests/deadline.hpp"
#include "common/time/paused_clock.hpp"

#include "ch03_queues/executor.hpp"
#include "ch03_queues/labelled.hpp"
#include "ch03_queues/rendezvous.hpp"
#include "ch03_queues/s1_one_queue.hpp"
#include "ch03_queues/s3_more_workers.hpp"
#include "ch03_queues/s4_two_queues.hpp"
#include "ch03_queues/s5_parking.hpp"
#include "ch03_queues/s5_stealing.hpp"
#include "ch03_queues/s6_spawn_any.hpp"

namespace ch03::tests {

enum class Label { none, demanded, argument };  // how a task gets its priority
enum class Starts { lazily, at_once };          // when the threads start
enum class Idle { naps, parks };                // what a thread does that has nothing to do
enum class Waiting { outlives, is_cancelled };  // what becomes of a task that waits when the executor ends
using enum Label;
using enum Starts;
using enum Idle;
using enum Waiting;

struct Abilities {
  const char* name;
  const char* alone;       // the threads that share the low tasks, while there are no others
  const char* low_tasks;   // ... and that share them once the high queue was used too
  const char* high_tasks;  // ... and that share the high ones then
  Label label;
  Starts starts;
  Idle idle;
  Waiting waiting;
};

constexpr char k1[] = "worker 1", k1To3[] = "worker 1, worker 2, worker 3";
constexpr char kLow[] = "low 1", kHigh[] = "high 1, high 2", kAll[] = "high 1, high 2, low 1";

// clang-format off
constexpr Abilities kAbilities[] = {
    // stage              only low   low     high    priority   threads   idle    waiting
    {"s1_one_queue",      k1,        k1,     k1,     none,      lazily,   parks,  outlives},
    {"s3_more_workers",   k1To3,     k1To3,  k1To3,  none,      lazily,   parks,  outlives},
    {"s4_two_queues",     kLow,      kLow,   kHigh,  demanded,  lazily,   parks,  outlives},
    {"s5_stealing",       kLow,      kAll,   kAll,   demanded,  lazily,   naps,   outlives},
    {"s5_parking",        kLow,      kAll,   kAll,   demanded,  lazily,   parks,  outlives},
    {"s6_spawn_any",      kLow,      kAll,   kAll,   argument,  lazily,   parks,  outlives},
    {"executor",          kAll,      kAll,   kAll,   argument,  at_once,  parks,  outlives},
    {"PriorityExecutor",  kAll,      kAll,   kAll,   argument,  at_once,  parks,  is_cancelled},
};
// clang-format on
using AllStages =
    testing::Types<one_queue::Executor, more_workers::Executor, two_queues::Executor, stealing::Executor,
                   parking::Executor, spawn_any::Executor, Executor, PriorityExecutor>;

template <class E, class... All>
constexpr const Abilities& row_of(testing::Types<All...>) {
  std::size_t row = 0;
  (void)((std::same_as<E, All> || (++row, false)) || ...);
  return kAbilities[row];
}
template <class E>
constexpr Abilities kCan = row_of<E>(AllStages());

struct NamesOfStages {
  template <class E>
  static std::string GetName(int) {
    return kCan<E>.name;
  }
};

template <class E>
std::unique_ptr<E> make_executor() {
  if constexpr (std::same_as<E, PriorityExecutor>) {
    return std::make_unique<E>(PriorityExecutor::Threads{.high = 2, .low = 1});
  } else if constexpr (std::same_as<E, Executor>) {
    return std::make_unique<E>(2, 1);
  } else {
    return std::make_unique<E>();
  }
}

// The priority in the way in which the stage takes it, if it takes one.
template <class E, class F>
Task<OutputOf<F>> spawn_on(E& executor, F future, Priority priority = Priority::low) {
  if constexpr (kCan<E>.label == demanded) {
    return executor.spawn_task(Labelled<F>(std::move(future), priority));
  } else if constexpr (kCan<E>.label == argument) {
    return executor.spawn_task(std::move(future), priority);
  } else {
    return executor.spawn_task(std::move(future));
  }
}

// An executor by the paused clock. What s1 prints is caught, so that nobody has to read it.
template <class E>
class StageTest : public testing::Test {
 protected:
  static constexpr Abilities can = kCan<E>;

  template <class F>
  Task<OutputOf<F>> spawn(F future, Priority priority = Priority::low) {
    return spawn_on(*executor_, std::move(future), priority);
  }

  // The clock moves when all threads have nothing to do, or are held. So when this returns, they are.
  static void let_them_run() { blocking_sleep(std::chrono::seconds(1)); }

  // Which threads share the tasks of one priority: there come more than there are threads, and each holds the
  // one that runs it.
  std::string threads_that_share(Priority priority) {
    Rendezvous all(kNeverFull);
    std::vector<Task<>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(spawn(all.visit(), priority));
    let_them_run();
    const std::string threads = listed(all.threads());
    all.open();
    for (Task<>& task : tasks) block_on(task);
    return threads;
  }

  static constexpr std::size_t kNeverFull = 1'000'000;

  const Deadline deadline_{
      "a task was never run, or a thread never ended"};  // first: it takes no part in the clock
  PausedClock clock_;
  demo::CapturedLines printed_;
  std::unique_ptr<E> executor_ = make_executor<E>();
};

}  // namespace ch03::tests

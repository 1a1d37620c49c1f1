// s5_coroutine_future.cpp -- the second demo of 5.5: as tasks, polled in turn and woken by a timer.
#include "ch05_coroutines/s5_coroutine_future.hpp"

#include <array>
#include <chrono>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/executor/manual_executor.hpp"
#include "common/executor/priority_executor.hpp"
#include "common/task/task.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/s5_sleep_coroutine.hpp"

namespace ch05 {
namespace {

using namespace std::chrono_literals;
using async::demo::println;

struct SleptThrice {
  Duration time{};
  std::array<int, 3> resumes{};

  [[nodiscard]] int all_resumes() const { return resumes[0] + resumes[1] + resumes[2]; }
};

class CountsResumes {
 public:
  using Yield = void;
  using Return = void;

  CountsResumes(SleepCoroutine counted, int& count) : coroutine_(counted), resumes_(&count) {}
  CoroutineState<void, void> resume() {
    ++*resumes_;
    return coroutine_.resume();
  }

 private:
  SleepCoroutine coroutine_;
  int* resumes_;
};

// Each poll wakes its own task, so three are always in the queue. Between two rounds this thread sleeps.
SleptThrice polled_in_turn() {
  SleptThrice slept;
  const Instant start = now();
  ManualExecutor executor;
  for (int& count : slept.resumes) {
    executor.spawn(CoroutineFuture(CountsResumes(SleepCoroutine(1s), count))).detach();
  }
  for (;;) {
    executor.run_until_stalled(executor.queued());
    if (executor.unfinished() == 0) break;
    blocking_sleep(250ms);
  }
  slept.time = now() - start;
  return slept;
}

// On chapter 3's executor. Nobody is busy while they sleep.
SleptThrice woken_by_a_timer() {
  SleptThrice slept;
  const Instant start = now();
  PriorityExecutor executor({.high = 1, .low = 1});
  const auto spawn_one = [&executor](int& count) {
    return executor.spawn_task(resumed_every(250ms, CountsResumes(SleepCoroutine(1s), count)));
  };
  Task<> one = spawn_one(slept.resumes[0]), two = spawn_one(slept.resumes[1]),
         three = spawn_one(slept.resumes[2]);
  PriorityExecutor::join(std::move(one), std::move(two), std::move(three));
  slept.time = now() - start;
  return slept;
}

void print(const demo::Options& options, const char* what, const SleptThrice& slept) {
  // In real time a thread may come too late for a round.
  const std::string resumes =
      options.paused ? std::to_string(slept.all_resumes()) : demo::shown(options, slept.all_resumes(), "<n>");
  println(what, ": took ", demo::whole_seconds(slept.time), " s and ", resumes, " resumes");
}

bool as_promised(const demo::Options& options, const SleptThrice& slept) {
  if (options.paused) return slept.time == 1s && slept.all_resumes() == 15;
  return slept.time >= 1s;
}

}  // namespace

bool sleep_future_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("three sleeping coroutines, as tasks");
  const SleptThrice in_turn = polled_in_turn();
  print(options, "three tasks that wake themselves, polled in turn", in_turn);
  const SleptThrice by_timer = woken_by_a_timer();
  print(options, "three tasks that a timer wakes", by_timer);
  return as_promised(options, in_turn) && as_promised(options, by_timer);
}

}  // namespace ch05

// s5_sleep_coroutine.cpp -- the first demo of 5.5: three sleeps of a second take one second, on one thread.
#include "ch05_coroutines/s5_sleep_coroutine.hpp"

#include <chrono>
#include <cstddef>
#include <deque>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/executor.hpp"

namespace ch05 {
namespace {

using namespace std::chrono_literals;
using async::demo::println;

// How long to sleep after each was asked once: to ask without end would be work for a whole core.
constexpr Duration kPause = 250ms;

// The book's first form: a queue and a loop, and no type for it.
Duration slept_by_hand() {
  std::deque<SleepCoroutine> sleep_coroutines;
  const Instant start = now();
  for (int i = 0; i < 3; ++i) sleep_coroutines.emplace_back(1s);
  for (;;) {
    for (std::size_t left = sleep_coroutines.size(); left > 0; --left) {
      SleepCoroutine coroutine = sleep_coroutines.front();
      sleep_coroutines.pop_front();
      if (coroutine.resume().is_yielded()) sleep_coroutines.push_back(coroutine);
    }
    if (sleep_coroutines.empty()) return now() - start;
    blocking_sleep(kPause);
  }
}

// The second: the same loop is an Executor's. (The book's says at each resume how many there are; this at
// each round.)
Duration slept_by_executor() {
  Executor executor;
  const Instant start = now();
  for (int i = 0; i < 3; ++i) executor.add(SleepCoroutine(1s));
  for (;;) {
    println("Polling ", executor.size(), " coroutines");
    executor.poll_all();
    if (executor.is_empty()) return now() - start;
    blocking_sleep(kPause);
  }
}

}  // namespace

bool sleep_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("three sleeping coroutines");
  const Duration loop = slept_by_hand();
  println("three sleeps of a second, in a loop: took ", demo::whole_seconds(loop), " s");
  const Duration executor = slept_by_executor();
  println("the same, by an Executor: took ", demo::whole_seconds(executor), " s");
  if (options.paused) return loop == 1s && executor == 1s;
  return loop >= 1s && executor >= 1s;
}

}  // namespace ch05

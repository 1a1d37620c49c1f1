// s2_async_sleep.cpp -- the demo of 3.2: two sleeps behind a task that blocks, and how often each is polled.
#include "ch03_queues/s2_async_sleep.hpp"

#include <utility>

#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"
#include "common/time/sleep.hpp"

#include "ch03_queues/counter_future.hpp"
#include "ch03_queues/demos.hpp"
#include "ch03_queues/s1_one_queue.hpp"

namespace ch03 {
namespace {

template <Future F>
struct CountsPolls {
  using Output = OutputOf<F>;

  CountsPolls(F counted, int& count) : future(std::move(counted)), polls(count) {}
  Poll<Output> poll(Context& cx) {
    ++polls;
    return future.poll(cx);
  }

  F future;
  int& polls;
};

struct Slept {
  Duration time{};
  int polls = 0;
};

// One thread runs the sleep and a counter, whose every poll takes a second.
template <Future F>
Slept sleep_beside_a_counter(F sleep) {
  Slept slept;
  const Instant start = now();
  base::Parker all_are_queued;
  one_queue::Executor executor([&] { all_are_queued.park(); });
  const auto measure = [](CountsPolls<F> future, Instant from, Slept& result) -> Async<> {
    co_await future;
    result.time = now() - from;
  };
  auto sleeper = executor.spawn_task(measure(CountsPolls<F>(std::move(sleep), slept.polls), start, slept));
  auto counter = executor.spawn_task(CounterFuture());
  all_are_queued.unpark();

  const demo::WaitingFor waiting("the sleep and the counter");
  block_on(sleeper);
  block_on(counter);
  println("2.5 s were over after ", demo::whole_seconds(slept.time), " s and ", slept.polls, " polls");
  return slept;
}

}  // namespace

bool async_sleep_demo(const demo::Options& options) {
  println("AsyncSleep asks the clock at each poll:");
  const Slept asks = sleep_beside_a_counter(AsyncSleep(2500ms));
  println("\nasync::sleep is woken by the clock:");
  const Slept is_woken = sleep_beside_a_counter(sleep(2500ms));

  if (options.paused && (asks.polls != 4 || is_woken.polls != 2)) return false;
  return asks.time >= 2500ms && is_woken.time >= 2500ms && asks.polls > is_woken.polls;
}

}  // namespace ch03

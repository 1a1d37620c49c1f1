// s11_timer_wheel.cpp -- the demo of 7.11: timeouts by the thousand, set and cancelled.
#include "ch07_runtime_tuning/s11_timer_wheel.hpp"

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/time/timer_heap.hpp"
#include "common/time/timer_wheel.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;

// Real time for each of them, in ns.
template <TimerQueue Queue>
std::int64_t cost(Queue& queue, StandingTimers& others, std::size_t times) {
  others.enter(queue);
  const auto start = std::chrono::steady_clock::now();
  set_and_cancel(queue, times);
  const auto spent = std::chrono::steady_clock::now() - start;
  others.leave(queue);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count() /
         static_cast<std::int64_t>(times);
}

}  // namespace

bool timer_wheel_demo(const demo::Options& options) {
  const std::size_t times = options.count("timers");
  const std::size_t standing = 100'000;
  StandingTimers others(standing, options.seed);
  TimerHeap heap;
  TimerWheel wheel;
  const auto heap_cost = cost(heap, others, times);
  const auto wheel_cost = cost(wheel, others, times);
  println(times, " timeouts of 10 s, set and cancelled, while ", standing, " others wait");
  println("heap:  ", demo::shown(options, heap_cost, "<ns>"), " ns each");
  println("wheel: ", demo::shown(options, wheel_cost, "<ns>"), " ns each");
  const std::uint64_t moves = wheel.moves() - standing;
  println("the wheel put each of them into a list once: ", moves, " moves");
  return moves == times;
}

}  // namespace ch07

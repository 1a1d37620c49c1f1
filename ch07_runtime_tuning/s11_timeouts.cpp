// s11_timeouts.cpp -- the demo of 7.11: two seconds of sleep, a timeout of two around five, five ticks.
#include "ch07_runtime_tuning/s11_timeouts.hpp"

#include <chrono>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"
#include "common/time/interval.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {
namespace {

using demo::println;
using namespace std::chrono_literals;

Async<Duration> two_seconds() {
  const Instant start = now();
  println("Starting at 0 s");
  co_await sleep(2s);
  co_return now() - start;
}

// Exact on the paused clock. Elsewhere a wait may be longer than it should be, never shorter.
bool took(const demo::Options& options, Duration elapsed, Duration promised) {
  return options.paused ? elapsed == promised : elapsed >= promised;
}

}  // namespace

Async<std::string> slow_operation() {
  co_await sleep(5s);
  co_return "Completed";
}

Async<std::expected<std::string, TimedOut>> limited_operation() {
  co_return co_await timeout(2s, slow_operation());
}

Async<std::vector<Duration>> five_ticks() {
  auto every_second = interval(1s);
  std::vector<Duration> taken;
  const Instant start = now();
  for (int i = 0; i < 5; ++i) {
    co_await every_second.tick();
    println("Tick ", i);
    taken.push_back(now() - start);
  }
  co_return taken;
}

bool timeouts_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("sleep, timeout and interval");
  const Duration slept = run_async_main(two_seconds(), RuntimeFlavor::current_thread);
  println("Elapsed: ", demo::whole_seconds(slept), " s");

  const Instant start = now();
  const auto result = run_async_main(limited_operation(), RuntimeFlavor::current_thread);
  const Duration limited = now() - start;
  if (result) {
    println("Success: ", *result);
  } else {
    println("Operation timed out");
  }

  const auto ticks = run_async_main(five_ticks(), RuntimeFlavor::current_thread);
  bool on_time = ticks.size() == 5;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    on_time = on_time && took(options, ticks[i], static_cast<int>(i) * 1s);
  }
  return took(options, slept, 2s) && !result && took(options, limited, 2s) && on_time;
}

}  // namespace ch07

// s6_timeout.cpp -- the demo: the book's match on what a timeout gives.
#include "ch02_futures/s6_timeout.hpp"

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch02_futures/demo_support.hpp"
#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

using demo::println;

// True if it timed out.
Async<bool> wait_for_slow_task(Duration duration) {
  const auto result = co_await timeout(duration, slow_task());
  if (result) {
    println("Task completed successfully: ", *result);
  } else {
    println("Task timed out");
  }
  co_return !result;
}

}  // namespace

bool timeout_demo(const demo::Options& options) {
  Executor executor;
  const Instant start = now();
  const demo::WaitingFor waiting("the timeout");
  const bool timed_out = executor.block_on(wait_for_slow_task(3s));
  return timed_out && took(options, now() - start, 3s);
}

}  // namespace ch02

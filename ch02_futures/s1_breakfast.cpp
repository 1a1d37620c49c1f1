// s1_breakfast.cpp -- the demos: how long a breakfast takes, by the clock of the demo.
#include "ch02_futures/s1_breakfast.hpp"

#include "common/demo/shown.hpp"
#include "common/demo/waiting_for.hpp"

#include "ch02_futures/demo_support.hpp"
#include "ch02_futures/executor.hpp"

namespace ch02 {
namespace {

// The book's main().
Duration time_it(Async<> all_steps) {
  Executor executor;
  const Instant start = now();
  const demo::WaitingFor waiting("breakfast", 2min);
  executor.block_on(std::move(all_steps));
  const Duration elapsed = now() - start;
  println("It took: ", demo::whole_seconds(elapsed), " seconds");
  return elapsed;
}

}  // namespace

bool breakfast_demo(const demo::Options& options) { return took(options, time_it(breakfast()), 24s); }

bool faster_breakfast_demo(const demo::Options& options) {
  return took(options, time_it(faster_breakfast()), 18s);
}

}  // namespace ch02

// s8_runtime.cpp -- the demo: all threads of both queues steal before the first task of the other kind.
#include "ch03_queues/s8_runtime.hpp"

#include <algorithm>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/block_on.hpp"

#include "ch03_queues/demos.hpp"
#include "ch03_queues/rendezvous.hpp"

namespace ch03 {
namespace {

using demo::println;

std::size_t threads_at_once(Executor& executor, std::size_t count, const char* kind, Priority priority) {
  const demo::WaitingFor waiting(std::to_string(count) + " tasks to run at once");
  Rendezvous all(count);
  std::vector<Task<>> tasks;
  for (std::size_t i = 0; i < count; ++i) tasks.push_back(executor.spawn_task(all.visit(), priority));
  for (Task<>& task : tasks) block_on(task);
  println(count, " ", kind, " tasks at once ran on ", listed(all.threads()));
  return all.threads().size();
}

bool zero_is_refused() {
  try {
    (void)Runtime().with_high_num(0).run();
  } catch (const std::invalid_argument& error) {
    println("with_high_num(0): ", error.what());
    return true;
  }
  return false;
}

}  // namespace

bool runtime_demo(const demo::Options& options) {
  const std::size_t high = options.count("high"), low = options.count("low");
  println("with_high_num(", high, "), with_low_num(", low, "), run()");
  Executor executor = Runtime().with_high_num(high).with_low_num(low).run();
  bool kept = threads_at_once(executor, high + low, "low", Priority::low) == high + low;
  kept &= threads_at_once(executor, high + low, "high", Priority::high) == high + low;

  for (const std::size_t cores : {1u, 2u, 4u, 8u}) {
    const Runtime preset(cores);
    println("on ", cores, cores == 1 ? " core:  " : " cores: ", preset.high_num(), " high, ",
            preset.low_num(), " low by default");
    kept &= preset.high_num() == std::max<std::size_t>(cores, 3) - 2 && preset.low_num() == 1;
  }
  return kept && zero_is_refused();
}

}  // namespace ch03

// s14_batches.cpp -- the demo of 7.14: what a spawn costs when its task does next to nothing.
#include "ch07_runtime_tuning/s14_batches.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch07_runtime_tuning/demos.hpp"
#include "ch07_runtime_tuning/s14_stopwatch.hpp"

namespace ch07 {
namespace {

using demo::println;

std::uint64_t process(std::uint64_t item) { return item * item % 1000; }

Async<std::uint64_t> process_range(std::uint64_t from, std::uint64_t to) {
  std::uint64_t sum = 0;
  for (std::uint64_t item = from; item < to; ++item) sum += process(item);
  co_return sum;
}

}  // namespace

Async<std::uint64_t> in_tasks_of(std::uint64_t count, std::uint64_t batch) {
  std::vector<JoinHandle<std::uint64_t>> handles;
  for (std::uint64_t from = 0; from < count; from += batch) {
    handles.push_back(spawn(process_range(from, std::min(from + batch, count))));
  }
  std::uint64_t sum = 0;
  for (auto& handle : handles) {
    const auto part = co_await handle;
    sum += part.value_or(0);
  }
  co_return sum;
}

bool batches_demo(const demo::Options& options) {
  const demo::WaitingFor waiting("100000 items", std::chrono::minutes(5));
  const Runtime runtime = Builder::new_current_thread().build();
  std::uint64_t one_by_one = 0, in_batches = 0;
  const auto slow = real_time_of([&] { one_by_one = runtime.block_on(in_tasks_of(100'000, 1)); });
  const auto quick = real_time_of([&] { in_batches = runtime.block_on(in_tasks_of(100'000, 100)); });
  print_time(options, "100000 items, a task each:      ", slow);
  print_time(options, "100000 items, 100 to a task:    ", quick);
  print_ratio(options, "the batches are faster by       ", slow, quick);
  println("the sums are the same: ", one_by_one == in_batches);
  return one_by_one == in_batches;
}

}  // namespace ch07

// locks.cpp -- a million tasks that each take one async mutex, in a task of its own (the comparison of the book's chapter 8).
#include <memory>

#include "common/bench/workload.hpp"
#include "common/sync/mutex.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

using Total = std::shared_ptr<Mutex<std::uint64_t>>;

Async<std::uint64_t> add(Total total, std::uint64_t number) {
  const auto guard = co_await total->lock();
  *guard += number;
  co_return *guard;
}

Async<std::uint64_t> add_in_a_task(Total total, std::uint64_t number) {
  auto inner = spawn(add(std::move(total), number));
  co_return (co_await inner).value();
}

Async<std::uint64_t> add_in_tasks(std::uint64_t n) {
  const Total total = std::make_shared<Mutex<std::uint64_t>>(0);
  std::vector<JoinHandle<std::uint64_t>> tasks;
  tasks.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) tasks.push_back(spawn(add_in_a_task(total, i)));
  for (auto& task : tasks) (void)(co_await task).value();
  co_return co_await add(total, 0);
}

}  // namespace

Figures mutex(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  const Stopwatch watch;
  const std::uint64_t total = run_root(runtime, add_in_tasks(options.n));
  const double seconds = watch.seconds();
  check_result("the number behind the mutex", total, sum_below(options.n));
  return {.seconds = seconds, .operations = options.n};
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

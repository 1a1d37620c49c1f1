// workload.cpp -- the check of a result, the runtime that is measured, and the sum over its tasks.
#include "common/bench/workload.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {

void check_result(const char* what, std::uint64_t got, std::uint64_t wanted) {
  if (got == wanted) return;
  std::fprintf(stderr, "bench: wrong result: %s is %llu, and should be %llu\n", what,
               static_cast<unsigned long long>(got), static_cast<unsigned long long>(wanted));
  std::_Exit(2);
}

std::uint64_t sum_below(std::uint64_t count) {
  // The even one of the two factors is halved, so that nothing is lost if the product wraps.
  return count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
}

std::uint64_t share_of(std::uint64_t n, std::uint64_t parts, const char* option) {
  if (n < parts) refuse("--n must be at least " + std::string(option) + ", here " + std::to_string(parts));
  return n / parts;
}

void refuse(const std::string& what_is_allowed) {
  std::fprintf(stderr, "bench: %s\ntry: bench --help\n", what_is_allowed.c_str());
  std::_Exit(64);
}

void end_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  std::perror("bench: what it prints could not be written");
  std::_Exit(1);
}

Runtime& start_runtime(std::uint64_t threads) {
  struct Start {
    explicit Start(std::uint64_t count) : missing(count) {}
    base::Atomic<std::uint64_t> missing;
    base::Parker all_run;
  };
  const auto start = std::make_shared<Start>(threads);
  // Never destroyed: to end it is no part of any workload.
  auto& runtime = *new Runtime(Builder::new_multi_thread()
                                   .worker_threads(threads)
                                   .enable_all()
                                   .on_thread_start([start] {
                                     // relaxed: the parker's own lock orders what comes after
                                     if (start->missing.fetch_sub(1, base::relaxed) == 1) {
                                       start->all_run.unpark();
                                     }
                                   })
                                   .build());
  start->all_run.park();
  return runtime;
}

Async<std::uint64_t> sum_of(std::vector<JoinHandle<std::uint64_t>> tasks) {
  std::uint64_t sum = 0;
  for (auto& task : tasks) sum += (co_await task).value();
  co_return sum;
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

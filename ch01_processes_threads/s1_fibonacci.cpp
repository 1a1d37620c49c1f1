// s1_fibonacci.cpp -- the demo of 1.1: eight threads with nothing but work.
#include "ch01_processes_threads/s1_fibonacci.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"

#include "ch01_processes_threads/demos.hpp"

namespace ch01 {

using namespace async;
using demo::println;

std::uint64_t fibonacci(std::uint64_t n) {
  if (n == 0 || n == 1) return n;
  return fibonacci(n - 1) + fibonacci(n - 2);
}

bool cpu_bound_demo(const demo::Options& options) {
  constexpr int kThreads = 8;
  const std::uint64_t n = options.count("fibonacci");
  const std::uint64_t expected = fibonacci(n);
  base::Atomic<int> right = 0;
  const CpuUse use = cpu_use_of([&] {
    std::vector<base::Thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back("fibonacci " + std::to_string(i), [&, i] {
        const std::uint64_t result = fibonacci(n);
        println("Thread ", i, " result: ", result);
        // relaxed: read after the threads were joined.
        if (result == expected) (void)right.fetch_add(1, base::relaxed);
      });
    }
    for (base::Thread& thread : threads) thread.join();
  });
  const auto cores = base::available_cores();
  println("CPU use: ", demo::shown(options, std::lround(use.percent()), "<percent>"), " % of ",
          demo::shown(options, cores * 100, "<cores x 100>"), " %");
  return right.load(base::relaxed) == kThreads;
}

}  // namespace ch01

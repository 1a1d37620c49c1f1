// s5_threads.cpp -- the demo of 1.5: one Fibonacci, then four on four threads; a result and an exception.
#include <chrono>
#include <stdexcept>
#include <vector>

#include "common/demo/fixed.hpp"
#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"

#include "ch01_processes_threads/demos.hpp"
#include "ch01_processes_threads/s1_fibonacci.hpp"
#include "ch01_processes_threads/s5_thread_handle.hpp"

namespace ch01 {
namespace {

using demo::println;

// In seconds of real time: --speed divides waits, and this is work.
std::string real_seconds(const demo::Options& options, std::chrono::nanoseconds duration) {
  return demo::shown(options, demo::fixed(std::chrono::duration<double>(duration).count(), 3), "<s>");
}

}  // namespace

bool threads_demo(const demo::Options& options) {
  const std::uint64_t n = options.count("fibonacci");
  std::uint64_t expected = 0;
  const auto alone = cpu_use_of([&] { expected = fibonacci(n); });
  println("fibonacci(", n, ") in ", real_seconds(options, alone.real), " s");

  bool all = true;
  const auto together = cpu_use_of([&] {
    std::vector<ThreadHandle<std::uint64_t>> handles;
    for (int i = 0; i < 4; ++i) handles.push_back(spawn_thread("fibonacci", [n] { return fibonacci(n); }));
    for (auto& handle : handles) all &= std::move(handle).join() == expected;
  });
  println("4 threads fibonacci(", n, ") took ", real_seconds(options, together.real), " s");
  println("four times the same result: ", demo::yes_or_no(all));

  auto fails = spawn_thread("fails", []() -> int { throw std::runtime_error("no number came of it"); });
  const auto failed = std::move(fails).join();
  println("a thread that throws: ", failed ? "nothing came back" : failed.error().message());
  return all && !failed && failed.error().is_exception();
}

}  // namespace ch01

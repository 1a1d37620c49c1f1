// memory.cpp -- what a task takes while it only waits: for time, or for a message.
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <unistd.h>

#include "common/base/atomic.hpp"
#include "common/base/thread.hpp"
#include "common/bench/workload.hpp"
#include "common/channel/mpsc.hpp"
#include "common/future/yield_now.hpp"
#include "common/time/sleep.hpp"

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

// How many wait, or are about to. relaxed: a number alone; nothing is read on the strength of it.
base::Atomic<std::uint64_t> waiting = 0;

std::uint64_t resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  pages >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Async<void> wait_an_hour() {
  waiting.fetch_add(1, base::relaxed);
  co_await sleep(std::chrono::hours(1));
}

Async<void> wait_for_a_message(mpsc::Receiver<std::uint64_t> receiver) {
  waiting.fetch_add(1, base::relaxed);
  (void)co_await receiver.recv();
}

Async<void> until_all_wait(std::uint64_t n) {
  while (waiting.load(base::relaxed) < n) co_await yield_now();
}

Async<void> sleep_in_detached_tasks(std::uint64_t n) {
  for (std::uint64_t i = 0; i < n; ++i) spawn(wait_an_hour()).detach();
  co_await until_all_wait(n);
}

Async<void> receive_in_tasks(std::uint64_t n) {
  // Kept for ever: a channel without a sender would end its task.
  auto& senders = *new std::vector<mpsc::Sender<std::uint64_t>>;
  senders.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    auto [sender, receiver] = mpsc::channel<std::uint64_t>(1);
    senders.push_back(std::move(sender));
    spawn(wait_for_a_message(std::move(receiver))).detach();
  }
  co_await until_all_wait(n);
}

Async<void> sleep_a_little() { co_await sleep(std::chrono::milliseconds(20)); }
Async<void> yield_once() { co_await yield_now(); }

// A task has run before, so that what the runtime makes at its first use is there already.
Figures grow(Runtime& runtime, std::uint64_t n, Async<void> root) {
  const std::uint64_t before = resident_bytes();
  const Stopwatch watch;
  run_root(runtime, std::move(root));
  const double seconds = watch.seconds();
  // The last ones counted before they waited. What is measured is memory, not time: it may be long.
  base::sleep_thread_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
  check_result("the number of tasks that wait", waiting.load(base::relaxed), n);
  const double grown = static_cast<double>(resident_bytes()) - static_cast<double>(before);
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", grown / static_cast<double>(n));
  return {.seconds = seconds, .operations = n, .extra = {{"bytes_per_task", text.data()}}};
}

}  // namespace

Figures idle_mem_sleep(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  run_root(runtime, sleep_a_little());
  return grow(runtime, options.n, sleep_in_detached_tasks(options.n));
}

Figures idle_mem_recv(const Options& options) {
  Runtime& runtime = start_runtime(options.threads);
  run_root(runtime, yield_once());
  return grow(runtime, options.n, receive_in_tasks(options.n));
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

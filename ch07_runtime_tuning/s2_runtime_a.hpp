// s2_runtime_a.hpp -- the book's runtime with its printing hooks, spawn_task, and the task that sleeps.
//
// The book keeps the runtime in a static LazyLock, which is never dropped; so its threads never stop. Here it
// is a value: it ends where its scope ends, and "thread stopping" is printed. (A C++ static would be
// destroyed, but only after main, when the clock and the output that its threads use are gone.)
//
// Thread safety: any thread.
// Lifetime: a RuntimeA is immovable, as its hooks refer to it; it outlives its handles' tasks.
#pragma once

#include <chrono>
#include <cstddef>
#include <utility>

#include "common/base/atomic.hpp"
#include "common/base/parker.hpp"
#include "common/demo/println.hpp"
#include "common/future/async.hpp"
#include "common/runtime/builder.hpp"
#include "common/time/sleep.hpp"

#include "ch07_runtime_tuning/s1_gate.hpp"

namespace ch07 {

using namespace async;

// What the hooks print. Luck in the book's printout is which line of which thread comes when, and how often a
// thread parks. Here all workers have started before one goes on; the first parking of each is printed
// (before there is a task, a worker parks once), and later ones are only counted.
class Reports {
 public:
  explicit Reports(std::size_t workers) : workers_(workers) {}

  void starts() {
    demo::println("thread starting for runtime A");
    all_have_started_.come();
  }
  void stops() { demo::println("thread stopping for runtime A"); }
  void parks() {
    if (++parkings_ > workers_) return;
    demo::println("thread parking for runtime A");
    ++printed_;
    one_more_.unpark();
  }

  void let_them_start() {
    all_have_started_.wait_for(workers_);
    all_have_started_.open();
  }
  void wait_until_all_have_parked() {
    while (printed_ < workers_) one_more_.park();
  }
  [[nodiscard]] std::size_t later_parkings() const { return parkings_ - workers_; }

 private:
  const std::size_t workers_;
  Gate all_have_started_;
  base::Atomic<std::size_t> parkings_ = 0, printed_ = 0;
  base::Parker one_more_;
};

class RuntimeA {
 public:
  static constexpr std::size_t kWorkers = 4;

  // All its threads are there, and have nothing to do.
  RuntimeA()
      : runtime_(Builder::new_multi_thread()
                     .worker_threads(kWorkers)
                     .max_blocking_threads(1)
                     .on_thread_start([this] { reports_.starts(); })
                     .on_thread_stop([this] { reports_.stops(); })
                     .thread_keep_alive(std::chrono::seconds(60))
                     .global_queue_interval(61)
                     .on_thread_park([this] { reports_.parks(); })
                     .thread_name("our custom runtime A")
                     .thread_stack_size(3 * 1024 * 1024)
                     .enable_time()
                     .build()) {
    reports_.let_them_start();
    reports_.wait_until_all_have_parked();
  }
  RuntimeA(const RuntimeA&) = delete;
  RuntimeA& operator=(const RuntimeA&) = delete;

  template <Future F>
  [[nodiscard]] JoinHandle<OutputOf<F>> spawn_task(F future) const {
    return runtime_.spawn(std::move(future));
  }

  [[nodiscard]] const Runtime& runtime() const { return runtime_; }
  [[nodiscard]] std::size_t later_parkings() const { return reports_.later_parkings(); }

 private:
  Reports reports_{kWorkers};
  Runtime runtime_;  // last: its threads use the reports
};

inline Async<int> sleep_example(base::Parker& has_begun) {
  demo::println("sleeping for 2 seconds");
  has_begun.unpark();
  co_await sleep(std::chrono::seconds(2));
  demo::println("done sleeping");
  co_return 20;
}

}  // namespace ch07

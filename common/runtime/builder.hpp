// builder.hpp -- Builder: how a runtime is to be, before there is one. Each option's comment gives its default.
//
//   Runtime runtime = Builder::new_multi_thread().worker_threads(4).thread_name("mine").enable_all().build();
//
// (The names are those of tokio's Builder; chapter 7 of the book.)
// Thread safety: one thread. Its functions are called later, from several threads at once.
// Errors: std::invalid_argument, at once, for a value that cannot be; std::system_error from build().
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/runtime/runtime.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Builder {
 public:
  // Tasks run on threads of the runtime, which steal from each other.
  [[nodiscard]] static Builder new_multi_thread() { return Builder(RuntimeFlavor::multi_thread); }
  // Tasks run in the thread that calls block_on, while it does.
  [[nodiscard]] static Builder new_current_thread() { return Builder(RuntimeFlavor::current_thread); }

  // How many threads run tasks. Default: one for each core. Of a multi-thread runtime alone.
  Builder& worker_threads(std::size_t count) {
    if (flavor_ != RuntimeFlavor::multi_thread) {
      refuse("worker_threads",
             "is for new_multi_thread(): a current-thread runtime has the thread in block_on");
    }
    if (count == 0) refuse("worker_threads", "must be at least 1");
    scheduler_.worker_threads = count;
    return *this;
  }

  // How many threads spawn_blocking may use, beside the workers. Default: 512.
  Builder& max_blocking_threads(std::size_t count) {
    if (count == 0) refuse("max_blocking_threads", "must be at least 1");
    blocking_.max_threads = count;
    return *this;
  }

  // After so long without a call a thread of spawn_blocking ends. Default: 10 s.
  Builder& thread_keep_alive(Duration idle) {
    if (idle < Duration::zero()) refuse("thread_keep_alive", "must not be negative");
    blocking_.keep_alive = idle;
    return *this;
  }

  // Of every thread of the runtime; the system shows the first 15 bytes. Default: "runtime-worker".
  Builder& thread_name(std::string name) {
    return thread_name_fn([name = std::move(name)] { return name; });
  }
  // The same, asked once for each thread, so that each may have its own.
  Builder& thread_name_fn(std::function<std::string()> name) {
    threads_.name = std::move(name);
    return *this;
  }

  // Of every thread of the runtime, in bytes. Default: 2 MiB. At least what the system demands.
  Builder& thread_stack_size(std::size_t bytes) {
    if (bytes < base::least_stack_size()) {
      refuse("thread_stack_size",
             "must be at least " + std::to_string(base::least_stack_size()) + " bytes here");
    }
    threads_.stack_size = bytes;
    return *this;
  }

  // At every so-many-th turn a worker looks at the shared queue first, where other threads put their tasks; else only
  // when its own queue is empty. Default: 61, on a current-thread runtime 31.
  Builder& global_queue_interval(std::uint32_t turns) {
    if (turns == 0) refuse("global_queue_interval", "must be at least 1");
    scheduler_.global_queue_interval = turns;
    return *this;
  }

  // After so many turns a busy worker looks for timers and I/O; an idle one waits for them. Default: 61.
  Builder& event_interval(std::uint32_t turns) {
    if (turns == 0) refuse("event_interval", "must be at least 1");
    scheduler_.event_interval = turns;
    return *this;
  }

  // Called in each thread of the runtime, those of spawn_blocking too, when it begins and before it ends.
  Builder& on_thread_start(std::function<void()> hook) {
    threads_.on_start = std::move(hook);
    return *this;
  }
  Builder& on_thread_stop(std::function<void()> hook) {
    threads_.on_stop = std::move(hook);
    return *this;
  }
  // Called in a worker, or in the thread in block_on that runs the tasks, before it goes to sleep, and after.
  Builder& on_thread_park(std::function<void()> hook) {
    scheduler_.on_park = std::move(hook);
    return *this;
  }
  Builder& on_thread_unpark(std::function<void()> hook) {
    scheduler_.on_unpark = std::move(hook);
    return *this;
  }

  // Without it sockets, signals and child processes cannot be used in the runtime. Default: off.
  Builder& enable_io() {
    enabled_.io = true;
    return *this;
  }
  // Without it nobody can sleep in the runtime. Default: off.
  Builder& enable_time() {
    enabled_.time = true;
    return *this;
  }
  Builder& enable_all() { return enable_io().enable_time(); }

  // May be called again, for another runtime of the same kind. The runtime goes by the clock of the calling thread.
  [[nodiscard]] Runtime build() const {
    SchedulerOptions options = scheduler_;
    BlockingPool::Options blocking = blocking_;
    options.threads = blocking.threads = threads_;
    if (flavor_ == RuntimeFlavor::current_thread) {
      return Runtime(std::make_shared<CurrentThread>(std::move(options), enabled_, std::move(blocking)));
    }
    const auto scheduler = std::make_shared<MultiThread>(std::move(options), enabled_, std::move(blocking));
    Runtime runtime(scheduler);  // if not all threads can be started, it ends those that were
    scheduler->start();
    return runtime;
  }

 private:
  explicit Builder(RuntimeFlavor flavor) : flavor_(flavor) {
    threads_.name = [] { return std::string("runtime-worker"); };
    threads_.stack_size = 2 * 1024 * 1024;
    if (flavor == RuntimeFlavor::current_thread) scheduler_.global_queue_interval = 31;
  }

  [[noreturn]] static void refuse(const std::string& option, const std::string& why) {
    throw std::invalid_argument(option + " " + why);
  }

  const RuntimeFlavor flavor_;
  SchedulerOptions scheduler_;
  BlockingPool::Options blocking_;
  ThreadSettings threads_;
  Driver::Enabled enabled_;
};

inline Runtime::Runtime() : Runtime(Builder::new_multi_thread().enable_all().build()) {}

}  // namespace async::inline ASYNC_FLAVOUR

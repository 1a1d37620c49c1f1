// local_pool.hpp -- LocalPoolHandle: threads of which each runs its own tasks; a task stays on its thread for ever.
//
//   LocalPoolHandle pool(3);
//   auto one = pool.spawn_pinned([] { return count_on_this_thread(); });      // the thread with the fewest tasks
//   auto two = pool.spawn_pinned_by_idx([] { return count_on_this_thread(); }, 0);
//
// The callable is called on the task's thread, and its future lives and dies there: it may use what must not change
// the thread, and thread_local data without a lock. Nothing is stolen: a task that blocks holds up its thread.
// (The names are those of tokio-util; chapter 7 of the book.)
//
// Thread safety: any thread; a handle may be copied. Lifetime: the last handle ends the threads; what has not finished
//   is cancelled there, and whoever awaits it is told.
// Errors: std::invalid_argument for no threads; std::system_error if the system gives no thread or descriptor; std::out_of_range for a thread that there is not.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/runtime/builder.hpp"
#include "common/sync/notify.hpp"

namespace async::inline ASYNC_FLAVOUR {
namespace detail {

// How many tasks a thread has: one more as long as this lives.
class CountsAsTask {
 public:
  // relaxed: a number to choose by; nothing else is published.
  explicit CountsAsTask(std::shared_ptr<base::Atomic<std::size_t>> tasks) : tasks_(std::move(tasks)) {
    tasks_->fetch_add(1, base::relaxed);
  }
  CountsAsTask(CountsAsTask&&) = default;
  CountsAsTask& operator=(CountsAsTask&&) = delete;
  ~CountsAsTask() {
    if (tasks_ != nullptr) tasks_->fetch_sub(1, base::relaxed);
  }

 private:
  std::shared_ptr<base::Atomic<std::size_t>> tasks_;
};

// Makes the call at its first poll, and is its future from then on.
template <class Callable>
class PinnedCall {
 public:
  using Called = std::invoke_result_t<Callable&>;
  static_assert(Future<Called>, "what is pinned must be a callable that returns a Future");
  using Output = OutputOf<Called>;

  PinnedCall(CountsAsTask counts, Callable callable)
      : counts_(std::move(counts)), callable_(std::move(callable)) {}
  PinnedCall(PinnedCall&& other) : counts_(std::move(other.counts_)), callable_(std::move(other.callable_)) {
    ASYNC_CHECK(!other.future_, "a pinned call was moved after its first poll");
  }
  PinnedCall& operator=(PinnedCall&&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!future_) future_.emplace([this] { return std::invoke(callable_); });
    return future_->future.poll(cx);
  }

 private:
  // An optional builds only what can be moved: this builds it in place.
  struct InPlace {
    template <class Make>
    explicit InPlace(Make make) : future(make()) {}
    Called future;
  };

  CountsAsTask counts_;
  Callable callable_;
  std::optional<InPlace> future_;
};

}  // namespace detail

class LocalPoolHandle {
 public:
  explicit LocalPoolHandle(std::size_t threads) : pool_(std::make_shared<Pool>()) {
    if (threads == 0) throw std::invalid_argument("a local pool needs at least 1 thread");
    pool_->workers.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      pool_->workers.push_back(std::make_unique<Worker>("local " + std::to_string(i)));
    }
  }

  // On the thread that has the fewest tasks, the first of them.
  template <class Callable>
  auto spawn_pinned(Callable callable) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < num_threads(); ++i) {
      if (load(i) < load(best)) best = i;
    }
    return spawn_pinned_by_idx(std::move(callable), best);
  }

  template <class Callable>
  auto spawn_pinned_by_idx(Callable callable, std::size_t index) const {
    if (index >= num_threads()) {
      throw std::out_of_range("this local pool has the threads 0 to " + std::to_string(num_threads() - 1) +
                              ", and no " + std::to_string(index));
    }
    const Worker& worker = *pool_->workers[index];
    return worker.handle().spawn(
        detail::PinnedCall<Callable>(detail::CountsAsTask(worker.tasks()), std::move(callable)));
  }

  [[nodiscard]] std::size_t num_threads() const { return pool_->workers.size(); }

  // How many unfinished tasks each thread has.
  [[nodiscard]] std::vector<std::size_t> get_task_loads_for_each_worker() const {
    std::vector<std::size_t> loads;
    for (std::size_t i = 0; i < num_threads(); ++i) loads.push_back(load(i));
    return loads;
  }

 private:
  // What a thread and those who give it tasks share.
  struct Shared {
    std::shared_ptr<base::Atomic<std::size_t>> tasks = std::make_shared<base::Atomic<std::size_t>>(0);
    std::optional<Handle> handle;
    std::exception_ptr failed;  // instead of the handle
    base::Parker is_there;      // told when one of the two is
    Notify ends;
  };

  // A thread with a current-thread runtime, which begins and ends there.
  class Worker {
   public:
    explicit Worker(std::string name) : thread_(std::move(name), [shared = shared_] { run(*shared); }) {
      shared_->is_there.park();
      if (shared_->failed) std::rethrow_exception(shared_->failed);
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() {
      shared_->ends.notify_one();
      // The last handle was in a task of this very thread, or in a call that its end would wait for.
      if (shared_->handle && shared_->handle->runs_here()) thread_.detach();
    }

    [[nodiscard]] const Handle& handle() const { return *shared_->handle; }
    [[nodiscard]] const std::shared_ptr<base::Atomic<std::size_t>>& tasks() const { return shared_->tasks; }

   private:
    static void run(Shared& shared) {
      try {
        const Runtime runtime = Builder::new_current_thread().enable_all().build();
        shared.handle.emplace(runtime.handle());
        shared.is_there.unpark();
        runtime.block_on([&shared] { return shared.ends.notified(); });
      } catch (...) {
        shared.failed = std::current_exception();
        shared.is_there.unpark();
      }
    }

    const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    base::Thread thread_;
  };
  struct Pool {
    std::vector<std::unique_ptr<Worker>> workers;
  };

  [[nodiscard]] std::size_t load(std::size_t index) const {
    return pool_->workers[index]->tasks()->load(base::relaxed);
  }

  std::shared_ptr<Pool> pool_;
};

}  // namespace async::inline ASYNC_FLAVOUR

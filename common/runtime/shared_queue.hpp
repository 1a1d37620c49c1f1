// shared_queue.hpp -- SharedQueue: the runtime's own queue: what threads from outside schedule, and what a full ring spills.
//
// Thread safety: any thread.
// Invariants: (1) `size_` is the queue's size, as of the last change under the lock. (2) Once ended, nothing is
//   accepted any more: what comes goes back to whoever pushed it.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"
#include "common/task/runnable.hpp"

namespace async::inline ASYNC_FLAVOUR {

// A queue of pointers, and not a list through the tasks: what has waited long is no longer in a cache, and a list
// would have to fetch one task to know the next (worker.hpp fetches many at once).
using Runnables = std::deque<Runnable>;

class SharedQueue {
 public:
  // Gives the runnable back if the queue has ended.
  [[nodiscard]] std::optional<Runnable> push(Runnable runnable) {
    auto inside = inside_.lock();
    if (inside->ended) return runnable;
    inside->queue.push_back(std::move(runnable));
    size_changed(*inside);
    return std::nullopt;
  }

  // All of them. What is refused is left in `batch`.
  void push_all(std::vector<Runnable>& batch) {
    {
      auto inside = inside_.lock();
      if (inside->ended) return;
      for (Runnable& each : batch) inside->queue.push_back(std::move(each));
      size_changed(*inside);
    }
    batch.clear();
  }

  [[nodiscard]] std::optional<Runnable> pop() {
    if (is_empty()) return std::nullopt;  // without the lock: most looks find nothing
    auto inside = inside_.lock();
    if (inside->queue.empty()) return std::nullopt;
    std::optional<Runnable> first(std::move(inside->queue.front()));
    inside->queue.pop_front();
    size_changed(*inside);
    return first;
  }

  // As many as there are, but at most `limit`, in their order.
  [[nodiscard]] std::vector<Runnable> pop_some(std::size_t limit) {
    std::vector<Runnable> some;
    if (is_empty()) return some;
    some.reserve(limit);
    auto inside = inside_.lock();
    while (some.size() < limit && !inside->queue.empty()) {
      some.push_back(std::move(inside->queue.front()));
      inside->queue.pop_front();
    }
    size_changed(*inside);
    return some;
  }

  // All of them.
  [[nodiscard]] Runnables pop_all() {
    Runnables all;
    if (is_empty()) return all;
    auto inside = inside_.lock();
    all.swap(inside->queue);
    size_changed(*inside);
    return all;
  }

  // What is left, to be dropped by the caller.
  [[nodiscard]] Runnables end() {
    auto inside = inside_.lock();
    inside->ended = true;
    Runnables left;
    left.swap(inside->queue);
    size_changed(*inside);
    return left;
  }

  // seq_cst, a total order is needed because: whoever pushed looks whether a worker sleeps, and a worker that goes to
  // sleep looks here. One of the two sees the other (IdleWorkers).
  [[nodiscard]] std::size_t size() const { return size_.load(base::seq_cst); }
  [[nodiscard]] bool is_empty() const { return size() == 0; }

 private:
  struct Inside {
    Runnables queue;
    bool ended = false;
  };

  void size_changed(const Inside& inside) { size_.store(inside.queue.size(), base::seq_cst); }

  base::Locked<Inside> inside_;
  base::Atomic<std::size_t> size_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR

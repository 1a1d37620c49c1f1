// idle_workers.hpp -- IdleWorkers: which workers sleep, how many search, and whom a push wakes: at most one.
//
// What it is. A worker without work searches: it tries to steal. At most half of them do, for each search costs the
// others something. A worker that finds nothing sleeps. Whoever makes work wakes one sleeper, who searches; but
// nobody if somebody searches already: that one will find it, and when the last searcher has found something
// and there is more, it wakes the next. So a burst of work wakes all workers, one after the other, and a single task wakes one.
//
// Thread safety: any thread; the functions for a worker from that worker.
// Invariants: (1) awake + sleeping = all. (2) A sleeper is in the list until somebody takes it out: whoever wakes it,
//   or itself. (3) Whoever is woken counts as awake and as searching before it is unparked.
// Memory ordering: a push stores to its queue and then reads the counts; a worker that goes to sleep changes the
//   counts and then looks at all queues. Both are in the one total order of seq_cst: either the push sees that a
//   worker sleeps and nobody searches, or that worker, or the one that searched, sees what was pushed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/locked.hpp"

namespace async::inline ASYNC_FLAVOUR {

class IdleWorkers {
 public:
  explicit IdleWorkers(std::size_t workers) : all_(workers), counts_(workers * kAwake) {
    sleepers_.lock()->reserve(workers);
  }

  // After a push: the worker to unpark, if one is needed.
  [[nodiscard]] std::optional<std::size_t> to_wake() {
    if (!is_one_needed(counts_.load(base::seq_cst))) return std::nullopt;
    auto sleepers = sleepers_.lock();
    // Under the lock alone sleepers wake; meanwhile another push may have woken one.
    if (!is_one_needed(counts_.load(base::seq_cst)) || sleepers->empty()) return std::nullopt;
    counts_.fetch_add(kAwake + kSearching, base::seq_cst);
    const std::size_t worker = sleepers->back();
    sleepers->pop_back();
    return worker;
  }

  // False: enough others search.
  [[nodiscard]] bool start_searching() {
    if (2 * searching(counts_.load(base::seq_cst)) >= all_) return false;
    counts_.fetch_add(kSearching, base::seq_cst);
    return true;
  }

  // It found something. True: it was the last one that searched, and wakes another.
  [[nodiscard]] bool stop_searching() { return searching(counts_.fetch_sub(kSearching, base::seq_cst)) == 1; }

  // From here on it may be woken. It looks at all queues once more afterwards.
  void sleep(std::size_t worker, bool was_searching) {
    auto sleepers = sleepers_.lock();
    counts_.fetch_sub(kAwake + (was_searching ? kSearching : 0), base::seq_cst);
    sleepers->push_back(worker);
  }

  // Nobody has woken it, but it has something to do. False: somebody has, just now.
  [[nodiscard]] bool wake_self(std::size_t worker) {
    auto sleepers = sleepers_.lock();
    if (std::erase(*sleepers, worker) == 0) return false;
    counts_.fetch_add(kAwake, base::seq_cst);
    return true;
  }

  [[nodiscard]] bool sleeps(std::size_t worker) const {
    auto sleepers = sleepers_.lock();
    return std::ranges::find(*sleepers, worker) != sleepers->end();
  }

  [[nodiscard]] std::size_t sleeping() const { return sleepers_.lock()->size(); }

 private:
  static constexpr std::uint64_t kSearching = 1;
  static constexpr std::uint64_t kAwake = std::uint64_t{1} << 32;
  static std::uint64_t searching(std::uint64_t counts) { return counts % kAwake; }
  static std::uint64_t awake(std::uint64_t counts) { return counts / kAwake; }
  bool is_one_needed(std::uint64_t counts) const { return searching(counts) == 0 && awake(counts) < all_; }

  const std::uint64_t all_;
  base::Atomic<std::uint64_t> counts_;
  mutable base::Locked<std::vector<std::size_t>> sleepers_;
};

}  // namespace async::inline ASYNC_FLAVOUR

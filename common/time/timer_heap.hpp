// timer_heap.hpp -- TimerHeap: the registered timers, the one that comes next first.
//
// A binary heap; a timer knows its place in it, so that one that is dropped leaves from the middle. insert and
// remove cost O(log n), first costs nothing. Exact: the order is that of the deadlines, and timers of one deadline
// come in the order in which they were registered. The paused clock stands on it: it stops at each deadline.
//
// Thread safety: none; the clock locks it. Lifetime: a timer leaves before it dies, and does not move meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/check.hpp"
#include "common/time/timer_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

class TimerHeap {
 public:
  [[nodiscard]] bool is_empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] Timer* first() const { return heap_.empty() ? nullptr : heap_.front().timer; }

  void insert(Timer& timer) {
    ASYNC_CHECK(!timer.is_queued(), "a timer can be registered once at a time");
    ASYNC_CHECK(heap_.size() < Timer::kNowhere, "a heap holds fewer than 2^32 timers");
    heap_.push_back(Entry{timer.deadline, ++last_number_, &timer});
    rise(heap_.size() - 1);
  }

  void remove(Timer& timer) {
    ASYNC_CHECK(timer.place_ < heap_.size() && heap_[timer.place_].timer == &timer,
                "a timer left a queue that it was not in");
    const std::size_t gap = std::exchange(timer.place_, Timer::kNowhere);
    const Entry last = heap_.back();
    heap_.pop_back();
    if (gap == heap_.size()) return;
    put(gap, last);
    rise(gap);
    sink(last.timer->place_);
  }

  Timer* pop_due(Instant now) {
    if (heap_.empty() || heap_.front().deadline > now) return nullptr;
    Timer* const due = heap_.front().timer;
    remove(*due);
    return due;
  }

  [[nodiscard]] std::optional<Instant> next() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().deadline);
  }

 private:
  struct Entry {
    Instant deadline;  // the timer's, here so that a comparison touches no timer
    std::uint64_t number;
    Timer* timer;
  };

  static bool comes_before(const Entry& a, const Entry& b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.number < b.number;
  }

  void put(std::size_t place, const Entry& entry) {
    heap_[place] = entry;
    entry.timer->place_ = static_cast<std::uint32_t>(place);
  }

  void rise(std::size_t place) {
    const Entry rising = heap_[place];
    while (place > 0) {
      const std::size_t parent = (place - 1) / 2;
      if (!comes_before(rising, heap_[parent])) break;
      put(place, heap_[parent]);
      place = parent;
    }
    put(place, rising);
  }

  void sink(std::size_t place) {
    const Entry sinking = heap_[place];
    for (;;) {
      std::size_t child = 2 * place + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && comes_before(heap_[child + 1], heap_[child])) ++child;
      if (!comes_before(heap_[child], sinking)) break;
      put(place, heap_[child]);
      place = child;
    }
    put(place, sinking);
  }

  std::vector<Entry> heap_;
  std::uint64_t last_number_ = 0;  // of the registrations
};
static_assert(TimerQueue<TimerHeap>);

}  // namespace async::inline ASYNC_FLAVOUR

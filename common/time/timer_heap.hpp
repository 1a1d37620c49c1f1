// timer_heap.hpp -- TimerHeap: the registered timers, the one that comes next first.
//
// A binary heap of pointers; a timer knows its place in it, so that one that is dropped leaves from the middle.
// insert and remove cost O(log n), first costs nothing. Timers of one deadline come in the order in which they
// were registered.
// A clock needs only what the concept TimerQueue lists; a timing wheel with the same functions can take its place.
//
// Thread safety: none; the clock locks it. Lifetime: a timer leaves before it dies, and does not move meanwhile.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "common/base/check.hpp"
#include "common/future/waker.hpp"

namespace async::inline ASYNC_FLAVOUR {

using Duration = std::chrono::nanoseconds;
struct LogicalTime {};  // what a Clock counts: not the system's time
using Instant = std::chrono::time_point<LogicalTime, Duration>;

// One sleeper. Lives in the future that waits; see sleep.hpp.
class Timer {
 public:
  explicit Timer(Instant when) : deadline(when) {}
  Timer(Timer&& other) : deadline(other.deadline) {
    ASYNC_CHECK(!other.is_queued(), "a sleep was moved after its first poll");
  }
  Timer& operator=(Timer&&) = delete;
  ~Timer() { ASYNC_CHECK(!is_queued(), "a timer was destroyed while it was registered"); }

  [[nodiscard]] bool is_queued() const { return place_ != kNowhere; }

  const Instant deadline;
  Waker waker;  // the clock's, under its lock, while the timer is queued

 private:
  friend class TimerHeap;
  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

  std::size_t place_ = kNowhere;
  std::uint64_t number_ = 0;  // of the registration
};

template <class Queue>
concept TimerQueue = requires(Queue& queue, const Queue& same, Timer& timer) {
  queue.insert(timer);
  queue.remove(timer);
  { same.first() } -> std::same_as<Timer*>;  // nullptr if it is empty
  { same.is_empty() } -> std::same_as<bool>;
};

class TimerHeap {
 public:
  [[nodiscard]] bool is_empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] Timer* first() const { return heap_.empty() ? nullptr : heap_.front(); }

  void insert(Timer& timer) {
    ASYNC_CHECK(!timer.is_queued(), "a timer can be registered once at a time");
    timer.number_ = ++last_number_;
    heap_.push_back(&timer);
    rise(heap_.size() - 1);
  }

  void remove(Timer& timer) {
    ASYNC_CHECK(timer.is_queued() && heap_[timer.place_] == &timer,
                "a timer left a queue that it was not in");
    const std::size_t gap = std::exchange(timer.place_, Timer::kNowhere);
    Timer& last = *heap_.back();
    heap_.pop_back();
    if (&last == &timer) return;
    put(gap, last);
    rise(gap);
    sink(last.place_);
  }

 private:
  static bool comes_before(const Timer& a, const Timer& b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.number_ < b.number_;
  }

  void put(std::size_t place, Timer& timer) {
    heap_[place] = &timer;
    timer.place_ = place;
  }

  void rise(std::size_t place) {
    Timer& timer = *heap_[place];
    while (place > 0) {
      const std::size_t parent = (place - 1) / 2;
      if (!comes_before(timer, *heap_[parent])) break;
      put(place, *heap_[parent]);
      place = parent;
    }
    put(place, timer);
  }

  void sink(std::size_t place) {
    Timer& timer = *heap_[place];
    for (;;) {
      std::size_t child = 2 * place + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && comes_before(*heap_[child + 1], *heap_[child])) ++child;
      if (!comes_before(*heap_[child], timer)) break;
      put(place, *heap_[child]);
      place = child;
    }
    put(place, timer);
  }

  std::vector<Timer*> heap_;
  std::uint64_t last_number_ = 0;
};
static_assert(TimerQueue<TimerHeap>);

}  // namespace async::inline ASYNC_FLAVOUR

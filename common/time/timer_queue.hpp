// timer_queue.hpp -- TimerQueue: what a clock asks of the structure that keeps its timers.
//
//   insert(timer)  registers it; at its end the timer is in the queue, whatever its deadline.
//   remove(timer)  takes it out, from wherever it is.
//   pop_due(now)   takes one timer out whose time has come at `now`, or gives nullptr. `now` never goes back.
//   next()         when to ask again: until then pop_due gives nothing, unless another timer is inserted. It may
//                  come before the first deadline; after pop_due gave nullptr it lies in the future.
//
// timer_heap.hpp is exact to the nanosecond and costs O(log n); timer_wheel.hpp costs O(1) and is late by less
// than a tick. queued_clock.hpp makes a clock of either.
//
// Thread safety: none; the clock locks it. Lifetime: a timer leaves before it dies, and does not move meanwhile.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>

#include "common/time/timer.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Queue>
concept TimerQueue = std::default_initializable<Queue> &&
                     requires(Queue& queue, const Queue& same, Timer& timer, Instant now) {
                       queue.insert(timer);
                       queue.remove(timer);
                       { queue.pop_due(now) } -> std::same_as<Timer*>;
                       { same.next() } -> std::same_as<std::optional<Instant>>;
                       { same.is_empty() } -> std::same_as<bool>;
                       { same.size() } -> std::same_as<std::size_t>;
                     };

}  // namespace async::inline ASYNC_FLAVOUR

// s4_bounded_bus.hpp -- BoundedBus: queues with a bound and a time to live; whole queues at once; ids that come back.
// after: s4_event_bus.hpp
//
// A queue that is full loses its oldest event, and the subscriber is told how many it missed: so one that never polls
// costs no more than `capacity` events, and holds up nobody. Events that are older than `keep` are skipped. An id goes
// back when its queue is taken away; subscribe and send do that too, so nothing piles up without a collector.
//
// Thread safety, errors: as EventBus. What happens when: next() is woken inside send, in that thread; it goes on in
//   its executor's next poll.
// Lifetime: as EventBus. `keep` goes by the clock of the thread that asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/sync/notify.hpp"

#include "ch06_reactive/s4_event_bus.hpp"

namespace ch06 {

struct BusLimits {
  std::size_t capacity = 16;        // events for each subscriber
  Duration keep = Duration::max();  // how long an event is worth having
};

// All that a subscriber has not seen yet.
template <class T>
struct Drained {
  Drained() = default;
  std::vector<T> events;
  std::uint64_t missed = 0;   // pushed out by newer ones, since the last drain
  std::uint64_t expired = 0;  // too old, since the last drain
};

struct BusNumbers {
  std::size_t subscribers = 0;  // queues, those of the dead included
  std::size_t dead_ids = 0;     // to be collected
  std::size_t free_ids = 0;     // for those who subscribe next
  std::size_t events = 0;       // in all queues
};

template <std::copyable T>
class BoundedBus : public std::enable_shared_from_this<BoundedBus<T>> {
 public:
  using Event = T;
  using Handle = EventHandle<BoundedBus>;

  [[nodiscard]] static std::shared_ptr<BoundedBus> make(BusLimits limits = BusLimits()) {
    if (limits.capacity == 0) throw std::invalid_argument("an event bus has a capacity of 1 or more");
    if (limits.keep <= Duration::zero()) throw std::invalid_argument("an event bus keeps events for a while");
    return std::shared_ptr<BoundedBus>(new BoundedBus(limits));
  }

  [[nodiscard]] Async<Handle> subscribe() {
    auto chamber = co_await chamber_.lock();
    take_dead_away(*chamber);
    std::uint32_t id = chamber->count;
    if (chamber->free_ids.empty()) {
      ++chamber->count;
    } else {
      id = chamber->free_ids.back();
      chamber->free_ids.pop_back();
    }
    chamber->queues.try_emplace(id);
    co_return Handle(this->shared_from_this(), id);
  }

  [[nodiscard]] Async<> send(T event) {
    const NotifiesAtTheEnd after_the_lock(sent_);
    auto chamber = co_await chamber_.lock();
    take_dead_away(*chamber);
    for (auto& [id, queue] : chamber->queues) {
      drop_expired(queue);
      if (queue.events.size() == limits_.capacity) {
        queue.events.pop_front();
        ++queue.missed;
      }
      queue.events.emplace_back(event);
    }
  }

  // One round of the garbage collector: how many queues it took away.
  [[nodiscard]] Async<std::size_t> collect() {
    auto chamber = co_await chamber_.lock();
    co_return take_dead_away(*chamber);
  }

  [[nodiscard]] Async<BusNumbers> numbers() {
    auto chamber = co_await chamber_.lock();
    BusNumbers numbers;
    numbers.subscribers = chamber->queues.size();
    numbers.dead_ids = dead_ids_.lock()->size();
    numbers.free_ids = chamber->free_ids.size();
    for (const auto& [id, queue] : chamber->queues) numbers.events += queue.events.size();
    co_return numbers;
  }

 private:
  friend Handle;

  struct Sent {
    explicit Sent(const T& sent) : event(sent) {}
    T event;
    Instant time = now();
  };
  struct Queue {
    std::deque<Sent> events;
    std::uint64_t missed = 0;
    std::uint64_t expired = 0;
  };
  struct Chamber {
    std::map<std::uint32_t, Queue, std::greater<>> queues;
    std::uint32_t count = 0;  // ids that were ever given
    std::vector<std::uint32_t> free_ids;
  };

  // Also if a copy throws: the subscribers before that one have got theirs.
  class NotifiesAtTheEnd {
   public:
    explicit NotifiesAtTheEnd(Notify& notify) : notify_(notify) {}
    NotifiesAtTheEnd(const NotifiesAtTheEnd&) = delete;
    NotifiesAtTheEnd& operator=(const NotifiesAtTheEnd&) = delete;
    ~NotifiesAtTheEnd() { notify_.notify_waiters(); }

   private:
    Notify& notify_;
  };

  explicit BoundedBus(BusLimits limits) : limits_(limits) {}

  void unsubscribe(std::uint32_t id) { dead_ids_.lock()->push_back(id); }

  [[nodiscard]] Async<std::optional<T>> poll(std::uint32_t id) {
    auto chamber = co_await chamber_.lock();
    Queue& queue = chamber->queues.at(id);
    drop_expired(queue);
    if (queue.events.empty()) co_return std::nullopt;
    std::optional<T> event(std::move(queue.events.front().event));
    queue.events.pop_front();
    co_return event;
  }

  // Waits for an event, instead of polling again and again.
  [[nodiscard]] Async<T> next(std::uint32_t id) {
    for (;;) {
      auto notified = sent_.notified();  // before the look: what is sent after it is not missed
      auto event = co_await poll(id);
      if (event) co_return *std::move(event);
      co_await notified;
    }
  }

  [[nodiscard]] Async<Drained<T>> drain(std::uint32_t id) {
    auto chamber = co_await chamber_.lock();
    Queue& queue = chamber->queues.at(id);
    drop_expired(queue);
    Queue taken = std::exchange(queue, Queue());
    chamber.unlock();
    Drained<T> drained;
    drained.events.reserve(taken.events.size());
    for (Sent& sent : taken.events) drained.events.push_back(std::move(sent.event));
    drained.missed = taken.missed;
    drained.expired = taken.expired;
    co_return drained;
  }

  void drop_expired(Queue& queue) {
    while (!queue.events.empty() && later(queue.events.front().time, limits_.keep) < now()) {
      queue.events.pop_front();
      ++queue.expired;
    }
  }

  std::size_t take_dead_away(Chamber& chamber) {
    const std::vector<std::uint32_t> dead = std::exchange(*dead_ids_.lock(), {});
    for (const std::uint32_t id : dead) {
      chamber.queues.erase(id);
      chamber.free_ids.push_back(id);
    }
    return dead.size();
  }

  const BusLimits limits_;
  Mutex<Chamber> chamber_;
  base::Locked<std::vector<std::uint32_t>> dead_ids_;
  Notify sent_;
};

}  // namespace ch06

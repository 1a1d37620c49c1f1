// s4_event_bus.hpp -- EventBus: the book's. Every event to every subscriber, each of which polls a queue of its own.
//
// The queues are behind an async lock. A handle that is dropped cannot wait for that one: it writes its id down behind
// a plain lock (a tombstone), and the garbage collector takes the queues of all those away, a second later or so.
//
// What it cannot do, and s4_bounded_bus.hpp can: a subscriber that never polls keeps every event for ever; who
// subscribes gets a new id each time, and after 2^32 of them ids come twice; without a collector nothing is freed.
//
// Thread safety: any thread, any number of tasks; a handle is one task's.
// Lifetime: made by make(), because the handles keep the bus alive. The bus outlives the futures that it gives, and a
//   handle outlives its own.
// Errors: what the copy of an event throws comes out of send; the subscribers before that one have got theirs.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/check.hpp"
#include "common/base/locked.hpp"
#include "common/future/async.hpp"
#include "common/sync/mutex.hpp"
#include "common/time/sleep.hpp"

#include "ch06_reactive/s1_room.hpp"

namespace ch06 {

// Unsubscribes when it is dropped.
template <class Bus>
class [[nodiscard("dropping the handle unsubscribes")]] EventHandle {
 public:
  EventHandle(std::shared_ptr<Bus> bus, std::uint32_t id) : bus_(std::move(bus)), id_(id) {}
  EventHandle(EventHandle&&) noexcept = default;
  EventHandle& operator=(EventHandle&&) = delete;
  ~EventHandle() { unsubscribe(); }

  // Before its end. The events that it has not polled are lost, and it is of no more use.
  void unsubscribe() {
    if (const auto bus = std::exchange(bus_, nullptr)) bus->unsubscribe(id_);
  }

  [[nodiscard]] std::uint32_t id() const { return id_; }

  // The oldest event that is still there; nothing if there is none.
  [[nodiscard]] auto poll() const { return bus().poll(id_); }

  // What a bus has besides: s4_bounded_bus.hpp.
  [[nodiscard]] auto next() const { return bus().next(id_); }
  [[nodiscard]] auto drain() const { return bus().drain(id_); }

 private:
  Bus& bus() const {
    ASYNC_CHECK(bus_ != nullptr, "an event handle was used after it had unsubscribed, or was moved away");
    return *bus_;
  }

  std::shared_ptr<Bus> bus_;
  std::uint32_t id_;
};

template <std::copyable T>
class EventBus : public std::enable_shared_from_this<EventBus<T>> {
 public:
  using Event = T;
  using Handle = EventHandle<EventBus>;
  // The newest first, as in the book's printout. There a hash map leaves it to chance.
  using Chamber = std::map<std::uint32_t, std::deque<T>, std::greater<>>;

  [[nodiscard]] static std::shared_ptr<EventBus> make() { return std::shared_ptr<EventBus>(new EventBus); }

  [[nodiscard]] Async<Handle> subscribe() {
    auto chamber = co_await chamber_.lock();
    // relaxed: the number is all that matters, and the lock orders the rest
    const std::uint32_t id = count_.fetch_add(1, base::relaxed);
    chamber->try_emplace(id);
    co_return Handle(this->shared_from_this(), id);
  }

  [[nodiscard]] Async<> send(T event) {
    auto chamber = co_await chamber_.lock();
    for (auto& [id, queue] : *chamber) queue.push_back(event);
  }

  // One round of the garbage collector: how many queues it took away.
  [[nodiscard]] Async<std::size_t> collect() {
    auto chamber = co_await chamber_.lock();
    const std::vector<std::uint32_t> dead = std::exchange(*dead_ids_.lock(), {});
    for (const std::uint32_t id : dead) chamber->erase(id);
    co_return dead.size();
  }

  // A copy, to look at.
  [[nodiscard]] Async<Chamber> chamber() {
    auto chamber = co_await chamber_.lock();
    co_return *chamber;
  }

 private:
  friend Handle;
  EventBus() = default;

  void unsubscribe(std::uint32_t id) { dead_ids_.lock()->push_back(id); }

  [[nodiscard]] Async<std::optional<T>> poll(std::uint32_t id) {
    auto chamber = co_await chamber_.lock();
    std::deque<T>& queue = chamber->at(id);  // only a handle asks, and it was given that id
    if (queue.empty()) co_return std::nullopt;
    std::optional<T> event(std::move(queue.front()));
    queue.pop_front();
    co_return event;
  }

  Mutex<Chamber> chamber_;
  base::Atomic<std::uint32_t> count_ = 0;
  base::Locked<std::vector<std::uint32_t>> dead_ids_;
};

// Collects every second, for ever: for a task of its own.
template <class Bus>
Async<> garbage_collector(std::shared_ptr<Bus> bus) {
  for (;;) {
    co_await bus->collect();
    co_await sleep(std::chrono::seconds(1));
  }
}

}  // namespace ch06

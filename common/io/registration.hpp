// registration.hpp -- Registration: what a reactor knows of one descriptor: readiness and waiters.
//
// epoll's events point here. The descriptor's owner (IoSource) lets go of it whenever it likes; the memory
// stays until the turn is over that may still hold an event for it, see Reactor::remove. So a descriptor
// number that is closed and opened again inside one turn has two registrations, and an old event finds the
// old one, where nobody waits any more.
//
// What happens when: an event sets the bits first and then wakes all who wait for that direction, inside
// Reactor::turn, in the thread that turns. All, not one: who was woken may be dropped before it is polled.
//
// Thread safety: every function from any thread; the functions for one waiter from one thread at a time.
// Invariants: (1) Who is queued sees each later event: the bits are looked at under the lock before queueing,
//   and set before the list is emptied under it. (2) The lock is not held while a waker is cloned, called or
//   dropped, nor over a system call.
// Lifetime: the reactor frees it, after its owner let go. A waiter leaves before that (checked).
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/descriptor.hpp"
#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"
#include "common/future/context.hpp"
#include "common/io/readiness.hpp"

namespace async::inline ASYNC_FLAVOUR {

class IoSource;
class Reactor;

namespace detail {

// Lives in the future that waits.
class IoWaiter : public base::ListNode {
 private:
  friend class Registration;
  Waker waker_;  // the newest poll's, while queued; under the registration's lock
  // Stored false, release, as the last touch of whoever takes it from the list: then a waiter that was woken
  // needs no lock to leave. Stored true by its own future.
  base::Atomic<bool> is_queued_ = false;
};

class Registration : public base::ListNode {
 public:
  Registration(base::Descriptor descriptor, Readiness initial, std::shared_ptr<Reactor> reactor)
      : reactor_(std::move(reactor)), descriptor_(std::move(descriptor)), readiness_(initial) {}

  [[nodiscard]] int fd() const { return descriptor_.get(); }
  [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return reactor_; }
  [[nodiscard]] Readiness readiness() const { return readiness_.load(); }
  void would_block(Readiness seen, Direction direction) { readiness_.would_block(seen, direction); }
  void was_short(Readiness seen, Direction direction) { readiness_.was_short(seen, direction); }

  // True: it is queued, and the next event wakes `newest`. False: look at the readiness again.
  [[nodiscard]] bool wait(IoWaiter& waiter, Direction direction, const Waker& newest) {
    // relaxed: its own future stored true; a false that is seen late only costs the lock.
    if (waiter.is_queued_.load(base::relaxed)) {
      auto waiters = waiters_.lock();
      if (waiter.is_linked() && waiter.waker_.will_wake(newest)) return true;
    }
    Waker kept = newest.clone();
    auto waiters = waiters_.lock();
    if (readiness().is_worth_a_try(direction)) return false;
    std::swap(waiter.waker_, kept);
    if (!waiter.is_linked()) {
      waiters->of(direction).push_back(waiter);
      waiter.is_queued_.store(true, base::relaxed);  // relaxed: the lock publishes it
    }
    return true;
    // `waiters` lets go first, then the waker that was replaced is dropped.
  }

  // Afterwards the waiter is its owner's alone.
  void leave(IoWaiter& waiter, Direction direction) {
    if (!waiter.is_queued_.load(base::acquire)) return;  // acquire: pairs with the release in take_first
    Waker dropped;
    auto waiters = waiters_.lock();
    if (waiter.is_linked()) dropped = take(waiters->of(direction), waiter);
  }

  // For the reactor.
  void add_event(std::uint32_t epoll) {
    const auto event = Readiness::of_epoll(epoll);
    readiness_.add_event(event);
    wake_all(event.is_ready(Direction::read), event.is_ready(Direction::write));
  }

  // For the reactor: the waiters' wakers, which are to be called without its lock.
  void shut_down(std::vector<Waker>& to_wake) {
    readiness_.shut_down();
    auto waiters = waiters_.lock();
    for (auto* list : {&waiters->read, &waiters->write}) {
      while (IoWaiter* const first = list->front()) to_wake.push_back(take(*list, *first));
    }
  }

  [[nodiscard]] bool has_waiters() {
    auto waiters = waiters_.lock();
    return !waiters->read.is_empty() || !waiters->write.is_empty();
  }

 private:
  friend class ::async::ASYNC_FLAVOUR::Reactor;
  friend class ::async::ASYNC_FLAVOUR::IoSource;

  struct Waiters {
    base::IntrusiveList<IoWaiter> read;
    base::IntrusiveList<IoWaiter> write;

    base::IntrusiveList<IoWaiter>& of(Direction direction) {
      return direction == Direction::read ? read : write;
    }
  };

  static Waker take(base::IntrusiveList<IoWaiter>& list, IoWaiter& waiter) {
    list.remove(waiter);
    Waker waker = std::move(waiter.waker_);
    waiter.is_queued_.store(false,
                            base::release);  // pairs with the acquire in leave: the waiter may be gone now
    return waker;
  }

  // Those who wait now, not those who come back meanwhile.
  void wake_all(bool reads, bool writes) {
    constexpr auto kAll = std::numeric_limits<std::size_t>::max();
    std::size_t readers = reads ? kAll : 0;
    std::size_t writers = writes ? kAll : 0;
    do {
      Waker woken;
      {
        auto waiters = waiters_.lock();
        readers = std::min(readers, waiters->read.size());
        writers = std::min(writers, waiters->write.size());
        if (readers + writers == 0) return;
        auto& list = readers != 0 ? waiters->read : waiters->write;
        --(readers != 0 ? readers : writers);
        woken = take(list, *list.front());
      }
      std::move(woken).wake();
    } while (readers + writers != 0);
  }

  std::shared_ptr<Reactor> reactor_;  // given up with the descriptor
  base::Descriptor descriptor_;
  AtomicReadiness readiness_;
  base::Locked<Waiters> waiters_;
  Registration* next_released_ = nullptr;  // the reactor's, under its lock
};

}  // namespace detail
}  // namespace async::inline ASYNC_FLAVOUR

// wait_list.hpp -- WaitList: tasks that wait for the same event, and are all woken by it.
//
// Whoever waits gets into the list, *then* looks whether the event has come; whoever brings it says so in an
// atomic, *then* calls wake_all(). Both hold the list's lock in between, so nobody sleeps on.
//
// Thread safety: every function from any thread; those for one waiter from one thread at a time.
// Lifetime: outlives its waiters.
// Wakes: inside wake_all(), in its thread, without the lock; those who waited when the call began, first come
//   first.
#pragma once

#include <cstddef>
#include <utility>

#include "common/base/locked.hpp"
#include "common/sync/wait_node.hpp"
#include "common/sync/wake_list.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

// A place in the list; lives in the future that waits.
struct ListedWaiter : WaitNode {
  bool waits = false;  // its last poll said so; its owner's alone
};

class WaitList {
 public:
  // True: it has come. Otherwise the waiter is in the list, and `newest` will be woken. `has_come()` runs
  // under the lock: it looks at an atomic, no more.
  template <class HasCome>
  [[nodiscard]] bool poll(ListedWaiter& waiter, const Waker& newest, HasCome has_come) {
    if (!waiter.waits && has_come()) return true;
    const auto ask = [&](Waiters& waiters) {
      if (!has_come()) return false;
      if (waiter.is_linked()) waiters.remove(waiter);
      return true;
    };
    const auto wait = [&](Waiters& waiters) {
      if (!waiter.is_linked()) waiters.push_back(waiter);
    };
    waiter.waits = !ask_or_wait(waiters_, waiter, newest, waiter.waits, ask, wait);
    return !waiter.waits;
  }

  // For a waiter that will not ask again, whatever poll() said last.
  void leave(ListedWaiter& waiter) {
    if (!std::exchange(waiter.waits, false)) return;
    {
      auto waiters = waiters_.lock();
      if (waiter.is_linked()) waiters->remove(waiter);
    }
    waiter.waker = Waker();
  }

  void wake_all() {
    std::size_t left = waiters_.lock()->size();
    while (left != 0) {
      WakeList woken;  // declared before the lock, so it wakes after it
      auto waiters = waiters_.lock();
      while (left != 0 && !woken.is_full()) {
        ListedWaiter* const first = waiters->front();
        if (first == nullptr) return;
        waiters->remove(*first);
        woken.add(std::move(first->waker));
        --left;
      }
    }
  }

 private:
  using Waiters = base::IntrusiveList<ListedWaiter>;

  base::Locked<Waiters> waiters_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

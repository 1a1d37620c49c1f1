// lock_queue.hpp -- LockQueue: whether an async lock is held, and who waits for it, in the order of their coming.
//
// What it is. The half of Mutex<T> that does not know T: a flag and a list of waiters, behind a blocking mutex
// that is held for a few instructions. Unlocking hands over: the lock stays locked and is the first waiter's
// from that moment on, also if that one is not polled for a long time. So nobody is overtaken.
//
// Thread safety: every function from any thread; the functions for one waiter from one thread at a time.
// Invariants: (1) While somebody waits it is locked: whoever finds it unlocked has nobody before him.
//   (2) A waiter that has begun to wait is in the list or was given the lock, never both.
//   (3) What was given is reported by poll(), once, or passed on by leave(): a lock is not lost with a waiter.
//   (4) The blocking mutex is not held while a waker is cloned, called or dropped: that is somebody else's code.
// Lifetime: outlives the waiters and the holder (checked).
// Memory ordering: what a holder did before unlock() is seen by the next one: both go through the same mutex.
#pragma once

#include <utility>

#include "common/base/intrusive_list.hpp"
#include "common/base/locked.hpp"
#include "common/future/context.hpp"

namespace async::inline ASYNC_FLAVOUR::detail {

class LockQueue {
 public:
  // Lives inside the future that waits. All of it is reached under the queue's mutex alone.
  class Waiter : public base::ListNode {
   private:
    friend class LockQueue;
    Waker waker_;  // the newest poll's, while it is in the list
    bool was_given_lock_ = false;
  };

  LockQueue() = default;
  ~LockQueue() { ASYNC_CHECK(!state_.lock()->locked, "an async lock was destroyed while it was held"); }

  [[nodiscard]] bool try_lock() {
    auto state = state_.lock();
    return !std::exchange(state->locked, true);
  }

  // True: the lock is the caller's, and the waiter is of no use any more. False: the waiter is in the list, and
  // whoever gives it the lock wakes `newest`.
  [[nodiscard]] bool poll(Waiter& waiter, const Waker& newest) {
    {
      auto state = state_.lock();
      if (take(*state, waiter)) return true;
      if (waiter.is_linked() && waiter.waker_.will_wake(newest)) return false;
    }
    Waker kept = newest.clone();
    auto state = state_.lock();
    if (take(*state, waiter)) return true;  // it came free while the waker was cloned
    std::swap(waiter.waker_, kept);
    if (!waiter.is_linked()) state->waiting.push_back(waiter);
    return false;
    // `state` lets go first, then the waker that was replaced is dropped.
  }

  // For the holder. The next one is woken in here.
  void unlock() {
    Waker woken;
    {
      auto state = state_.lock();
      Waiter* const first = state->waiting.front();
      if (first == nullptr) {
        state->locked = false;
        return;
      }
      state->waiting.remove(*first);
      first->was_given_lock_ = true;
      woken = std::move(first->waker_);
    }
    // Whoever was given the lock may be polled, or dropped, before this call: it does not touch the waiter.
    std::move(woken).wake();
  }

  // For a waiter to which poll() said false last, and which will not ask again.
  void leave(Waiter& waiter) {
    {
      auto state = state_.lock();
      if (waiter.is_linked()) {
        state->waiting.remove(waiter);
        return;
      }
    }
    unlock();  // it was given the lock, and never knew: the next one's turn
  }

 private:
  struct State {
    bool locked = false;
    base::IntrusiveList<Waiter> waiting;
  };

  static bool take(State& state, Waiter& waiter) {
    if (waiter.is_linked()) return false;
    return waiter.was_given_lock_ || !std::exchange(state.locked, true);
  }

  base::Locked<State> state_;
};

}  // namespace async::inline ASYNC_FLAVOUR::detail

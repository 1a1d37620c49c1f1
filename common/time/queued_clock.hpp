// queued_clock.hpp -- QueuedClock<Queue>: the part of a clock that keeps its timers, in a queue under one lock.
//
// What is left to a clock is the time itself, and somebody who fires the timers: a thread of its own
// (system_clock.hpp), whoever blocks last (paused_clock.hpp), a runtime's worker that has nothing to do:
//
//   while (auto due = take_due(now())) std::move(due->waker).wake();
//   const auto next = next_deadline();       // and sleeps until then, or until next_deadline_changed is called
//
// That call comes only for a timer before which nobody would look: the answer of next_deadline() is kept. So of a
// million timeouts of 10 s that are cancelled at once, one in 10 s disturbs the sleeper.
//
// Thread safety: any thread; take_due and next_deadline too, but one thread at a time should fire.
// Lifetime: as Clock. The destructor checks that nobody is registered. No waker is cloned, called or dropped
//   under the lock.
#pragma once

#include <optional>
#include <utility>

#include "common/base/check.hpp"
#include "common/base/locked.hpp"
#include "common/time/clock.hpp"
#include "common/time/timer_queue.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <TimerQueue Queue>
class QueuedClock : public Clock {
 public:
  void wake_at_deadline(Timer& timer, const Waker& waker) final {
    if (timer.registered && waits_with(timer, waker)) return;
    Waker kept = waker.clone();
    timer.registered = true;
    bool is_news = false;
    {
      auto timers = timers_.lock();
      std::swap(timer.waker, kept);  // the one that it replaces is dropped without the lock
      if (!timer.is_queued()) is_news = timers->insert(timer);
    }
    if (is_news) next_deadline_changed(timer.deadline);
  }

  void change_deadline(Timer& timer, Instant deadline) final {
    bool is_news = false;
    {
      auto timers = timers_.lock();
      const bool waits = timer.is_queued();
      if (waits) timers->queue.remove(timer);
      timer.deadline = deadline;
      if (waits) is_news = timers->insert(timer);
    }
    if (is_news) next_deadline_changed(deadline);
  }

  void forget(Timer& timer) final {
    Waker dropped;  // after the lock is let go
    timer.registered = false;
    auto timers = timers_.lock();
    if (timer.is_queued()) timers->queue.remove(timer);
    std::swap(timer.waker, dropped);
  }

 protected:
  QueuedClock() = default;
  ~QueuedClock() {
    ASYNC_CHECK(timers_.lock()->queue.is_empty(), "a clock was destroyed while somebody sleeps by it");
  }

  // Takes out one timer that is due at `limit`, and gives its waker and its deadline. The timer itself is not
  // touched again: it may be gone as soon as the lock is.
  struct Due {
    Instant deadline;
    Waker waker;
  };
  std::optional<Due> take_due(Instant limit) {
    auto timers = timers_.lock();
    Timer* const due = timers->queue.pop_due(limit);
    if (due == nullptr) return std::nullopt;
    return Due{due->deadline, std::move(due->waker)};
  }

  // When to call take_due again, if no other timer is registered meanwhile. Whoever asks does so, or asks again.
  [[nodiscard]] std::optional<Instant> next_deadline() {
    auto timers = timers_.lock();
    const auto next = timers->queue.next();
    timers->looked_at = next.value_or(Instant::max());
    return next;
  }

  // Somebody must look earlier than next_deadline() said last: at `first`. Called without the lock, in the thread
  // that registered the timer; it must not be lost if that is while the other one is about to sleep.
  virtual void next_deadline_changed(Instant first) = 0;

 private:
  struct Timers {
    Queue queue;
    Instant looked_at = Instant::max();  // nobody need be told of a deadline from then on

    // True if somebody must be told.
    bool insert(Timer& timer) {
      queue.insert(timer);
      if (timer.deadline >= looked_at) return false;
      looked_at = timer.deadline;
      return true;
    }
  };

  // So that a sleep that is polled again and again by one task clones no waker.
  bool waits_with(Timer& timer, const Waker& waker) {
    auto timers = timers_.lock();
    return timer.is_queued() && timer.waker.will_wake(waker);
  }

  base::Locked<Timers> timers_;
};

}  // namespace async::inline ASYNC_FLAVOUR

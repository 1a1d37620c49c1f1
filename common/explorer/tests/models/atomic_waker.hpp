// atomic_waker.hpp -- the models of common/future/atomic_waker.hpp: register, then look, against bring it, then wake.
#pragma once

#include <utility>

#include "common/base/parker.hpp"
#include "common/explorer/tests/models/model_tasks.hpp"
#include "common/future/atomic_waker.hpp"

namespace async::models {

// Thread 0 waits here. register_waker() wakes it where somebody else is in the middle of take(), and it is to ask again:
// then that one goes first, as it would where threads take turns.
class WaitingThread {
 public:
  // Until so many events have come. It registers, then it looks, as a leaf does. The look is relaxed: that it sees
  // what came before a wake that was too early for it is for the AtomicWaker.
  void wait_for(int wanted, AtomicWaker& waker, const base::Atomic<int>& events) {
    const Waker mine(RawWaker{this, &kTable});
    for (;;) {
      waker.register_waker(mine);
      if (events.load(base::relaxed) == wanted) return;
      if (std::exchange(has_woken_itself_, false)) {
        base::yield_thread();
      } else {
        parker_.park();
      }
    }
  }

 private:
  static void wake(const void* data) noexcept {
    // SAFETY: wait_for() put it there, and it outlives the model's threads.
    auto& self = *const_cast<WaitingThread*>(static_cast<const WaitingThread*>(data));
    if (explorer::Execution::current()->thread() == 0) {
      self.has_woken_itself_ = true;
    } else {
      self.parker_.unpark();
    }
  }

  static RawWaker clone(const void* data) noexcept { return {data, &kTable}; }
  static void drop(const void* /*data*/) noexcept {}

  static constexpr RawWakerVTable kTable{&clone, &wake, &wake, &drop};

  base::Parker parker_;
  bool has_woken_itself_ = false;
};

// Whichever is first: the waiter sees it, or is woken.
inline void atomic_waker_wakes() {
  WaitingThread self;
  AtomicWaker waker;
  base::Atomic<int> events = 0;
  base::Thread other([&] {
    events.store(1, base::relaxed);
    waker.wake();
  });
  self.wait_for(1, waker, events);
  other.join();
}

// Two wake at the same time, and one of them may find the other one at it.
inline void atomic_waker_woken_by_two() {
  WaitingThread self;
  AtomicWaker waker;
  base::Atomic<int> events = 0;
  const auto happens = [&] {
    events.fetch_add(1, base::relaxed);
    waker.wake();
  };
  base::Thread one(happens), two(happens);
  self.wait_for(2, waker, events);
  one.join();
  two.join();
}

// The waiter comes with another waker: the newest is woken, and each is dropped.
inline void atomic_waker_is_replaced() {
  CountingWaker first;
  {
    WaitingThread self;
    AtomicWaker waker;
    base::Atomic<int> events = 0;
    base::Thread other([&] {
      events.store(1, base::relaxed);
      waker.wake();
    });
    const Waker mine = first.waker();
    waker.register_waker(mine);
    self.wait_for(1, waker, events);
    other.join();
  }
  ASYNC_CHECK(first.owners() == 0, "a waker that was replaced or woken was not dropped");
}

// The waiter takes its waker back while somebody wakes: one of the two gets it.
inline void atomic_waker_is_taken_back() {
  CountingWaker counting;
  bool came_back = false;
  {
    AtomicWaker waker;
    const Waker mine = counting.waker();
    waker.register_waker(mine);
    base::Thread other([&] { waker.wake(); });
    {
      const Waker back = waker.take();
      came_back = back.will_wake(mine);
    }
    other.join();
    ASYNC_CHECK(counting.owners() == 1, "the waker was lost, or taken twice");
  }
  ASYNC_CHECK(counting.wakes() == (came_back ? 0 : 1), "it came back and was woken, or neither");
}

inline constexpr Model models_of_atomic_waker[] = {
    {"atomic_waker_wakes", atomic_waker_wakes, {.preemptions = 9, .old_reads = 4}},
    {"atomic_waker_woken_by_two", atomic_waker_woken_by_two, {.preemptions = 4, .old_reads = 4}},
    {"atomic_waker_is_replaced", atomic_waker_is_replaced, {.preemptions = 9, .old_reads = 4}},
    {"atomic_waker_is_taken_back", atomic_waker_is_taken_back, {.preemptions = 9, .old_reads = 4}},
};

}  // namespace async::models

// semaphore.hpp -- the models of common/sync/semaphore_core, through Semaphore: permits in a word, waiters in a queue.
#pragma once

#include <memory>
#include <utility>

#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"
#include "common/sync/semaphore.hpp"

namespace async::models {

// What is done under the only permit.
inline void add_under_permit(Semaphore& semaphore, Payload& count) {
  const auto permit = block_on(semaphore.acquire());
  ASYNC_CHECK(permit, "the semaphore is not closed");
  count.write(count.read() + 1);
}

inline void semaphore_two_tasks() {
  Semaphore semaphore(1);
  Payload count = 0;
  base::Thread other([&] { add_under_permit(semaphore, count); });
  add_under_permit(semaphore, count);
  other.join();
  ASYNC_CHECK(count.read() == 2 && semaphore.available_permits() == 1, "a permit was lost, or given twice");
}

inline void semaphore_three_tasks() {
  Semaphore semaphore(1);
  Payload count = 0;
  base::Thread second([&] { add_under_permit(semaphore, count); });
  base::Thread third([&] { add_under_permit(semaphore, count); });
  add_under_permit(semaphore, count);
  second.join();
  third.join();
  ASYNC_CHECK(count.read() == 3 && semaphore.available_permits() == 1, "a permit was lost, or given twice");
}

// Without waiting: the word alone.
inline void semaphore_try_acquire() {
  Semaphore semaphore(1);
  Payload count = 0;
  const auto try_to_add = [&] {
    const auto permit = semaphore.try_acquire();
    if (permit) count.write(count.read() + 1);
  };
  base::Thread other(try_to_add);
  try_to_add();
  other.join();
  ASYNC_CHECK(count.read() != 0 && semaphore.available_permits() == 1, "neither of the two got the permit");
}

// One wants both permits, and collects them while others want one each.
inline void semaphore_many() {
  Semaphore semaphore(2);
  Payload whole = 0;
  base::Thread both([&] {
    const auto permits = block_on(semaphore.acquire(2));
    whole.write(1);
  });
  const auto one = [&] {
    const auto permit = block_on(semaphore.acquire());
    (void)whole.read();
  };
  base::Thread other(one);
  one();
  both.join();
  other.join();
  ASYNC_CHECK(semaphore.available_permits() == 2, "a permit was lost, or given twice");
}

// A waiter is dropped, which may have been given the permit: it goes on to the one behind.
inline void semaphore_waiter_is_dropped() {
  Semaphore semaphore(1);
  Payload count = 0;
  auto held = semaphore.try_acquire();
  base::Thread behind, giving;
  {
    auto dropped = semaphore.acquire();
    Context cx(Waker::noop());
    ASYNC_CHECK(dropped.poll(cx).is_pending(), "the permit is taken");
    behind = base::Thread([&] { add_under_permit(semaphore, count); });
    giving = base::Thread([&, permit = std::move(*held)]() mutable {
      count.write(count.read() + 1);
      SemaphorePermit gone(std::move(permit));
    });
  }
  behind.join();
  giving.join();
  ASYNC_CHECK(count.read() == 2 && semaphore.available_permits() == 1, "a permit was lost, or given twice");
}

// The first in the queue has collected one of the two that it wants, and is dropped.
inline void semaphore_collector_is_dropped() {
  Semaphore semaphore(1);
  base::Thread behind, giving;
  {
    auto dropped = semaphore.acquire(2);
    Context cx(Waker::noop());
    ASYNC_CHECK(dropped.poll(cx).is_pending(), "there is only one");
    behind = base::Thread([&] { (void)block_on(semaphore.acquire()); });
    giving = base::Thread([&] { semaphore.add_permits(1); });
  }
  behind.join();
  giving.join();
  ASYNC_CHECK(semaphore.available_permits() == 2, "a permit was lost, or given twice");
}

// One waits for more than there are, one for what is there; close() ends it for both, and no permit is lost.
inline void semaphore_closes() {
  Semaphore semaphore(1);
  Payload done = 0;
  base::Thread closing([&] {
    done.write(7);
    semaphore.close();
  });
  base::Thread waiting([&] {
    ASYNC_CHECK(!block_on(semaphore.acquire(2)), "there is only one permit, and yet it got two");
    ASYNC_CHECK(done.read() == 7, "it is closed before what was done before");
  });
  const auto permit = block_on(semaphore.acquire());
  if (!permit) ASYNC_CHECK(done.read() == 7, "it is closed before what was done before");
  closing.join();
  waiting.join();
  ASYNC_CHECK(semaphore.available_permits() == (permit ? 0u : 1u), "a permit was lost, or given twice");
}

// A waiter is polled with another waker while it is given the permit.
inline void semaphore_waker_changes() {
  Semaphore semaphore(0);
  auto waiting = semaphore.acquire();
  Context cx(Waker::noop());
  ASYNC_CHECK(waiting.poll(cx).is_pending(), "there is none");
  base::Thread giving([&] { semaphore.add_permits(1); });
  ASYNC_CHECK(block_on(waiting), "the semaphore is not closed");
  giving.join();
}

// Who finds it closed, or all permits back, sees what was done before.
inline void semaphore_is_looked_at() {
  Semaphore semaphore(1);
  Payload done = 0, under = 0;
  auto held = semaphore.try_acquire();
  base::Thread other([&, permit = std::move(*held)]() mutable {
    under.write(1);
    {
      SemaphorePermit gone(std::move(permit));
    }
    done.write(7);
    semaphore.close();
  });
  if (semaphore.available_permits() == 1) ASYNC_CHECK(under.read() == 1, "it is back before what was done");
  if (semaphore.is_closed()) ASYNC_CHECK(done.read() == 7, "it is closed before what was done before");
  other.join();
}

// Whoever got the last permit may destroy the semaphore, while the call that gave it is on its way out.
inline void semaphore_is_destroyed() {
  auto semaphore = std::make_unique<Semaphore>(0);
  base::Thread giving([&given = *semaphore] { given.add_permits(1); });
  auto permit = block_on(semaphore->acquire());
  permit->forget();
  semaphore.reset();
  giving.join();
}

// Permits are given and forgotten meanwhile.
inline void semaphore_forgets() {
  Semaphore semaphore(1);
  std::size_t forgotten = 0;
  base::Thread forgetting([&] { forgotten = semaphore.forget_permits(2); });
  base::Thread giving([&] { semaphore.add_permits(2); });
  (void)block_on(semaphore.acquire());
  forgetting.join();
  giving.join();
  ASYNC_CHECK(semaphore.available_permits() == 3 - forgotten, "a permit was lost, or given twice");
}

inline constexpr Model models_of_semaphore[] = {
    {"semaphore_two_tasks", semaphore_two_tasks, {.preemptions = 6}},
    {"semaphore_three_tasks", semaphore_three_tasks},
    {"semaphore_try_acquire", semaphore_try_acquire, {.preemptions = 6}},
    {"semaphore_many", semaphore_many},
    {"semaphore_waiter_is_dropped", semaphore_waiter_is_dropped, {.preemptions = 4}},
    {"semaphore_collector_is_dropped", semaphore_collector_is_dropped, {.preemptions = 4}},
    {"semaphore_closes", semaphore_closes, {.preemptions = 4}},
    {"semaphore_waker_changes", semaphore_waker_changes, {.preemptions = 6}},
    {"semaphore_is_looked_at", semaphore_is_looked_at, {.preemptions = 6}},
    {"semaphore_is_destroyed", semaphore_is_destroyed, {.preemptions = 7}},
    {"semaphore_forgets", semaphore_forgets, {.preemptions = 5}},
};

}  // namespace async::models

// locks.hpp -- the models of common/sync: Mutex, RwLock and Barrier, for tasks.
#pragma once

#include <memory>
#include <utility>

#include "common/explorer/tests/models/model.hpp"
#include "common/future/block_on.hpp"
#include "common/sync/barrier.hpp"
#include "common/sync/mutex.hpp"
#include "common/sync/rw_lock.hpp"

namespace async::models {

inline void locks_mutex() {
  Mutex<Payload> count;
  const auto add = [&] {
    const auto guard = block_on(count.lock());
    guard->write(guard->read() + 1);
  };
  base::Thread second(add);
  base::Thread third([&] {
    const auto guard = count.try_lock();
    if (guard) (*guard)->write((*guard)->read() + 10);
  });
  add();
  second.join();
  third.join();
  const auto guard = count.try_lock();
  ASYNC_CHECK(guard && (*guard)->read() % 10 == 2, "an addition was lost, or the lock is still held");
}

// Whoever was given the lock may destroy the mutex, while the call that gave it is on its way out.
inline void locks_mutex_is_destroyed() {
  auto mutex = std::make_unique<Mutex<Payload>>();
  auto held = mutex->try_lock();
  base::Thread holder([guard = std::move(*held)]() mutable {
    guard->write(7);
    guard.unlock();
  });
  {
    const auto guard = block_on(mutex->lock());
    ASYNC_CHECK(guard->read() == 7, "the lock was held by two");
  }
  mutex.reset();
  holder.join();
}

// A writer between two readers.
inline void locks_rw_lock() {
  RwLock<Payload> menu(Payload(0), 2);
  base::Thread writer([&] {
    auto guard = block_on(menu.write());
    guard->write(1);
    guard->write(2);
    const auto seen = std::move(guard).downgrade();
    ASYNC_CHECK(seen->read() == 2, "somebody else wrote in between");
  });
  const auto look = [&] {
    const auto guard = block_on(menu.read());
    ASYNC_CHECK(guard->read() != 1, "a reader got in while somebody wrote");
  };
  base::Thread reader(look);
  look();
  writer.join();
  reader.join();
}

// What each did before is seen by all behind it; exactly one is the leader. Twice.
inline void locks_barrier() {
  Barrier barrier(2);
  Payload done[2];
  const auto arrive = [&](std::size_t me) {
    done[me].write(1);
    const auto first = block_on(barrier.wait());
    ASYNC_CHECK(done[1 - me].read() == 1, "the other one has not arrived");
    const auto second = block_on(barrier.wait());  // nobody writes before both have read
    done[me].write(2);
    const auto third = block_on(barrier.wait());
    ASYNC_CHECK(done[1 - me].read() == 2, "the other one has not arrived");
    return first.is_leader() + second.is_leader() + third.is_leader();
  };
  int led_there = 0;
  base::Thread other([&] { led_there = arrive(1); });
  const int led_here = arrive(0);
  other.join();
  ASYNC_CHECK(led_here + led_there == 3, "each time there is one leader");
}

inline constexpr Model models_of_locks[] = {
    {"locks_mutex", locks_mutex, {.preemptions = 3}},
    {"locks_mutex_is_destroyed", locks_mutex_is_destroyed, {.preemptions = 6}},
    {"locks_rw_lock", locks_rw_lock},
    {"locks_barrier", locks_barrier, {.preemptions = 4}},
};

}  // namespace async::models

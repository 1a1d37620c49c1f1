// futex_mutex.hpp -- the models of common/base/futex_mutex.hpp: one at a time, nobody sleeps on, nothing is forgotten.
#pragma once

#include <chrono>

#include "common/base/futex_mutex.hpp"
#include "common/explorer/tests/models/model.hpp"

namespace async::models {

// Each adds 1 under the lock. With three, one may sleep while the second one takes the lock from the first.
inline void futex_mutex_is_held_by_one() {
  base::FutexMutex mutex;
  explorer::Cell<int> sum = 0;
  const auto add = [&] {
    const base::FutexMutexLock lock(mutex);
    sum.write(sum.read() + 1);
  };
  base::Thread one(add), two(add);
  add();
  one.join();
  two.join();
  ASYNC_CHECK(sum.read() == 3, "an addition was lost");
}

// Two come again and again.
inline void futex_mutex_is_taken_twice() {
  base::FutexMutex mutex;
  explorer::Cell<int> sum = 0;
  const auto add_twice = [&] {
    for (int i = 0; i < 2; ++i) {
      const base::FutexMutexLock lock(mutex);
      sum.write(sum.read() + 1);
    }
  };
  base::Thread other(add_twice);
  add_twice();
  other.join();
  ASYNC_CHECK(sum.read() == 4, "an addition was lost");
}

// One waits for what another one changes under the mutex, and notifies with the lock or behind it.
template <bool kBehindTheLock>
void futex_condition_is_seen() {
  base::FutexMutex mutex;
  base::FutexConditionVariable changed;
  explorer::Cell<bool> is_there = false;
  base::Thread other([&] {
    base::FutexMutexLock lock(mutex);
    is_there.write(true);
    if (kBehindTheLock) lock.unlock();
    changed.notify_one();
  });
  {
    base::FutexMutexLock lock(mutex);
    changed.wait(lock, [&] { return is_there.read(); });
  }
  other.join();
}

// Two wait: for one thing each, told one by one, or for the same, told together.
template <bool kTogether>
void futex_condition_wakes_two() {
  base::FutexMutex mutex;
  base::FutexConditionVariable changed;
  explorer::Cell<int> things = 0;
  const auto take = [&] {
    base::FutexMutexLock lock(mutex);
    changed.wait(lock, [&] { return things.read() != 0; });
    things.write(things.read() - 1);
  };
  base::Thread one(take), two(take);
  if (kTogether) {
    base::FutexMutexLock lock(mutex);
    things.write(2);
    changed.notify_all();
  } else {
    for (int i = 0; i < 2; ++i) {
      base::FutexMutexLock lock(mutex);
      things.write(things.read() + 1);
      changed.notify_one();
    }
  }
  one.join();
  two.join();
  ASYNC_CHECK(things.read() == 0, "two things were taken by fewer, or by more");
}

// The time is up or it is notified: either way it says what is so.
inline void futex_condition_waits_until() {
  base::FutexMutex mutex;
  base::FutexConditionVariable changed;
  explorer::Cell<bool> is_there = false;
  base::Thread other([&] {
    const base::FutexMutexLock lock(mutex);
    is_there.write(true);
    changed.notify_one();
  });
  {
    base::FutexMutexLock lock(mutex);
    const auto ready = [&] { return is_there.read(); };
    const bool in_time = changed.wait_until(lock, std::chrono::steady_clock::time_point::max(), ready);
    ASYNC_CHECK(in_time == is_there.read(), "the wait ended, and said the contrary of what is so");
    changed.wait(lock, ready);
  }
  other.join();
}

inline constexpr Model models_of_futex_mutex[] = {
    {"futex_mutex_is_held_by_one", futex_mutex_is_held_by_one, {.preemptions = 4, .old_reads = 3}},
    {"futex_mutex_is_taken_twice", futex_mutex_is_taken_twice, {.preemptions = 7}},
    {"futex_condition_is_seen", futex_condition_is_seen<false>, {.preemptions = 7}},
    {"futex_condition_is_seen_behind_the_lock", futex_condition_is_seen<true>, {.preemptions = 7}},
    {"futex_condition_wakes_two_one_by_one", futex_condition_wakes_two<false>, {.preemptions = 3}},
    {"futex_condition_wakes_two_together", futex_condition_wakes_two<true>, {.preemptions = 3}},
    {"futex_condition_waits_until", futex_condition_waits_until, {.preemptions = 7}},
};

}  // namespace async::models

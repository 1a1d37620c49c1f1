// s8_async_mutex.hpp -- the same with a mutex that is awaited: nothing fails, nobody is polled in vain.
// after: s8_try_lock.hpp
//
// Who has to wait stands in the mutex's queue, and is woken when it has the lock. A coroutine may keep the
// lock while it waits for something else: the thread is free meanwhile, so here one thread is enough. (The
// book's coroutine blocks its thread between two rounds. On one thread nobody else could count then.)
#pragma once

#include "common/future/async.hpp"

#include "ch02_futures/s8_try_lock.hpp"

namespace ch02::sharing {

using namespace async;

// In its slow round it keeps the lock for half a second.
inline Async<int> count(int rounds, DataReference data, CounterType type, int slow_round = 0) {
  for (int round = 1; round <= rounds; ++round) {
    auto guard = co_await data->lock();
    if (round == slow_round) {
      co_await sleep(500ms);
    }
    guard->apply(type);
    guard.unlock();
    co_await sleep(1s);
  }
  co_return rounds;
}

bool async_mutex_demo(const demo::Options& options);

}  // namespace ch02::sharing

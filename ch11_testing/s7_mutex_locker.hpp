// s7_mutex_locker.hpp -- the book's future that holds a lock while it sleeps, to be polled step by step.
#pragma once

#include <chrono>
#include <memory>

#include "common/future/async.hpp"
#include "common/sync/mutex.hpp"
#include "common/time/sleep.hpp"

namespace ch11 {

using namespace async;

inline Async<> async_mutex_locker(std::shared_ptr<Mutex<int>> mutex) {
  auto lock = co_await mutex->lock();
  *lock += 1;
  co_await sleep(std::chrono::milliseconds(1));
}  // here the lock goes: a local of the coroutine, not a part of the future

}  // namespace ch11

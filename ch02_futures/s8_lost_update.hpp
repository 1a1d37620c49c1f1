// s8_lost_update.hpp -- and without a lock: between read and write another task counts too.
// after: s8_async_mutex.hpp
//
// One thread does not help: every co_await is a place where another task may run.
#pragma once

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"
#include "common/sync/mutex.hpp"

namespace ch02 {

using namespace async;

inline Async<> add_one_without_lock(int& counter) {
  const int seen = counter;
  co_await yield_now();
  counter = seen + 1;
}

inline Async<> add_one_with_lock(Mutex<int>& counter) {
  auto guard = co_await counter.lock();
  const int seen = *guard;
  co_await yield_now();
  *guard = seen + 1;
}

bool lost_update_demo(const demo::Options& options);

}  // namespace ch02

// mutex.hpp -- the blocking mutex and the condition variable.
//
// As in atomic.hpp: one place to exchange them all. A mutex here blocks its thread and is held for a few
// instructions; it is never held while a future is polled, a waker is called or a destructor of a user's
// type runs.
#pragma once

#include <condition_variable>
#include <mutex>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

using Mutex = std::mutex;
using MutexLock = std::unique_lock<std::mutex>;
using ConditionVariable = std::condition_variable;

}  // namespace async::inline ASYNC_FLAVOUR::base

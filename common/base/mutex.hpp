// mutex.hpp -- Mutex, MutexLock and ConditionVariable: one place to exchange them all, as in atomic.hpp.
#pragma once

#include "common/base/namespace.hpp"
#include "common/base/sanitizers.hpp"

#if defined(ASYNC_EXPLORED)
#include "common/explorer/mutex.hpp"
#elif ASYNC_UNDER_THREAD_SANITIZER
#include <condition_variable>
#include <mutex>
#else
#include "common/base/futex_mutex.hpp"
#endif

namespace async::inline ASYNC_FLAVOUR::base {

#if defined(ASYNC_EXPLORED)
using explorer::ConditionVariable;
using explorer::Mutex;
using explorer::MutexLock;
#elif ASYNC_UNDER_THREAD_SANITIZER
// ThreadSanitizer knows the system's own: it looks for lock orders that could deadlock, and lets a signal's handler
// run in a thread that sleeps there.
using Mutex = std::mutex;
using MutexLock = std::unique_lock<Mutex>;
using ConditionVariable = std::condition_variable;
#else
using Mutex = FutexMutex;
using MutexLock = FutexMutexLock;
using ConditionVariable = FutexConditionVariable;
#endif

}  // namespace async::inline ASYNC_FLAVOUR::base

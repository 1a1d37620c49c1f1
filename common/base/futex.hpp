// futex.hpp -- a word that threads can sleep on until it changes: the system's futex.
//
// Thread safety: any thread. Errors: none; a wait may end for no reason.
#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/atomic.hpp"

#ifdef ASYNC_EXPLORED
#include "common/base/call_site.hpp"
#include "common/explorer/mutex.hpp"
#endif

namespace async::inline ASYNC_FLAVOUR::base {
namespace detail {

// A word that threads can sleep on until it changes.
using FutexWord = Atomic<std::uint32_t>;

#ifdef ASYNC_EXPLORED

inline bool futex_wait(FutexWord& word, std::uint32_t expected, const timespec* deadline = nullptr,
                       CallSite where = CallSite::current()) {
  return explorer::futex_wait(word.word(), expected, deadline, where);
}
inline void futex_wake(FutexWord& word, int how_many, CallSite where = CallSite::current()) {
  explorer::futex_wake(word.word(), static_cast<std::size_t>(how_many), where);
}

#else

static_assert(sizeof(FutexWord) == sizeof(std::uint32_t) && FutexWord::is_always_lock_free);

// Whoever takes a lock between a call of the system and a look at errno finds there what the call left.
class KeepsErrno {
 public:
  KeepsErrno() = default;
  KeepsErrno(const KeepsErrno&) = delete;
  KeepsErrno& operator=(const KeepsErrno&) = delete;
  ~KeepsErrno() { errno = before_; }

 private:
  const int before_ = errno;
};

// Sleeps if the word is `expected`, until it is woken, for no reason, or at the deadline: false then.
inline bool futex_wait(FutexWord& word, std::uint32_t expected, const timespec* deadline = nullptr) {
  const KeepsErrno keeps;
  // SAFETY: the system reads the word as a whole. The deadline is one of CLOCK_MONOTONIC, as steady_clock's.
  const long result =
      ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG,
                expected, deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno != ETIMEDOUT;
}

// The word may be gone by now: then nobody sleeps there, or somebody wakes for no reason.
inline void futex_wake(FutexWord& word, int how_many) {
  const KeepsErrno keeps;
  ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAKE | FUTEX_PRIVATE_FLAG, how_many,
            nullptr, nullptr, 0);
}

#endif

}  // namespace detail
}  // namespace async::inline ASYNC_FLAVOUR::base

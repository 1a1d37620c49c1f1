// check.hpp -- stops the program, with a message, where an invariant is broken.
//
// ASYNC_CHECK stays on in every build: a runtime whose invariants do not hold corrupts memory next, and the
// line that saw it first is the one that a reader wants. It is for faults of the program (a future polled
// after it completed), never for bad input or failed system calls: those are values, see std::expected.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "common/base/namespace.hpp"

#ifdef ASYNC_EXPLORED
#include "common/explorer/execution.hpp"
#endif

namespace async::inline ASYNC_FLAVOUR::base {

#ifdef ASYNC_EXPLORED
using explorer::check_failed;  // it says under which schedule
#else
// Thread safety: any thread. Never returns; the core file shows the caller.
[[noreturn]] inline void check_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n  checked: %s\n", file, line, why, condition);
  std::fflush(stderr);
  std::abort();
}
#endif

}  // namespace async::inline ASYNC_FLAVOUR::base

#define ASYNC_CHECK(condition, why)                                     \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::async::base::check_failed(#condition, why, __FILE__, __LINE__); \
  } while (false)

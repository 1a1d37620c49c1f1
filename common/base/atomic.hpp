// atomic.hpp -- atomics and the names of the memory orders.
//
// Lock-free code is written against these names, so that the explorer of interleavings can put its own
// atomics in their place without a change to that code.
#pragma once

#include <atomic>

#include "common/base/namespace.hpp"

#ifdef ASYNC_EXPLORED
#include "common/explorer/atomic.hpp"
#endif

namespace async::inline ASYNC_FLAVOUR::base {

#ifdef ASYNC_EXPLORED
template <class T>
using Atomic = explorer::Atomic<T>;
#else
template <class T>
using Atomic = std::atomic<T>;
#endif

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;
inline constexpr auto acq_rel = std::memory_order_acq_rel;
inline constexpr auto seq_cst = std::memory_order_seq_cst;

}  // namespace async::inline ASYNC_FLAVOUR::base

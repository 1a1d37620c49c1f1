// waker.hpp -- a waker that wakes nobody (the book's): its executor polls every task again anyway.
//
// It points to a number in a box, as the book's does, to show when each function of the table is called. A
// clone has a box of its own. (The book's clone shares the box and frees it twice: demo fault-double-free.)
#pragma once

#include "common/future/waker.hpp"

namespace ch10::polling {

using async::RawWaker;
using async::RawWakerVTable;
using async::Waker;

inline const int& number(const void* data) { return *static_cast<const int*>(data); }

// SAFETY: every box has one owner, the waker that points to it, and goes with it.
inline void drop(const void* data) noexcept { delete &number(data); }
inline void wake_by_ref(const void*) noexcept {}
inline void wake(const void* data) noexcept { drop(data); }
RawWaker clone(const void* data) noexcept;

inline constexpr RawWakerVTable kWakerTable{&clone, &wake, &wake_by_ref, &drop};

inline RawWaker clone(const void* data) noexcept { return {new int(number(data)), &kWakerTable}; }

inline Waker create_waker() { return Waker(RawWaker{new int(42), &kWakerTable}); }

}  // namespace ch10::polling

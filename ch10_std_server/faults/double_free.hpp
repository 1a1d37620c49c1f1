// double_free.hpp -- the book's waker: a clone shares the box, and each waker that goes frees it.
//
// The frees are counted here, not done: to free a box twice is undefined behaviour, and glibc ends the program.
// In the book nothing happens, since none of the chapter's futures clones its waker.
#pragma once

#include "common/future/waker.hpp"

namespace ch10::faults {

struct Box {
  int frees = 0;
};

inline Box& box_of(const void* data) { return *const_cast<Box*>(static_cast<const Box*>(data)); }

inline void free_box(const void* data) noexcept { ++box_of(data).frees; }
async::RawWaker share_box(const void* data) noexcept;

inline constexpr async::RawWakerVTable kSharingTable{&share_box, &free_box, [](const void*) noexcept {},
                                                     &free_box};

// The fault: one more waker, yet neither a box of its own nor a count of those who share this one.
inline async::RawWaker share_box(const void* data) noexcept { return {data, &kSharingTable}; }

inline async::Waker create_sharing_waker(Box& box) { return async::Waker({&box, &kSharingTable}); }

}  // namespace ch10::faults

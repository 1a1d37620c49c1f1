// live_bytes.hpp -- live_bytes(): how much memory the program has allocated and not freed.
//
// Thread safety: any thread; exact only while the others allocate nothing. With a sanitizer, which has an allocator of
// its own, it is 0.
#pragma once

#include <cstddef>
#include <malloc.h>

namespace ch06 {

[[nodiscard]] inline std::size_t live_bytes() { return ::mallinfo2().uordblks; }

// What a million of something may leave behind: less than a bit of each.
constexpr std::size_t kNothing = 64 * 1024;

}  // namespace ch06

// print_instant.hpp -- how GoogleTest prints an Instant: in seconds, and not as eight bytes.
#pragma once

#include <chrono>
#include <ostream>

#include "common/time/timer.hpp"

namespace async::inline ASYNC_FLAVOUR {

// Found by its name: GoogleTest asks for it.
inline void PrintTo(const Instant& at, std::ostream* out) {
  *out << std::chrono::duration<double>(at.time_since_epoch()).count() << " s";
}

}  // namespace async::inline ASYNC_FLAVOUR

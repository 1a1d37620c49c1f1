// at.hpp -- at(d): the instant d after the birth of a clock.
#pragma once

#include "common/time/timer.hpp"

namespace async::inline ASYNC_FLAVOUR {

constexpr Instant at(Duration since_birth) { return Instant(since_birth); }

}  // namespace async::inline ASYNC_FLAVOUR

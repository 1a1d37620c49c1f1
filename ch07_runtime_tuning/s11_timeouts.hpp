// s11_timeouts.hpp -- sleep, timeout and interval: the guides' three programs.
#pragma once

#include <string>
#include <vector>

#include "common/future/async.hpp"
#include "common/time/clock.hpp"
#include "common/time/timeout.hpp"

namespace ch07 {

using namespace async;

// Takes five seconds.
Async<std::string> slow_operation();
// Gives it two.
Async<std::expected<std::string, TimedOut>> limited_operation();
// Five ticks, a second apart, the first at once: how long after its start each was taken.
Async<std::vector<Duration>> five_ticks();

}  // namespace ch07
